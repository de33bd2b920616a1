"""OpenSSH's own keys, certificates, known hosts and ways through other servers."""

from pathlib import Path

import pytest

from fixtures.settings.secret import Secret
from fixtures.settings.sections import SshSettings
from tests.real.openssh import USER, OpenSsh, make_key
from tests.real.processes import run
from tests.real.ssh.logins import entry_of, whoami

pytestmark = pytest.mark.real


@pytest.mark.parametrize(
    "options",
    [
        ("-t", "ed25519"),
        ("-t", "rsa", "-m", "PEM"),
        ("-t", "rsa", "-m", "PKCS8"),
        ("-t", "ecdsa", "-m", "PKCS8"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("passphrase", ["", "sésame"])
def test_keys_of_each_format_log_in(
    machine: OpenSsh, plain: SshSettings, tmp_path: Path, options: tuple[str, ...], passphrase: str
) -> None:
    key = make_key(tmp_path / "key", *options, passphrase=passphrase)
    machine.authorize(key.with_suffix(".pub").read_text())
    secret = Secret("SSH_KEY_PASSPHRASE", passphrase) if passphrase else None
    given = {"ssh_port": plain.port, "ssh_key_path": key, "ssh_key_passphrase": secret}
    assert whoami(machine.settings(**given)) == USER


def test_the_second_identity_file_logs_in(
    machine: OpenSsh, plain: SshSettings, config: Path, tmp_path: Path
) -> None:
    other = make_key(tmp_path / "other")
    config.write_text(f"IdentityFile {other}\nIdentityFile {machine.key}\n")
    assert whoami(machine.settings(ssh_port=plain.port, ssh_key_path=None)) == USER


def test_too_many_keys_are_told(
    machine: OpenSsh, plain: SshSettings, config: Path, tmp_path: Path
) -> None:
    keys = [make_key(tmp_path / str(number)) for number in range(8)]
    config.write_text("".join(f"IdentityFile {key}\n" for key in keys))
    settings = machine.settings(ssh_port=plain.port, ssh_key_path=None)
    assert entry_of(lambda: whoami(settings)) == "ssh.too-many-keys"


def test_a_certificate_logs_in(machine: OpenSsh, tmp_path: Path, config: Path) -> None:
    authority, key = make_key(tmp_path / "ca"), make_key(tmp_path / "key", "-t", "rsa")
    run("ssh-keygen", "-q", "-s", str(authority), "-I", "it", "-n", USER, f"{key}.pub")
    machine.authorize()
    (machine.folder / "ca.pub").write_text(authority.with_suffix(".pub").read_text())
    served = machine.serve(f"TrustedUserCAKeys {machine.folder}/ca.pub")
    settings = machine.settings(ssh_port=served.port, ssh_key_path=key)
    assert whoami(settings) == USER
    key.with_name("key-cert.pub").rename(tmp_path / "elsewhere")
    assert entry_of(lambda: whoami(settings)) == "ssh.key-refused"
    config.write_text(f"CertificateFile {tmp_path / 'elsewhere'}\n")
    assert whoami(settings) == USER


def test_a_host_certificate_is_believed_when_its_authority_is_known(
    machine: OpenSsh, tmp_path: Path
) -> None:
    authority, known = make_key(tmp_path / "ca"), tmp_path / "known"
    public = machine.folder / "host_key.pub"
    sign = ("ssh-keygen", "-q", "-s", str(authority), "-h", "-I", "it", "-n", "127.0.0.1")
    run(*sign, str(public))
    served = machine.serve(f"HostCertificate {machine.folder}/host_key-cert.pub")
    settings = machine.settings(ssh_port=served.port, ssh_host_key=None, ssh_known_hosts=known)
    known.write_text(f"@cert-authority * {authority.with_suffix('.pub').read_text()}")
    assert whoami(settings) == USER
    known.write_text(f"@cert-authority * {machine.public}\n")
    assert entry_of(lambda: whoami(settings)) == "ssh.host-certificate"
    known.write_text("")
    assert entry_of(lambda: whoami(settings)) == "ssh.host-key-unknown"


def test_the_right_one_of_several_host_keys_is_enough(
    machine: OpenSsh, plain: SshSettings, config: Path, tmp_path: Path
) -> None:
    other, known = make_key(tmp_path / "other"), tmp_path / "known"
    lines = (machine.host_key, other.with_suffix(".pub").read_text())
    known.write_text("\n".join(f"alias {line}" for line in lines))
    config.write_text(f"HostKeyAlias alias\nUserKnownHostsFile /nowhere {known}\n")
    assert whoami(machine.settings(ssh_port=plain.port, ssh_host_key=None)) == USER


@pytest.mark.parametrize("way", ["ProxyJump", "ProxyCommand"])
def test_a_way_through_another_server_is_taken(
    machine: OpenSsh, plain: SshSettings, config: Path, tmp_path: Path, way: str
) -> None:
    port, known = plain.port, tmp_path / "known"
    known.write_text(f"[127.0.0.1]:{port} {machine.host_key}\n")
    options = f"-o UserKnownHostsFile={known} -i {machine.key} -p {port}"
    ways = {
        "ProxyJump": f"ProxyJump {USER}@jump",
        "ProxyCommand": f"ProxyCommand ssh -F none {options} -W %h:%p {USER}@127.0.0.1",
    }
    config.write_text(
        f"Host vps\n HostName 127.0.0.1\n {ways[way]}\n"
        f"Host jump\n HostName 127.0.0.1\n Port {port}\n"
        f" IdentityFile {machine.key}\n UserKnownHostsFile {known}\n"
    )
    served = machine.serve()
    assert whoami(machine.settings(ssh_host="vps", ssh_port=served.port)) == USER
