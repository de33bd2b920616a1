"""The signature: good, tampered, of another namespace; and keys that cannot sign."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from fixtures.suite.report.sign_off.signing import (
    NAMESPACE,
    REHEARSAL_NAMESPACE,
    SIGNED,
    VERIFY,
    SigningError,
    namespace,
    sign,
    usable_key,
)


def new_key(path: Path, passphrase: str = "") -> Path:
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "", "-f", str(path)]
    subprocess.run(command, check=True)
    return path


def write_digests(folder: Path) -> None:
    digest = hashlib.sha256((folder / "report.html").read_bytes()).hexdigest()
    (folder / SIGNED).write_text(f"{digest}  report.html\n")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return new_key(tmp_path / "id_sign_off")


@pytest.fixture
def folder(tmp_path: Path, key: Path) -> Path:
    """A folder as a sign-off leaves it, and the signer's public key for who checks it."""
    folder = tmp_path / "handed-over"
    folder.mkdir()
    (folder / "report.html").write_text("accepted\n")
    write_digests(folder)
    public = key.with_name(f"{key.name}.pub").read_text()
    (folder / "allowed_signers").write_text(f"SIGNER {public}")
    return folder


def checked(folder: Path) -> bool:
    """Whether the documented command succeeds."""
    done = subprocess.run(["/bin/sh", "-c", VERIFY], cwd=folder, capture_output=True, check=False)
    return done.returncode == 0


def test_a_good_signature_is_verified_by_the_documented_command(folder: Path, key: Path) -> None:
    sign(folder / SIGNED, key, NAMESPACE)
    assert checked(folder)


def test_without_a_signature_the_check_fails(folder: Path) -> None:
    assert not checked(folder)


@pytest.mark.parametrize("name", ["report.html", SIGNED, f"{SIGNED}.sig"])
def test_what_is_tampered_with_is_noticed(folder: Path, key: Path, name: str) -> None:
    sign(folder / SIGNED, key, NAMESPACE)
    path = folder / name
    text = path.read_text()
    middle = next(at for at in range(len(text) // 2, len(text)) if text[at].isalnum())
    path.write_text(f"{text[:middle]}{'B' if text[middle] == 'A' else 'A'}{text[middle + 1 :]}")
    assert not checked(folder)


def test_a_changed_file_with_its_new_digest_is_noticed(folder: Path, key: Path) -> None:
    sign(folder / SIGNED, key, NAMESPACE)
    (folder / "report.html").write_text("another\n")
    write_digests(folder)
    assert not checked(folder)


def test_a_rehearsals_signature_is_of_another_namespace_and_fails(folder: Path, key: Path) -> None:
    assert (
        namespace(rehearsal=True) == REHEARSAL_NAMESPACE != NAMESPACE == namespace(rehearsal=False)
    )
    sign(folder / SIGNED, key, REHEARSAL_NAMESPACE)
    assert not checked(folder)


def test_another_key_is_not_the_signers(folder: Path, tmp_path: Path) -> None:
    sign(folder / SIGNED, new_key(tmp_path / "other"), NAMESPACE)
    assert not checked(folder)


def test_a_usable_key_is_known_by_its_fingerprint(key: Path) -> None:
    assert usable_key(key).startswith("SHA256:")
    assert usable_key(key.with_name(f"{key.name}.pub")) == usable_key(key)


def unusable(key: Path) -> str:
    with pytest.raises(SigningError) as caught:
        usable_key(key)
    assert str(key) in str(caught.value)
    return str(caught.value)


@pytest.fixture
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fixtures.suite.report.sign_off.signing._has_terminal", lambda: False)
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)


@pytest.mark.usefixtures("no_terminal")
def test_a_locked_key_without_a_terminal_does_not_hang(tmp_path: Path) -> None:
    assert "ssh-add" in unusable(new_key(tmp_path / "locked", "a passphrase"))


@pytest.mark.usefixtures("no_terminal")
def test_a_public_key_needs_its_private_one(key: Path) -> None:
    public = key.with_name(f"{key.name}.pub")
    key.unlink()
    assert "neither beside it nor in ssh-agent" in unusable(public)


@pytest.mark.usefixtures("no_terminal")
def test_a_key_that_others_can_read_is_refused(key: Path) -> None:
    key.chmod(0o644)
    assert "chmod 600" in unusable(key)


def test_what_is_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no key\n")
    assert "not a public key file" in unusable(tmp_path / "text")
    assert "no such file" in unusable(tmp_path / "none")


def test_a_machine_without_ssh_keygen_is_told_what_to_install(
    key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SigningError, match="openssh-client"):
        usable_key(key)
