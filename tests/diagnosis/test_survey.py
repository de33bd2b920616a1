"""What the survey has found is judged to be, with every word of it."""

from dataclasses import replace

import pytest

from fixtures.diagnosis import survey as of_survey
from fixtures.diagnosis.catalogue import broken, not_observed
from fixtures.vps.findings import Further
from tests.diagnosed import whole
from tests.diagnosis.seen import (
    FILE,
    SEEN,
    TOKEN,
    finding,
    raised,
    seen,
)


def test_canaries_have_to_be_found() -> None:
    assert of_survey.judge_canaries(SEEN) is None
    assert whole(of_survey.judge_canaries(seen(missed_canaries=("a", "b")))) == whole(
        not_observed(
            "canary-missed",
            expected="the survey finds a planted key of each format",
            seen="it missed: a, b",
        )
    )
    assert whole(of_survey.judge_canaries(seen(too_late=True, missed_canaries=("a",)))) == whole(
        not_observed(
            "unseen.too-late",
            expected="the survey begins within SURVEY_DEADLINE",
            seen="it had read nothing when the deadline passed",
        )
    )


@pytest.mark.parametrize(("layout", "variant"), [("plan", ""), ("stack", ".stack")])
@pytest.mark.parametrize(
    ("state", "told"),
    [("different", "its value differs from the settings"), ("missing", "it is not set")],
)
def test_a_token_s_value_is_judged_where_it_is_wrong(
    layout: str, variant: str, state: str, told: str
) -> None:
    other = replace(FILE, path="/b", values={TOKEN: state})
    right = replace(FILE, path="/c") if state == "different" else other
    files = (replace(other, path="/a"), other, right)
    surveyed = seen(token_files=files, token_paths=("/a", "/b"), layout=layout)
    where = "/a and /b" if state == "different" else "/a and /b and /b"
    assert whole(of_survey.judge_token_value(surveyed, TOKEN, "it")) == whole(
        broken(f"env-{state}{variant}", expected=f"it is in {where}", seen=told, name=TOKEN)
    )
    assert of_survey.judge_token_value(SEEN, TOKEN, "it") is None


@pytest.mark.parametrize("mode", [0o600, 0o700, 0o400])
def test_a_token_file_of_its_owner_alone_is_right(mode: int) -> None:
    assert of_survey.judge_token_modes(seen(token_files=(replace(FILE, mode=mode),))) is None


def test_token_files_that_others_may_read_are_told_together() -> None:
    files = (FILE, replace(FILE, path="/a", mode=0o640), replace(FILE, path="/b", mode=0o1))
    for layout, variant in (("plan", ""), ("stack", ".stack")):
        judged = of_survey.judge_token_modes(seen(token_files=files, layout=layout))
        assert whole(judged) == whole(
            broken(
                f"env-readable{variant}",
                expected="only its owner can read /a and /b (mode 600)",
                seen="/a has mode 640 and belongs to openclaw; /b has mode 001 and belongs to "
                "openclaw",
                path="/a /b",
            )
        )


def test_token_files_that_were_not_read_are_told() -> None:
    paths = (*SEEN.token_paths, "/b", "/a")
    surveyed = seen(token_paths=paths, unseen={"/b": "denied"})
    assert whole(raised(lambda: of_survey.token_files_of(surveyed))) == whole(
        not_observed(
            "unseen.env-file",
            expected="the survey reads the files that hold the tokens",
            seen="/a: not read; /b: denied",
        )
    )
    none = raised(lambda: of_survey.token_files_of(seen(token_files=(), token_paths=())))
    assert none.diagnosis.seen == "there is none"
    assert of_survey.token_files_of(SEEN) == (FILE,)


def test_findings_are_told_but_for_those_that_are_excused() -> None:
    excused = (finding(allowed="old"), finding(outside_plan=True))
    further = (Further(kind="xai", number=2), Further(kind="xai", number=3, excused=True))
    assert of_survey.judge_findings(excused, "it", further=further[1:]) is None
    own = finding(line=7)
    judged = of_survey.judge_findings((*excused, own), "it", "provider-key.state", further)
    assert whole(judged) == whole(
        broken(
            "provider-key.state",
            expected="no provider key in it",
            seen=f"{own}; 2 more hits of xai",
        )
    )
    tokens = (finding(variable="MY_CLOUDFLARE_API_TOKEN"), finding(kind="cloudflare"))
    for found in (tokens, tokens[:1], tokens[1:]):
        judged = of_survey.judge_findings(found, "it")
        assert judged
        assert judged.diagnosis.cause == "account-token"
    mixed = of_survey.judge_findings((*tokens, own), "it")
    assert mixed
    assert mixed.diagnosis.cause == "provider-key"


def test_findings_that_are_excused_are_warned_of() -> None:
    allowed, outside = finding(allowed="old"), finding(outside_plan=True)
    further = (Further(kind="xai", number=2), Further(kind="xai", number=3, excused=True))
    assert of_survey.findings_excused((allowed, outside, finding()), further) == [
        f"allowed, because old: {allowed}",
        f"GitHub Copilot is outside the plan: {outside}",
        "also excused: 3 more hits of xai",
    ]
    assert of_survey.findings_excused((finding(),)) == []
