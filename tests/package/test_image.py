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
USAGE, INCONCLUSIVE = 4, 10


@pytest.fixture(scope="module")
def image(source: Path) -> Iterator[Image]:
    with built_image(source) as image:
        yield image


def test_the_smoke_tier_passes_on_a_rehearsal(image: Image) -> None:
    done = image.verify("--deployment=rehearsal", "-m=smoke")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 failed, 0 inconclusive" in done.stdout


def test_it_passes_as_a_user_that_the_image_does_not_know(image: Image) -> None:
    options = ("--user=12345:12345",)
    done = image.verify("--deployment=rehearsal", "-k=VPS and env", options=options)
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


def test_a_config_file_mounted_read_only_is_read(image: Image, tmp_path: Path) -> None:
    with Rehearsal() as rehearsal:
        settings = {**rehearsal.settings, "SSH_KEY_PATH": KEY}
    config = write_config(tmp_path / "openclaw-config.env", settings)
    config.chmod(0o644)
    tmp_path.chmod(0o755)
    done = image.verify(f"--deployment={CONFIG}", "--plan", mounts={config: CONFIG})
    assert done.returncode == 0, done.stdout + done.stderr
    assert settings["AI_GATEWAY_WORKER_URL"] in done.stdout


def test_a_config_file_that_it_cannot_read_is_said_once(image: Image, tmp_path: Path) -> None:
    config = write_config(tmp_path / "openclaw-config.env", {"VPS1_IP": "203.0.113.7"})
    config.chmod(0o600)
    done = image.verify(f"--deployment={CONFIG}", mounts={config: CONFIG})
    assert done.returncode == USAGE
    assert done.stderr.strip().startswith(f"ERROR: cannot read {CONFIG}: Permission denied")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_key_that_it_cannot_read_is_said(image: Image, tmp_path: Path) -> None:
    with Rehearsal() as rehearsal:
        settings = {**rehearsal.settings, "SSH_KEY_PATH": KEY}
        key = tmp_path / "ssh-key"
        key.write_bytes(Path(rehearsal.settings["SSH_KEY_PATH"]).read_bytes())
    config = write_config(tmp_path / "openclaw-config.env", settings)
    config.chmod(0o644)
    key.chmod(0o600)
    mounts = {config: CONFIG, key: KEY}
    done = image.verify(f"--deployment={CONFIG}", "-k=VPS and env", mounts=mounts)
    assert done.returncode == INCONCLUSIVE, done.stdout
    assert KEY in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_evidence_is_written_to_a_mounted_folder(
    image: Image, source: Path, tmp_path: Path
) -> None:
    tmp_path.chmod(0o777)
    options = (f"--volume={tmp_path}:/data",)
    arguments = ("--deployment=rehearsal", "-k=VPS and env", "--evidence=evidence.json")
    done = image.verify(*arguments, options=options)
    assert done.returncode == 0, done.stdout + done.stderr
    suite = json.loads((tmp_path / "evidence.json").read_text())["suite"]
    assert len(suite["commit"]) == 40
