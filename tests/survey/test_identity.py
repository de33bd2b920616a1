"""What tells a deployment from any other: its image, and one digest of its configuration."""

import os
import subprocess

import pytest

from fixtures.vps.surveyed import Identity
from tests.survey.vps import HOME, Vps

IMAGE = f"sha256:{'a1' * 32}"
FILES = (".openclaw/openclaw.json", "openclaw/.env", "openclaw/docker-compose.yml")


def identity(vps: Vps) -> Identity:
    found = vps.survey().survey.identity
    assert found is not None
    return found


@pytest.mark.parametrize("image", [None, "openclaw:local", 3, f"{IMAGE}0"])
def test_what_is_no_digest_is_no_image(vps: Vps, image: object) -> None:
    vps.container([], image_id=image)
    assert (identity(vps).image, identity(vps).image_name) == ("", "")


def test_the_image_is_known_by_its_id(vps: Vps) -> None:
    vps.container([], image_id=IMAGE)
    assert (identity(vps).image, identity(vps).image_name) == (IMAGE, "openclaw:local")


def test_without_a_container_there_is_no_image(vps: Vps) -> None:
    assert identity(vps).image == ""


def test_the_configurations_digest_can_be_made_by_hand(vps: Vps) -> None:
    vps.write(f"{HOME}/openclaw/docker-compose.yml", "services: {}\n")
    found = identity(vps)
    assert found.files == FILES
    command = f"sha256sum {' '.join(FILES)} | sha256sum"
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=vps.root / HOME, capture_output=True, text=True, check=True
    )
    assert done.stdout.split()[0] == found.configuration


def test_the_digest_is_the_same_until_a_file_changes(vps: Vps) -> None:
    before = identity(vps).configuration
    assert identity(vps).configuration == before
    vps.write(f"{HOME}/openclaw/compose.override.yaml", "services: {}\n")
    assert identity(vps).configuration not in {"", before}


def test_a_digest_that_could_be_guessed_at_is_not_told(vps: Vps) -> None:
    vps.write(f"{HOME}/openclaw/.env", "AI_GATEWAY_AUTH_TOKEN=secret\nPIN=1234\n")
    found = identity(vps)
    assert (found.configuration, found.files) == ("", ())
    assert "no token is long enough" in found.configuration_problem


def test_a_file_that_cannot_be_read_is_not_left_out(vps: Vps) -> None:
    os.mkfifo(vps.root / HOME / "openclaw" / "compose.yaml")
    found = identity(vps)
    assert found.configuration == ""
    assert found.configuration_problem == "compose.yaml is not a regular file"


def test_without_env_file_there_is_no_digest(vps: Vps) -> None:
    (vps.root / HOME / "openclaw" / ".env").unlink()
    assert identity(vps).configuration_problem == "No such file or directory"
