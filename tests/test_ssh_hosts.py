"""Which host keys are expected, and what is said of another."""

import base64
import hmac
import subprocess
from pathlib import Path

import paramiko
import pytest

from fixtures.vps.problem import VpsProblem
from fixtures.vps.ssh_config import LoginKeys, SshHost
from fixtures.vps.ssh_hosts import HostKeys, expected_host_keys, parse_host_key


def new_key() -> str:
    key = paramiko.ECDSAKey.generate()
    return f"{key.get_name()} {key.get_base64()}"


def data(key: str) -> bytes:
    return base64.b64decode(key.split()[1])


def known(path: Path, text: str, name: str = "vps", pinned: str | None = None) -> HostKeys:
    path.write_text(text)
    to = SshHost(
        host="vps",
        port=22,
        user="me",
        identity=LoginKeys(files=()),
        key_name=name,
        known_hosts=(path, path.with_name("absent")),
        pinned=pinned,
    )
    return expected_host_keys(to)


def verdict(keys: HostKeys, shown: str, name: str = "vps") -> str | None:
    problem = keys.problem(data(shown), name)
    return problem and problem[0]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "known_hosts"


def test_a_pinned_key_is_the_only_one_expected(file: Path) -> None:
    pinned, other = new_key(), new_key()
    keys = known(file, f"vps {other}\n", pinned=pinned)
    assert verdict(keys, pinned) is None
    assert verdict(keys, other) == "ssh.host-key-changed"


def test_a_pinned_key_may_be_a_line_of_ssh_keyscan() -> None:
    key = new_key()
    assert parse_host_key(f"[vps]:222 {key} a comment") == data(key)


@pytest.mark.parametrize("text", ["nonsense", "ssh-ed25519", "ssh-ed25519 %%%", "ssh-odd AAAA"])
def test_a_pinned_key_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(VpsProblem, match="SSH_HOST_KEY"):
        parse_host_key(text)


@pytest.mark.parametrize("first", [0, 1])
def test_any_of_several_keys_of_one_type_is_right(file: Path, first: int) -> None:
    both = [new_key(), new_key()]
    keys = known(file, "".join(f"vps {key}\n" for key in both))
    assert verdict(keys, both[first]) is None
    assert verdict(keys, new_key()) == "ssh.host-key-changed"


def test_a_key_of_another_type_is_unknown_and_not_changed(file: Path) -> None:
    other = paramiko.RSAKey.generate(2048)
    keys = known(file, f"vps {new_key()}\n")
    assert verdict(keys, f"ssh-rsa {other.get_base64()}") == "ssh.host-key-unknown"


def test_the_server_is_asked_for_a_key_that_is_known(file: Path) -> None:
    rsa = paramiko.RSAKey.generate(2048)
    keys = known(file, f"vps ssh-rsa {rsa.get_base64()}\n")
    supported = ["ssh-ed25519", "rsa-sha2-256", "rsa-sha2-512", "ssh-ed25519-cert-v01@openssh.com"]
    assert keys.algorithms(supported) == ["rsa-sha2-512", "rsa-sha2-256", "ssh-ed25519"]


@pytest.mark.parametrize(
    ("patterns", "name", "found"),
    [
        ("vps", "vps", True),
        ("VPS", "vps", True),
        ("other,vps,192.0.2.1", "vps", True),
        ("v?s", "vps", True),
        ("*,!vps", "vps", False),
        ("[vps]:222", "[vps]:222", True),
        ("[vps]:222", "vps", False),
        ("[v*]:222", "[vps]:222", True),
        ("vps", "[vps]:222", True),  # as ssh looks for it, too
        ("vp", "vps", False),
    ],
)
def test_names_are_found_as_openssh_finds_them(
    file: Path, patterns: str, name: str, *, found: bool
) -> None:
    key = new_key()
    assert (verdict(known(file, f"{patterns} {key}\n", name), key, name) is None) == found


