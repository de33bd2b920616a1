"""Where SSH connects by the settings and by OpenSSH's configuration."""

from pathlib import Path

import pytest

from fixtures.settings.sections import SshSettings
from fixtures.vps import ssh_config
from fixtures.vps.problem import VpsProblem
from fixtures.vps.ssh import Ssh
from fixtures.vps.ssh_config import SshHost, destination, jump_hosts
from tests.builders import settings


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(ssh_config, "USER_CONFIG", tmp_path / "config")
    monkeypatch.setattr(ssh_config, "SYSTEM_CONFIG", tmp_path / "ssh_config")
    return tmp_path / "config"


def to_vps(config: Path, text: str, **changes: object) -> SshHost:
    config.write_text(text)
    return destination(settings(**{"ssh_host": "vps", **changes}).ssh)


def hops(given: SshSettings) -> list[SshHost]:
    return jump_hosts(destination(given), given)


class TestDestination:
    def test_upstreams_defaults_hold_without_settings(self, config: Path) -> None:
        to = destination(settings().ssh)
        assert (to.host, to.port, to.user) == ("192.0.2.1", 222, "adminclaw")
        assert [each.name for each in to.identity.files] == ["id_ed25519", "id_ecdsa", "id_rsa"]
        assert not to.identity.chosen

    def test_only_root_goes_without_sudo(self, config: Path) -> None:
        config.write_text("Host other\nUser root\n")
        commands = {
            name: Ssh(settings(ssh_host=name).ssh).as_root("id") for name in ("vps", "other")
        }
        assert commands == {"vps": "sudo -n id", "other": "id"}

    def test_the_settings_come_before_the_users_config(self, config: Path) -> None:
        text = "Host vps\n  HostName 192.0.2.9\n  Port 2200\n  User someone\n"
        to = to_vps(config, text, ssh_port=2201)
        assert (to.host, to.port, to.user) == ("192.0.2.9", 2201, "someone")

    def test_the_users_config_comes_before_the_systems(self, config: Path) -> None:
        config.with_name("ssh_config").write_text("Port 2202\nUser other\n")
        to = to_vps(config, "Host vps\n  User someone\n")
        assert (to.port, to.user) == (2202, "someone")

    def test_the_first_value_counts(self, config: Path) -> None:
        assert to_vps(config, "Host v*\n  Port 1\nHost vps\n  Port 2\n").port == 1

    def test_a_host_may_be_left_out(self, config: Path) -> None:
        assert to_vps(config, "Host * !vps\n  Port 1\n").port == 222

    @pytest.mark.parametrize(
        "line", ["Port=23", "Port = 23", 'port "23"', "\tPORT 23  # a comment"]
    )
    def test_lines_may_be_written_in_several_ways(self, config: Path, line: str) -> None:
        assert to_vps(config, f"Host vps\n{line}\n").port == 23

    def test_several_identity_files_are_kept_in_their_order(self, config: Path) -> None:
        text = (
            "IdentityFile /one\nHost vps\n  IdentityFile '/two words'\n  IdentityFile /%h-%r-%d\n"
        )
        files = to_vps(config, text, ssh_user="me").identity.files
        assert files == (Path("/one"), Path("/two words"), Path(f"/vps-me-{Path.home()}"))

    def test_the_settings_key_is_the_only_one(self, config: Path, tmp_path: Path) -> None:
        identity = to_vps(config, "IdentityFile /one\n", ssh_key_path=tmp_path).identity
        assert (identity.files, identity.given) == ((tmp_path,), True)

    def test_identity_files_may_be_none(self, config: Path) -> None:
        assert to_vps(config, "IdentityFile none\n").identity.files == ()

    def test_certificates_and_the_agent_are_named(self, config: Path) -> None:
        text = (
            "CertificateFile /a\nCertificateFile /b\nIdentityAgent /run/%u.sock\nIdentitiesOnly yes"
        )
        identity = to_vps(config, text).identity
        assert identity.certificates == (Path("/a"), Path("/b"))
        assert identity.agent.startswith("/run/")
        assert "%" not in identity.agent
        assert identity.only

    def test_the_agents_socket_may_come_from_the_environment(
        self, config: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OTHER_AGENT", "/run/other")
        assert to_vps(config, "IdentityAgent $OTHER_AGENT\n").identity.agent == "/run/other"
        assert to_vps(config, "IdentityAgent ${OTHER_AGENT}\n").identity.agent == "/run/other"
        assert to_vps(config, "IdentityAgent SSH_AUTH_SOCK\n").identity.agent == ""
        assert to_vps(config, "IdentityAgent none\n").identity.agent == "none"

    def test_host_keys_are_looked_for_where_the_config_says(self, config: Path) -> None:
        text = "HostKeyAlias Other\nUserKnownHostsFile /a /b\nGlobalKnownHostsFile none\n"
        to = to_vps(config, text)
        assert (to.key_name, to.known_hosts) == ("Other", (Path("/a"), Path("/b")))

    def test_the_settings_known_hosts_are_the_only_ones(self, config: Path, tmp_path: Path) -> None:
        to = to_vps(config, "UserKnownHostsFile /a\n", ssh_known_hosts=tmp_path)
        assert to.known_hosts == (tmp_path,)


class TestIncludes:
    def test_includes_are_followed(self, config: Path) -> None:
        (config.parent / "conf.d").mkdir()
        (config.parent / "conf.d" / "vps").write_text("Host vps\n  HostName 192.0.2.9\n")
        assert to_vps(config, "Include conf.d/*\n").host == "192.0.2.9"

    def test_a_block_ends_with_the_file_that_it_is_in(self, config: Path) -> None:
        config.with_name("other").write_text("Host elsewhere\n  Port 1\n")
        assert to_vps(config, "Include other\nPort 2\n").port == 2

    def test_an_include_in_a_block_is_of_that_block(self, config: Path) -> None:
        config.with_name("other").write_text("Host *\n  Port 1\n")
        assert to_vps(config, "Host elsewhere\n  Include other\n").port == 222

    def test_an_include_of_itself_ends(self, config: Path) -> None:
        assert to_vps(config, "Include config\nPort 2\n").port == 2


class TestMatch:
    @pytest.mark.parametrize(
        "criteria",
        [
            *("all", "host vps", "host=v*", "originalhost vps,other", "user me", "!user you"),
            *("exec true", 'exec "test %h = vps"', "sessiontype exec", "tagged work", "final all"),
            *("localnetwork 127.0.0.0/8", "host vps user me"),
        ],
    )
    def test_a_criterion_that_is_met_counts(self, config: Path, criteria: str) -> None:
        text = f"Tag work\nMatch {criteria}\n  Port 1\n"
        assert to_vps(config, text, ssh_user="me").port == 1

    @pytest.mark.parametrize(
        "criteria",
        [
            *("host other", "!all", "user you", "exec false", "tagged other", "canonical all", ""),
            *("localnetwork 2001:db8::/32", "host vps user you", "sessiontype shell"),
            *("version OpenSSH_12*", "!version OpenSSH_12*", "nonsense x", "host vps nonsense"),
        ],
    )
    def test_one_that_is_not_met_or_not_known_does_not(self, config: Path, criteria: str) -> None:
        text = f"Match {criteria}\n  Port 1\nMatch all\n  Port 2\n"
        assert to_vps(config, text, ssh_user="me").port == 2

    def test_the_final_pass_knows_the_hosts_name(self, config: Path) -> None:
        text = "Match final host 192.0.2.9\n  Port 1\nHost vps\n  HostName 192.0.2.9\n"
        assert to_vps(config, text).port == 1


class TestTheWay:
    def test_jump_hosts_come_nearest_first(self, config: Path) -> None:
        config.write_text(
            "Host vps\n  ProxyJump inner\n"
            "Host inner\n  HostName 192.0.2.2\n  ProxyJump ops@outer:2022\n"
        )
        found = hops(settings(ssh_host="vps").ssh)
        assert [(hop.host, hop.port) for hop in found] == [("outer", 2022), ("192.0.2.2", 22)]
        assert found[0].user == "ops"

    @pytest.mark.parametrize("jump", ["vps", "other"])
    def test_jump_hosts_without_end_are_refused(self, config: Path, jump: str) -> None:
        config.write_text(f"Host *\n  ProxyJump {jump}\n")
        with pytest.raises(VpsProblem, match="endless chain"):
            hops(settings(ssh_host="vps").ssh)

    def test_a_proxy_command_is_filled_in(self, config: Path) -> None:
        command = "ProxyCommand cloudflared access ssh --hostname %h --user %r # %%"
        to = to_vps(config, command, ssh_user="me")
        assert to.proxy_command == "cloudflared access ssh --hostname vps --user me # %"

    def test_of_proxy_jump_and_proxy_command_the_first_counts(self, config: Path) -> None:
        to = to_vps(config, "ProxyJump none\nProxyCommand nc %h %p\n")
        assert (to.proxy_jump, to.proxy_command) == ("", "")
        to = to_vps(config, "ProxyCommand nc %h %p\nProxyJump other\n")
        assert (to.proxy_jump, to.proxy_command) == ("", "nc vps 222")
