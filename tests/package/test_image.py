"""The image: as a user that owns nothing, on a read-only file system, without any capability."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.rehearsal import Rehearsal
from tests.package.image import IMAGE, Image, built_image
from tests.runs import write_config

pytestmark = pytest.mark.container

CONFIG, KEY = "/config/openclaw-config.env", "/config/ssh-key"
USAGE = 4


@pytest.fixture(scope="module")
def image(source: Path) -> Iterator[Image]:
    with built_image(source) as image:
        yield image


def test_the_smoke_tier_passes_on_a_rehearsal(image: Image) -> None:
    done = image.verify("run", "--deployment=rehearsal", "-m=smoke")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 failed, 0 inconclusive" in done.stdout


def test_it_passes_as_a_user_that_the_image_does_not_know(image: Image) -> None:
    options = ("--user=12345:12345",)
    done = image.verify("run", "--deployment=rehearsal", "-k=VPS and env", options=options)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_is_not_root(image: Image) -> None:
    done = image.run("--entrypoint=/bin/sh", IMAGE, "-c", "id -u; id -g; cat /proc/self/status")
    assert done.stdout.startswith("65532\n65532\n")
    assert "CapEff:\t0000000000000000\n" in done.stdout


def test_it_has_no_build_tools_of_the_suites(image: Image) -> None:
    """Of the two stages the one without pip is what runs; the base's own are the base's."""
    find = "find /opt /build /wheel /run/secrets /data -name pip -o -name '*.whl' -o -name 'ca-*'"
    done = image.run("--entrypoint=/bin/sh", IMAGE, "-c", f"{find}; command -v gcc git make")
    assert done.stdout == ""


def test_no_layer_knows_the_way_to_the_index(image: Image) -> None:
    """The secrets of the build are in no file, and in no line of its history."""
    told = [image.engine.docker(command, IMAGE) for command in ("history", "inspect")]
    assert all("openclaw-verify" in each for each in told)
    assert [each for each in told if "index-url" in each] == []
    done = image.run("--entrypoint=/bin/cat", IMAGE, "/etc/pip.conf")
    assert done.returncode == 1


@pytest.fixture
def operators(tmp_path: Path) -> dict[Path, str]:
    """An operator's config file and key, which anybody may read, and where they are mounted."""
    with Rehearsal() as rehearsal:
        settings = {**rehearsal.settings, "SSH_KEY_PATH": KEY}
        key = tmp_path / "ssh-key"
        key.write_bytes(Path(rehearsal.settings["SSH_KEY_PATH"]).read_bytes())
    config = write_config(tmp_path / "openclaw-config.env", settings)
    for path in (config, key):
        path.chmod(0o644)
    return {config: CONFIG, key: KEY}


def test_files_mounted_read_only_are_read(image: Image, operators: dict[Path, str]) -> None:
    done = image.verify("run", f"--deployment={CONFIG}", "--plan", mounts=operators)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "openclaw-config: " in done.stdout


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("openclaw-config.env", f"cannot read {CONFIG}: Permission denied"),
        ("ssh-key", f"SSH_KEY_PATH: cannot read the file {KEY}"),
    ],
)
def test_a_file_that_it_cannot_read_is_said_once(
    image: Image, operators: dict[Path, str], tmp_path: Path, name: str, message: str
) -> None:
    (tmp_path / name).chmod(0o600)
    done = image.verify("run", f"--deployment={CONFIG}", mounts=operators)
    assert done.returncode == USAGE
    [line] = [line for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
    assert line.startswith(f"ERROR: {message}")


def test_evidence_is_written_to_a_mounted_folder(
    image: Image, source: Path, tmp_path: Path
) -> None:
    tmp_path.chmod(0o777)
    options = (f"--volume={tmp_path}:/data",)
    arguments = ("--deployment=rehearsal", "-k=VPS and env", "--evidence=evidence.json")
    done = image.verify("run", *arguments, options=options)
    assert done.returncode == 0, done.stdout + done.stderr
    suite = json.loads((tmp_path / "evidence.json").read_text())["suite"]
    assert len(suite["commit"]) == 40
