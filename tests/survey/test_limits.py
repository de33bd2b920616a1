"""However much is excused, a real key is told; and what is not told in full is counted by kind."""

from collections.abc import Callable, Sequence

import pytest

from fixtures.diagnosis.survey import findings_excused, judge_findings
from fixtures.diagnosis.verdicts import Broken
from fixtures.keys.allow_list import Allowance
from fixtures.keys.fingerprint import fingerprint
from fixtures.keys.rules import made_up
from fixtures.vps.findings import Further
from tests.survey.vps import Vps, new_key

IN_FILE, IN_PLACE = 100, 1000
GITHUB = "gho_<36>"


def lines(keys: Sequence[str]) -> str:
    return "".join(f"KEY={key}\n" for key in keys)


EXCUSED: dict[str, tuple[str, Callable[[Sequence[str]], list[Allowance]]]] = {
    "outside the plan": (GITHUB, lambda _: []),
    "by kind and path": (
        "xai-<80>",
        lambda _: [Allowance(reason="a test", kind="xai", path="*/data/*")],
    ),
    "by fingerprint": (
        "sk-ant-api03-<93>AA",
        lambda keys: [Allowance(reason="a test", fingerprint=fingerprint(key)) for key in keys],
    ),
}


@pytest.mark.parametrize("how", EXCUSED)
def test_a_key_behind_many_in_its_file_that_are_excused_is_told(vps: Vps, how: str) -> None:
    template, allow = EXCUSED[how]
    excused = [made_up(template) for _ in range(IN_FILE + 50)]
    vps.write("data/x", lines([*excused, new_key()]))
    answer = vps.survey(allowances=allow(excused))
    (real,) = [each for each in answer.findings if not each.excused]
    assert (real.kind, real.line) == ("anthropic", IN_FILE + 51)
    assert len(answer.findings) == IN_FILE + 1
    assert answer.findings[0] == real
    (further,) = answer.survey.further("extra")
    assert (further.number, further.excused) == (50, True)


def test_a_key_behind_many_in_its_place_that_are_excused_is_told(vps: Vps) -> None:
    for number in range(IN_PLACE // IN_FILE + 2):
        vps.write(f"data/{number:02}", lines([made_up(GITHUB) for _ in range(IN_FILE)]))
    vps.write("data/zz", lines([new_key()]))
    answer = vps.survey()
    assert [each.kind for each in answer.findings if not each.excused] == ["anthropic"]
    assert len(answer.findings) == IN_PLACE + 1
    assert {each.kind: each.number for each in answer.survey.further("extra")} == {
        "github-copilot": 2 * IN_FILE
    }


def test_what_is_cut_is_counted_by_kind(vps: Vps) -> None:
    keys = [*[new_key() for _ in range(IN_FILE + 7)], *[made_up("xai-<80>") for _ in range(5)]]
    vps.write("data/x", lines(keys))
    further = vps.survey().survey.further("extra")
    assert {each.kind: each.number for each in further} == {"anthropic": 7, "xai": 5}


def test_what_is_cut_is_told_beside_what_is_found() -> None:
    further = [
        Further(kind="anthropic", number=7),
        Further(kind="github-copilot", number=9, excused=True),
    ]
    judged = judge_findings([], "the backups", further=further)
    assert isinstance(judged, Broken)
    assert judged.diagnosis.seen == "7 more hits of anthropic"
    assert findings_excused([], further) == ["also excused: 9 more hits of github-copilot"]
