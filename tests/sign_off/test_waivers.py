"""Waivers: what a file may hold, and what they cover."""

from datetime import date
from pathlib import Path

import pytest

from fixtures.suite.report.sign_off.waivers import Waiver, WaiversError, load_waivers
from fixtures.suite.run.waiving import listed
from tests.made_up import id_of
from tests.sign_off.evidence import ENV, not_passed, scenario

GOOD = f"""\
[[waived]]
scenario = "{ENV}"
reason = "revoked; the backup rotates out"
who = "Mara Lindqvist"
expires = 2026-12-22
"""
WAIVER = Waiver(
    id=id_of(ENV), scenario=ENV, reason="revoked", who="Mara", expires=date(2026, 12, 22)
)


def load(tmp_path: Path, text: str) -> list[Waiver]:
    path = tmp_path / "waivers.toml"
    path.write_text(text)
    return load_waivers(path, {"key.env": ENV, "other.one": "Another"}, ["vps1", "vps2"])


def test_a_waiver_is_a_scenario_a_reason_a_person_and_a_last_day(tmp_path: Path) -> None:
    (waiver,) = load(tmp_path, GOOD)
    assert (waiver.id, waiver.scenario, waiver.who) == ("key.env", ENV, "Mara Lindqvist")
    assert waiver.expires == date(2026, 12, 22)


def test_a_scenario_may_be_told_by_its_id(tmp_path: Path) -> None:
    """Which stays when the name changes."""
    assert load(tmp_path, GOOD.replace(ENV, "key.env")) == load(tmp_path, GOOD)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (GOOD.replace(ENV, "Nothing of it"), "does not exist; use one of:\n  key.env  The VPS"),
        (GOOD.replace(ENV, "key.evn"), "'key.evn' does not exist; did you mean 'key.env'?"),
        (GOOD.replace('scenario = "The', 'scenario = "A'), f'did you mean "{ENV}"?'),
        (GOOD.replace("2026-12-22", '"2026-12-22"'), "without quotes"),
        (GOOD.replace("2026-12-22", "2026-12-22T10:00:00Z"), "the last day"),
        (GOOD.replace("expires = 2026-12-22\n", ""), "`expires` must be"),
        (GOOD.replace("reason", "why"), "`why` is not a known field"),
        (GOOD.replace('who = "Mara Lindqvist"', 'who = " "'), "`who` is required"),
        (GOOD.replace('reason = "revoked; the backup rotates out"\n', ""), "`reason` is required"),
        (GOOD + 'deployment = "vps3"\n', "the deployment 'vps3' does not exist"),
        (GOOD + "deployment = ''\n", "`deployment` is required"),
        ("", "must contain [[waived]] entries"),
        ("waived = [1]\n", "waiver 1: give scenario"),
        (GOOD + "[allowed]\n", "and nothing else"),
        ("[[waived]\n", "cannot read the waivers"),
    ],
)
def test_what_is_no_waiver_is_told_with_its_remedy(tmp_path: Path, wrong: str, told: str) -> None:
    with pytest.raises(WaiversError) as caught:
        load(tmp_path, wrong)
    assert told in str(caught.value)
    assert str(tmp_path / "waivers.toml") in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(WaiversError, match="No such file"):
        load_waivers(tmp_path / "none.toml", {}, [])


def test_a_waiver_holds_to_the_end_of_its_last_day() -> None:
    assert not WAIVER.has_expired(date(2026, 12, 22))
    assert WAIVER.has_expired(date(2026, 12, 23))


def test_a_waiver_may_be_of_one_deployment_alone() -> None:
    own = Waiver(
        id=id_of(ENV), scenario=ENV, reason="r", who="w", expires=WAIVER.expires, deployment="vps1"
    )
    assert own.covers(id_of(ENV), "vps1")
    assert not own.covers(id_of(ENV), "vps2")
    assert WAIVER.covers(id_of(ENV), "vps2")
    assert not WAIVER.covers("Another", "vps1")


def test_waivers_are_listed_with_how_their_scenarios_came_out() -> None:
    ran = [not_passed(ENV), scenario(ENV, "vps2"), scenario("Another")]
    (entry,) = listed([WAIVER], ran, date(2026, 11, 24))
    assert entry.verdicts == {"vps1": "failed", "vps2": "passed"}
    assert entry.expires == date(2026, 12, 22)
    assert not entry.expired


def test_a_waiver_whose_scenario_has_not_run_is_listed_too() -> None:
    (entry,) = listed([WAIVER], [], date(2027, 1, 1))
    assert entry.verdicts == {}
    assert entry.expired
