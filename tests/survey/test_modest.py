"""In the tiers with much to read, the survey lets the VPS's other programs go first."""

import os

import pytest

from fixtures.vps.agent.modest import NICE
from tests.survey.vps import Vps, script

PRIORITIES = """\
#!/bin/sh
echo "$(nice) $(ionice -p $$)" >>"$(dirname "$0")/priorities"
exec /bin/grep "$@"
"""
MOST_NICE = 19


def priorities(vps: Vps, tier: str) -> set[str]:
    """How nice each grep is, and of which class for disks: a process that scans has started it."""
    script(vps.bin / "grep", PRIORITIES)
    assert not vps.survey(tier).survey.missed_canaries
    return set((vps.bin / "priorities").read_text().splitlines())


@pytest.mark.parametrize("tier", ["nightly", "acceptance"])
def test_it_goes_last_where_there_is_much_to_read(vps: Vps, tier: str) -> None:
    nice = min(os.nice(0) + NICE, MOST_NICE)
    assert priorities(vps, tier) == {f"{nice} idle"}


def test_it_is_as_all_others_where_there_is_little(vps: Vps) -> None:
    [found] = priorities(vps, "smoke")
    assert found.startswith(f"{os.nice(0)} none")


def test_without_ionice_only_the_processors_are_left_to_others(vps: Vps) -> None:
    vps.prologue = f"import os; os.environ['PATH'] = {str(vps.bin)!r}\n".encode()
    assert not vps.survey("nightly").survey.missed_canaries
