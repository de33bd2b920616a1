"""report.html: what it says."""

from msgspec import Meta
from msgspec.structs import fields, replace

from fixtures.suite.evidence.field_types import LeftOut
from fixtures.suite.evidence.model import CheckoutVerified, NotVerified
from fixtures.suite.evidence.observed import (
    AiGatewaySettingsSeen,
    AnswerSeen,
    AsOpenClawSeen,
    Fact,
    KeysSeen,
    PortSeen,
    WorkerRepliesSeen,
)
from fixtures.suite.report.sign_off.labels import observed
from fixtures.suite.report.sign_off.report import report
from fixtures.suite.report.sign_off.signing import VERIFY
from tests.made_up import finding, id_of, keys
from tests.sign_off.evidence import (
    COMMIT,
    ENV,
    IMAGE,
    not_passed,
    recorded,
    refused,
    scenario,
    signed_off,
    waived,
)
from tests.sign_off.reports import CONTENTS, FAILED, FLEET, text_of


def test_it_names_what_was_verified_on_its_first_page() -> None:
    settings = {
        "VPS1_IP": "203.0.113.17",
        "AI_GATEWAY_WORKER_URL": "https://worker.example",
        "CLOUDFLARE_AI_GATEWAY_ID": "openclaw",
        "CLOUDFLARE_ACCOUNT_ID": "00ff" * 8,
    }
    text = text_of(signed_off(deployments={"vps1": settings}))
    cover = text[: text.index("The guarantees")]
    for told in (*settings.values(), "openclaw:local", f"sha256:{IMAGE}", "Accepted by (name)"):
        assert told in cover
    assert "Accepted by (name)" not in text_of(CONTENTS["refused"])


def test_a_fleet_has_its_answers_in_a_table_and_a_warning_of_all_once() -> None:
    text = text_of(FLEET)
    assert text.index("vps4 Not proven Not proven") < text.index("The guarantees: vps0")
    assert text.count("Odd.") == 1


def test_it_says_what_was_verified_for_whom_and_when() -> None:
    text = text_of(signed_off())
    for told in ("Example Ltd", "vps1", "24 November 2026, 11:02:42 UTC", "in 2 min 18 s"):
        assert told in text
    assert "Accepted" in text
    assert "3 passed, 0 failed, 0 inconclusive" in text


def test_it_gives_each_guarantees_evidence() -> None:
    text = text_of(signed_off())
    for told in ("verify-0123456789abcdef", "01JD-LOG", "3.2 s", "sha256:" + "a1" * 32):
        assert told in text


def test_it_names_each_guarantees_id() -> None:
    assert f"{ENV} {id_of(ENV)}" in text_of(signed_off())


def test_what_was_observed_is_said_as_the_model_says_it() -> None:
    seen = (
        AnswerSeen("cli", None, 502, answered_after=1200.0),
        KeysSeen((), files=1200),
        PortSeen(18789, ()),
        WorkerRepliesSeen({"401": 3}),
        AiGatewaySettingsSeen(
            collect_logs=True,
            stops_inserting=False,
            authentication=None,
            cache_seconds=0,
            rate_limit=0.5,
            records=None,
            most_records=10_000,
        ),
    )
    assert {each.name: each.values for each in observed(seen)} == {
        "Sent by": ("OpenClaw's own command",),
        "Answer status": ("502",),
        "Answered after": ("1,200.0 s",),
        "Read": ("1,200 files",),
        "Keys found": ("none",),
        "The gateway's port": ("18789",),
        "Listens on": ("none",),
        "The Worker answered": ("401 Unauthorized (3 times)",),
        "Collects logs": ("yes",),
        "Log stops when full": ("no",),
        "Answers cached for, in seconds": ("0",),
        "Rate limit, in requests per minute (0: none)": ("0.5",),
        "Maximum number of records": ("10,000",),
    }


