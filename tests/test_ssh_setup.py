"""Where SSH connects, and which host keys it expects."""

from pathlib import Path

import paramiko
import pytest

from fixtures.vps import ssh_config
from fixtures.vps.ssh_config import destination, jump_hosts
from fixtures.vps.ssh_hosts import SshSetupError, expected_host_keys, parse_host_key
from tests.builders import settings


def public_key() -> str:
    key = paramiko.ECDSAKey.generate()
    return f"{key.get_name()} {key.get_base64()}"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(ssh_config, "USER_CONFIG", tmp_path / "config")
    return tmp_path / "config"


class TestHostKeys:
    def test_a_pinned_key_is_the_only_one_expected(self, tmp_path: Path) -> None:
        known, pinned = tmp_path / "known_hosts", public_key()
        known.write_text(f"vps {public_key()}\n")
        expected = list(expected_host_keys("vps", 22, pinned, known))
        assert [(name, key.get_base64()) for name, key in expected] == [("vps", pinned.split()[1])]

    def test_a_pinned_key_may_be_a_line_of_ssh_keyscan(self) -> None:
        key = public_key()
        assert parse_host_key(f"[vps]:222 {key} a comment").get_base64() == key.split()[1]

    @pytest.mark.parametrize("text", ["nonsense", "ssh-ed25519", "ssh-ed25519 %%%", "ssh-odd AAAA"])
    def test_a_pinned_key_that_is_none_is_refused(self, text: str) -> None:
        with pytest.raises(SshSetupError, match="SSH_HOST_KEY"):
            parse_host_key(text)

    def test_another_port_is_part_of_the_name(self, tmp_path: Path) -> None:
        known, key = tmp_path / "known_hosts", public_key()
        known.write_text(f"[vps]:222 {key}\n")
        assert [name for name, _ in expected_host_keys("vps", 222, None, known)] == ["[vps]:222"]
        assert not list(expected_host_keys("vps", 22, None, known))

    def test_revoked_keys_are_not_expected_and_authorities_are_passed_over(
        self, tmp_path: Path
    ) -> None:
        known, good, bad = tmp_path / "known_hosts", public_key(), public_key()
        known.write_text(
            f"# a comment\n@cert-authority *.example {good}\n@revoked * {bad}\n"
            f"vps {bad}\nother {good}\nnot a line\n"
        )
        assert not list(expected_host_keys("vps", 22, None, known))
        assert len(list(expected_host_keys("other", 22, None, known))) == 1


class TestDestination:
    def test_upstreams_defaults_hold_without_settings(self, config: Path) -> None:
        to = destination(settings())
        assert (to.host, to.port, to.user) == ("192.0.2.1", 222, "adminclaw")

    def test_the_settings_come_before_the_users_config(self, config: Path) -> None:
        config.write_text("Host vps\n  HostName 192.0.2.9\n  Port 2200\n  User someone\n")
        to = destination(settings(vps_host="vps", ssh_port=2201))
        assert (to.host, to.port, to.user) == ("192.0.2.9", 2201, "someone")

    def test_includes_are_followed(self, config: Path) -> None:
        (config.parent / "conf.d").mkdir()
        (config.parent / "conf.d" / "vps").write_text("Host vps\n  HostName 192.0.2.9\n")
        config.write_text("Include conf.d/*\n")
        assert destination(settings(vps_host="vps")).host == "192.0.2.9"

    def test_jump_hosts_come_nearest_first(self, config: Path) -> None:
        config.write_text(
            "Host vps\n  ProxyJump inner\n"
            "Host inner\n  HostName 192.0.2.2\n  ProxyJump ops@outer:2022\n"
        )
        hops = jump_hosts(destination(settings(vps_host="vps")))
        assert [(hop.host, hop.port) for hop in hops] == [("outer", 2022), ("192.0.2.2", 22)]
        assert hops[0].user == "ops"

    @pytest.mark.parametrize("jump", ["vps", "other"])
    def test_jump_hosts_without_end_are_refused(self, config: Path, jump: str) -> None:
        config.write_text(f"Host *\n  ProxyJump {jump}\n")
        with pytest.raises(SshSetupError, match="without end"):
            jump_hosts(destination(settings(vps_host="vps")))

    def test_identity_files_that_are_not_there_are_passed_over(self, config: Path) -> None:
        config.write_text("Host vps\n  IdentityFile ~/.ssh/no-such-key\n")
        assert destination(settings(vps_host="vps")).key_paths == ()

    def test_a_proxy_command_is_clearly_refused(self, config: Path) -> None:
        config.write_text("Host vps\n  ProxyCommand nc %h %p\n")
        with pytest.raises(SshSetupError, match="ProxyCommand"):
            destination(settings(vps_host="vps"))
