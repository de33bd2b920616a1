"""What `make flake-rate` says of a repository's `.ci/run`."""

import subprocess
from pathlib import Path

import pytest

from tests.flake_rate import ci_run

RUN = """\
#!/bin/sh
echo said
cat > "$(dirname "$0")/junit-tests.xml" <<'END'
<testsuites><testsuite>
<testcase name="one" /><testcase name="two">{}</testcase>
</testsuite></testsuites>
END
exit {}
"""


def repository(folder: Path, inside: str, code: int) -> Path:
    """With a `.ci/run` that writes a report of two tests, and ends so."""
    run = folder / ".ci/run"
    run.parent.mkdir(parents=True)
    run.write_text(RUN.format(inside, code))
    run.chmod(0o755)
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for each in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message=a"]):
        subprocess.run([*git, *each], check=True)
    return folder


@pytest.mark.parametrize(
    ("inside", "code", "result"),
    [
        ("", 0, "passed"),
        ("<failure />", 1, "two"),
        ("<error />", 1, "two"),
        ("", 3, "exit code 3"),
    ],
)
def test_a_run_is_told_with_its_result(tmp_path: Path, inside: str, code: int, result: str) -> None:
    folder = tmp_path / "runs"
    folder.mkdir()
    done = ci_run(repository(tmp_path / "repository", inside, code), folder)
    assert (done.result, done.tests, done.code) == (result, 2, code)
    assert (folder / "output").read_text() == "said\n"
    assert len(done.commit) >= 7
