"""One rehearsal for the logins of a module, and no ssh configuration but the test's."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.rehearsal import Rehearsal
from fixtures.vps import ssh_config


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Rehearsal]:
    with Rehearsal() as running:
        yield running


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(ssh_config, "USER_CONFIG", tmp_path / "config")
    monkeypatch.setattr(ssh_config, "SYSTEM_CONFIG", tmp_path / "ssh_config")
    monkeypatch.setattr(ssh_config, "DEFAULT_KEYS", (str(tmp_path / "id_ed25519"),))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    return tmp_path / "config"