def test_every_observation_has_words_of_its_own() -> None:
    """A title of each field for the report's reader, and a description for the schema's."""
    for kind in Fact.__subclasses__():
        for each in fields(kind):
            metas = [one for one in each.type.__metadata__ if isinstance(one, Meta)]
            assert metas[-1].title, f"{kind.__name__}.{each.name}"
            assert metas[-1].description, f"{kind.__name__}.{each.name}"


def test_it_names_the_versions() -> None:
    text = text_of(signed_off())
    for told in (COMMIT, "Python 3.11.7", "httpx 0.28.1", "0.feature"):
        assert told in text


def test_the_repositorys_guarantees_are_told_with_its_commit() -> None:
    content = signed_off(recorded(), scenario("TODO.md has a test", "repository"))
    checkout = CheckoutVerified("/srv/openclaw", "f6" * 20)
    text = text_of(replace(content, repository=checkout))
    assert "The guarantees: repository" in text
    assert "TODO.md has a test" in text
    assert "f6" * 20 in text


def test_a_failure_is_told_with_its_diagnosis_and_quoted_as_it_is() -> None:
    text = text_of(CONTENTS["refused"])
    assert "Refused" in text
    assert "anthropic-api-key in <ANTHROPIC_API_KEY>" in text
    assert "Revoke the key & remove it" in text
    assert "<ANTHROPIC_API_KEY>" not in report(CONTENTS["refused"])


def test_a_waived_failure_is_shown_as_both() -> None:
    text = text_of(CONTENTS["waived"])
    assert "Accepted with waivers" in text
    assert "Failed, waived" in text
    assert "Mara Lindqvist until 22 December 2026: revoked; rotates out" in text


def test_an_expired_waiver_waives_nothing() -> None:
    content = refused(waived(FAILED, ENV, expired=True), ENV)
    text = text_of(content)
    assert "Failed, waived" not in text
    assert "Expired" in text


def test_a_finding_is_told_in_words() -> None:
    text = text_of(signed_off(not_passed(ENV, "failed", keys(finding(allowed="old")))))
    assert "anthropic in ANTHROPIC_API_KEY (/etc/app1.conf, line 3; 108 characters" in text
    assert "Keys found: none" in text_of(signed_off(scenario(ENV, "vps1", keys())))


def test_a_warning_is_shown() -> None:
    text = text_of(signed_off(scenario(ENV, warnings=("something is odd",))))
    assert "Passed, with a warning" in text
    assert "Something is odd" in text


def test_it_says_what_was_not_verified_and_why() -> None:
    why = "openai is not among PROVIDERS_IN_USE"
    entry = NotVerified("a.b", "A request to OpenAI", "vps1", LeftOut.LEFT_OUT, why)
    text = text_of(replace(signed_off(), not_verified=(entry,)))
    assert "Left out: openai is not among PROVIDERS_IN_USE A request to OpenAI" in text
    assert "Every guarantee of the suite was verified." in text_of(signed_off())


def test_only_what_is_signed_says_how_to_check_the_signature() -> None:
    told = {name for name, content in CONTENTS.items() if VERIFY in text_of(content)}
    assert told == {"accepted", "waived", "two deployments", "a fleet"}


def test_a_rehearsal_says_so_first_and_on_every_page() -> None:
    made, text = report(CONTENTS["rehearsal"]), text_of(CONTENTS["rehearsal"])
    assert text.startswith("REHEARSAL REHEARSAL. This was practised")
    assert "Rehearsal: Accepted" in text
    assert '@top-center { content: "REHEARSAL' in made
    assert "<title>REHEARSAL: " in made
    assert "REHEARSAL" not in report(signed_off())


def test_a_refusal_says_so_on_every_page() -> None:
    assert '@top-center { content: "REFUSED' in report(CONTENTS["refused"])
    assert "1 of 1 rules is broken" in text_of(CONTENTS["refused"])
    assert "REFUSED" not in report(signed_off())


def test_a_table_without_an_entry_is_none() -> None:
    """The page shows a field's first value."""
    assert [each.values for each in observed([WorkerRepliesSeen({})])] == [("nothing",)]
    assert [each.values for each in observed([AsOpenClawSeen({})])] == [("none",)]
