"""The evidence of a run, as tests make it up."""

from typing import Any

from tests.made_up import id_of

REQUEST = "An Anthropic request through the gateway is recorded by the AI Gateway"
ENV = "The VPS's .env holds no provider key"
IDENTIFIED = "The deployment is identified by the digests of its image and its configuration"
IMAGE, CONFIGURATION = "a1" * 32, "b2" * 32
COMMIT = "c3" * 20


def scenario(name: str, deployment: str = "vps1", **changes: Any) -> dict[str, Any]:
    return {
        "id": id_of(name),
        "node": f"features/x.feature::{name}[{deployment}]",
        "feature": "No provider key is on the VPS",
        "scenario": name,
        "deployment": deployment,
        "tags": ["acceptance"],
        "verdict": "passed",
        "steps": [
            {"keyword": "When", "name": "it is asked", "status": "passed", "seconds": 0.1},
            {"keyword": "Then", "name": "it is so", "status": "passed", "seconds": 0.0},
        ],
        "observed": {},
        "warnings": [],
        "diagnosis": None,
        "seconds": 0.1,
    } | changes


def not_passed(name: str, verdict: str = "failed", **changes: Any) -> dict[str, Any]:
    steps = [{"keyword": "Then", "name": "it is so", "status": verdict, "seconds": 0.0}]
    diagnosis = {
        "cause": "provider-key",
        "expected": "no provider key in .env",
        "seen": "anthropic-api-key in <ANTHROPIC_API_KEY>",
        "means": "a provider key is on the VPS",
        "remedy": "revoke the key & remove it",
    }
    return scenario(name, verdict=verdict, steps=steps, diagnosis=diagnosis, **changes)


def identified(deployment: str = "vps1") -> dict[str, Any]:
    observed = {
        "image_digest": f"sha256:{IMAGE}",
        "image_name": "openclaw:local",
        "configuration_digest": f"sha256:{CONFIGURATION}",
        "configuration_files": [".openclaw/openclaw.json", "openclaw/.env"],
    }
    return scenario(IDENTIFIED, deployment, observed=observed)


def recorded() -> dict[str, Any]:
    return scenario(
        REQUEST,
        feature="LLM requests go through the AI Gateway",
        observed={"nonce": "verify-0123456789abcdef", "log_id": "01JD-LOG", "recorded_after": 3.2},
    )


def evidence(*scenarios: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Of one deployment, where everything is as it should be."""
    return {
        "schema": "openclaw-gateway-verification/evidence",
        "schema_version": 2,
        "rehearsal": False,
        "started": "2026-11-24T11:02:42+00:00",
        "finished": "2026-11-24T11:05:00+00:00",
        "exit_code": 0,
        "deployments": ["vps1"],
        "repository": None,
        "suite": {
            "commit": COMMIT,
            "version": "0.1.0",
            "python": "3.11.7",
            "packages": {"pytest": "9.2.0", "httpx": "0.28.1"},
        },
        "cost": {"requests": 3, "tokens_in": 9000, "tokens_out": 9},
        "scenarios": list(scenarios or (recorded(), scenario(ENV), identified())),
        "not_verified": [],
        "waivers": [],
    } | changes


def signed_off(*scenarios: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Evidence with a sign-off in it; `changes` are the sign-off's."""
    content = evidence(*scenarios)
    names = dict.fromkeys(each["feature"] for each in content["scenarios"])
    content["sign_off"] = {
        "accepted": True,
        "rules": [
            {"rule": "complete", "demands": "Everything runs", "kept": True, "broken_by": []}
        ],
        "for": "Example Ltd",
        "signer": "SHA256:abcdef",
        "deployments": {"vps1": {"VPS1_IP": "203.0.113.17", "PROVIDERS_IN_USE": ["anthropic"]}},
        "features": [
            {"name": name, "about": "Why it matters.", "file": f"{n}.feature", "sha256": "d4" * 32}
            for n, name in enumerate(names)
        ],
        "files": {},
    } | changes
    return content


def waived(content: dict[str, Any], name: str, *, expired: bool = False) -> dict[str, Any]:
    """The same with a waiver of the scenario."""
    verdicts = {
        each["deployment"]: each["verdict"]
        for each in content["scenarios"]
        if each["scenario"] == name
    }
    entry = {
        "id": id_of(name),
        "scenario": name,
        "reason": "revoked; rotates out",
        "who": "Mara Lindqvist",
        "expires": "2026-11-01" if expired else "2026-12-22",
        "expired": expired,
        "verdicts": verdicts,
    }
    return content | {"waivers": [entry]}


def refused(content: dict[str, Any], broken_by: str) -> dict[str, Any]:
    rule = {"rule": "unbroken", "demands": "Nothing fails", "kept": False, "broken_by": [broken_by]}
    return content | {"sign_off": content["sign_off"] | {"accepted": False, "rules": [rule]}}


def rehearsed(content: dict[str, Any]) -> dict[str, Any]:
    label = "REHEARSAL"
    own = [each | {"deployment": label} for each in content["scenarios"]]
    sign_off = content["sign_off"] | {"deployments": {label: {}}}
    return content | {"rehearsal": True, "scenarios": own, "sign_off": sign_off}
