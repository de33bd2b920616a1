"""The evidence of a sign-off, as tests make it up."""

from datetime import date, datetime
from typing import Any

from msgspec.structs import replace

from fixtures.diagnosis.verdicts import Diagnosis
from fixtures.suite.evidence.field_types import Status, Tier
from fixtures.suite.evidence.model import Evidence, ScenarioRun, StepRun
from fixtures.suite.evidence.observed import ConfigurationSeen, Fact, ImageSeen, MessageSeen
from fixtures.suite.evidence.signed_off import (
    FeatureVerified,
    SignedOff,
    SignOffRule,
    WaiverListed,
)
from tests import made_up
from tests.made_up import id_of, record

REQUEST = "A message through the gateway to Anthropic is recorded by the AI Gateway"
ENV = "The VPS's token files hold no provider key"
IDENTIFIED = "The deployment is identified by the digests of its image and its configuration"
IMAGE, CONFIGURATION = "a1" * 32, "b2" * 32
COMMIT = "c3" * 20
DIAGNOSIS = Diagnosis(
    cause="provider-key",
    expected="no provider key in .env",
    seen="anthropic-api-key in <ANTHROPIC_API_KEY>",
    means="a provider key is on the VPS",
    remedy="revoke the key & remove it",
)


def scenario(name: str, deployment: str = "vps1", *observed: Fact, **changes: Any) -> ScenarioRun:
    values = {
        "node": f"features/x.feature::{name}[{deployment}]",
        "line": len(name),  # of one outline only where names are alike
        "tier": Tier.ACCEPTANCE,
        "feature": "No provider key is on the VPS",
        "scenario": name,
        "deployment": deployment,
        "tags": ("acceptance",),
        "steps": (
            StepRun("When", "it is asked", Status.PASSED, 0.1),
            StepRun("Then", "it is so", Status.PASSED, 0.0),
        ),
        "seconds": 0.1,
    }
    verdict = changes.pop("verdict", "passed")
    return made_up.scenario(verdict, *observed, **values | changes)


def not_passed(name: str, verdict: str = "failed", *observed: Fact, **changes: Any) -> ScenarioRun:
    steps = (StepRun("Then", "it is so", Status(verdict), 0.0),)
    own = {"verdict": verdict, "steps": steps, "diagnosis": DIAGNOSIS}
    return scenario(name, "vps1", *observed, **own | changes)


def identified(deployment: str = "vps1") -> ScenarioRun:
    files = (".openclaw/openclaw.json", "openclaw/.env")
    return scenario(
        IDENTIFIED,
        deployment,
        ImageSeen(f"sha256:{IMAGE}", "openclaw:local"),
        ConfigurationSeen(f"sha256:{CONFIGURATION}", files),
    )


def recorded() -> ScenarioRun:
    seen = MessageSeen("verify-0123456789abcdef"), record(3.2)
    return scenario(REQUEST, "vps1", *seen, feature="LLM requests go through the AI Gateway")


def evidence(*scenarios: ScenarioRun, **changes: Any) -> Evidence:
    """Of one deployment, where everything is as it should be."""
    content = made_up.run_evidence(*scenarios or (recorded(), scenario(ENV), identified()))
    suite = replace(
        content.suite,
        commit=COMMIT,
        python="3.11.7",
        packages={"pytest": "9.2.0", "httpx": "0.28.1"},
    )
    own = {
        "started": datetime.fromisoformat("2026-11-24T11:02:42+00:00"),
        "finished": datetime.fromisoformat("2026-11-24T11:05:00+00:00"),
        "suite": suite,
        "not_verified": (),
    }
    return replace(content, **own | changes)


def signed_off(*scenarios: ScenarioRun, **changes: Any) -> Evidence:
    """Evidence with a sign-off in it; `changes` are the sign-off's."""
    content = evidence(*scenarios)
    names = dict.fromkeys(each.feature for each in content.scenarios)
    values: dict[str, Any] = {
        "accepted": True,
        "rules": (SignOffRule("complete", "Everything runs"),),
        "whom": "Example Ltd",
        "signer": "SHA256:abcdef",
        "deployments": {"vps1": {"VPS1_IP": "203.0.113.17", "PROVIDERS_IN_USE": ("anthropic",)}},
        "features": tuple(
            FeatureVerified(name, "Why it matters.", f"{number}.feature", "d4" * 32)
            for number, name in enumerate(names)
        ),
        "files": {},
    }
    return replace(content, sign_off=SignedOff(**values | changes))


def waived(content: Evidence, name: str, *, expired: bool = False) -> Evidence:
    """The same with a waiver of the scenario."""
    entry = WaiverListed(
        id=id_of(name),
        scenario=name,
        reason="revoked; rotates out",
        who="Mara Lindqvist",
        expires=date(2026, 11, 1) if expired else date(2026, 12, 22),
        expired=expired,
        verdicts={
            each.deployment: each.verdict for each in content.scenarios if each.scenario == name
        },
    )
    return replace(content, waivers=(entry,))


def refused(content: Evidence, broken_by: str) -> Evidence:
    rule = SignOffRule("unbroken", "Nothing fails", (broken_by,))
    sign_off = replace(content.required_sign_off, accepted=False, rules=(rule,))
    return replace(content, sign_off=sign_off)


def rehearsed(content: Evidence) -> Evidence:
    label = "REHEARSAL"
    own = tuple(replace(each, deployment=label) for each in content.scenarios)
    sign_off = replace(content.required_sign_off, deployments={label: {}})
    return replace(content, rehearsal=True, scenarios=own, sign_off=sign_off)