def test_a_key_with_the_port_goes_before_one_without(file: Path) -> None:
    right, old = new_key(), new_key()
    keys = known(file, f"vps {old}\n[vps]:222 {right}\n", "[vps]:222")
    assert verdict(keys, right) is None
    assert verdict(keys, old) == "ssh.host-key-changed"


@pytest.mark.parametrize(("hashed", "found"), [("vps", True), ("other", False)])
def test_a_name_may_be_hashed(file: Path, hashed: str, *, found: bool) -> None:
    key, salt = new_key(), b"twenty bytes of salt"
    digest = base64.b64encode(hmac.digest(salt, hashed.encode(), "sha1")).decode()
    line = f"|1|{base64.b64encode(salt).decode()}|{digest} {key}\n"
    assert (verdict(known(file, line), key) is None) == found


def test_a_revoked_key_is_told_as_one_wherever_else_it_stands(file: Path) -> None:
    bad = new_key()
    keys = known(file, f"@revoked * {bad}\nvps {bad}\n")
    assert verdict(keys, bad) == "ssh.host-key-revoked"


@pytest.mark.parametrize(
    "line",
    ["# vps {}", "@cert-authority * {}", "vps", "vps ssh-ed25519 %%%", "|1|x {}", "@odd * {}"],
)
def test_what_is_no_line_of_the_host_is_passed_over(file: Path, line: str) -> None:
    key, good = new_key(), new_key()
    keys = known(file, f"{line.format(key)}\nvps {good}\n")
    assert verdict(keys, key) == "ssh.host-key-changed"
    assert verdict(keys, good) is None


class TestCertificates:
    @pytest.fixture
    def authority(self, tmp_path: Path) -> Path:
        return keygen(tmp_path / "authority")

    def certificate(self, authority: Path, *options: str) -> str:
        key = keygen(authority.with_name("host"))
        ssh_keygen("-s", str(authority), "-I", "it", *options, f"{key}.pub")
        return key.with_name("host-cert.pub").read_text()

    def judged(self, file: Path, authority: Path, shown: str) -> str:
        text = authority.with_name("authority.pub").read_text()
        keys = known(file, f"@cert-authority *.example,vps {text}")
        problem = keys.problem(data(shown), "[vps]:222")
        return problem[1] if problem else ""

    def test_one_of_a_known_authority_is_right(self, file: Path, authority: Path) -> None:
        shown = self.certificate(authority, "-h", "-n", "vps,other")
        assert self.judged(file, authority, shown) == ""

    @pytest.mark.parametrize(
        ("options", "why"),
        [
            (("-h", "-n", "other"), "for other names"),
            (("-n", "vps"), "not a host certificate"),
            (("-h", "-n", "vps", "-V", "20200101:20200102"), "not valid at this time"),
        ],
    )
    def test_any_other_is_wrong(
        self, file: Path, authority: Path, options: tuple[str, ...], why: str
    ) -> None:
        assert why in self.judged(file, authority, self.certificate(authority, *options))

    def test_one_of_another_authority_is_wrong(self, file: Path, authority: Path) -> None:
        shown = self.certificate(authority, "-h", "-n", "vps")
        keys = known(file, f"@cert-authority vps {new_key()}\n")
        assert verdict(keys, shown) == "ssh.host-certificate"

    def test_one_that_was_changed_is_wrong(self, file: Path, authority: Path) -> None:
        kind, text, *_ = self.certificate(authority, "-h", "-n", "vps").split()
        changed = bytearray(base64.b64decode(text))
        changed[-1] ^= 1
        shown = f"{kind} {base64.b64encode(changed).decode()}"
        assert "cannot be verified" in self.judged(file, authority, shown)


def keygen(path: Path) -> Path:
    ssh_keygen("-t", "ed25519", "-N", "", "-f", str(path))
    return path


def ssh_keygen(*options: str) -> None:
    command = ["ssh-keygen", "-q", *options]
    subprocess.run(command, check=True)
