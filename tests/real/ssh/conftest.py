"""One OpenSSH server for all tests here, and no client configuration but each test's own."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.settings.sections import SshSettings
from fixtures.vps import ssh_config
from tests.real.openssh import OpenSsh, open_ssh


@pytest.fixture(scope="package")
def machine() -> Iterator[OpenSsh]:
    """In a folder that its user may enter, unlike pytest's own."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="openclaw-real-ssh-"))
        yield stack.enter_context(open_ssh(Path(folder)))


@pytest.fixture(scope="package")
def plain(machine: OpenSsh) -> SshSettings:
    return machine.serve()


@pytest.fixture(scope="package")
def with_pam(machine: OpenSsh) -> SshSettings:
    return machine.serve(pam=True)


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: OpenSsh) -> Iterator[Path]:
    monkeypatch.setattr(ssh_config, "USER_CONFIG", tmp_path / "config")
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    yield tmp_path / "config"
    machine.authorize(machine.public)
