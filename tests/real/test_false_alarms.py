"""What Debian and OpenClaw themselves ship holds no key, and the survey says so."""

from pathlib import Path

import pytest

from tests.real.deployed import Deployed
from tests.real.openclaw_home import INSTALLED
from tests.real.runs import verify
from tests.runs import PASSED

pytestmark = pytest.mark.real

FURTHER = "key.place.the-further-places"
SHIPPED = (INSTALLED, Path("/usr/lib/python3"), Path("/usr/share/doc"), Path("/etc"))


def test_programs_as_they_are_shipped_raise_no_alarm(deployed: Deployed, tmp_path: Path) -> None:
    """Public keys of Google's in OpenClaw's package and Debian's Chromium are on our allow-list."""
    places = ",".join(map(str, SHIPPED))
    run = verify(
        deployed, tmp_path, "-k=further", settings={"SURVEY_ROOT": "/", "SURVEY_PLACES": places}
    )
    observed = run.observed(FURTHER)
    assert run.causes == {}
    assert run.exit_code == PASSED
    assert observed["files"] > 10_000
    assert {each["allowed"] is not None for each in observed["findings"]} == {True}
