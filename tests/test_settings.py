"""Settings: from the operator's file, overridden by the environment, or refused with a remedy."""

from pathlib import Path

import pytest

from fixtures.settings.found import found_in
from fixtures.settings.settings import Settings, SettingsError, rehearsal_settings

CONFIG = """
# VPS
export VPS1_IP=192.0.2.7
SSH_USER="adminclaw"   # a comment
SSH_PORT=222
AI_GATEWAY_WORKER_URL=https://worker.example/
AI_GATEWAY_AUTH_TOKEN='a#b$c'
CLOUDFLARE_API_TOKEN=t0
CLOUDFLARE_ACCOUNT_ID=0123456789abcdef0123456789abcdef
CLOUDFLARE_AI_GATEWAY_ID=gateway
UNRELATED=1
"""


def read_settings(path: Path, environ: dict[str, str]) -> Settings:
    [found] = found_in(path)
    return found.settings(environ)


def config_file(folder: Path, text: str = CONFIG) -> Path:
    path = folder / "openclaw-config.env"
    path.write_bytes(text.encode())
    return path


def test_are_read_as_a_shell_reads_them(tmp_path: Path) -> None:
    settings = read_settings(config_file(tmp_path), {})
    assert settings.ssh.host == "192.0.2.7"
    assert settings.ssh.user == "adminclaw"
    assert settings.ssh.port == 222
    assert settings.worker.url == "https://worker.example"
    assert settings.worker.auth_token.reveal() == "a#b$c"
    assert settings.openclaw.gateway_port == 18789
    assert settings.run.providers_in_use == ("anthropic", "openai")


def test_may_have_windows_line_ends_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = config_file(tmp_path, "\ufeff" + CONFIG.lstrip().replace("\n", "\r\n"))
    settings = read_settings(path, {})
    assert settings.ssh.host == "192.0.2.7"
    assert settings.cloudflare.ai_gateway_id == "gateway"


def test_are_overridden_by_the_environment(tmp_path: Path) -> None:
    environ = {"SSH_PORT": "2222", "PROVIDERS_IN_USE": "Anthropic", "SSH_USER": ""}
    settings = read_settings(config_file(tmp_path), environ)
    assert settings.ssh.port == 2222
    assert settings.ssh.user == "adminclaw"
    assert settings.run.providers_in_use == ("anthropic",)


def test_of_a_rehearsal_are_overridden_only_in_how_it_is_verified(tmp_path: Path) -> None:
    values = dict(
        line.removeprefix("export ").split("=", 1)
        for line in CONFIG.splitlines()
        if "=" in line and "#" not in line
    )
    values["AI_GATEWAY_AUTH_TOKEN"] = "token"
    environ = {"VPS1_IP": "198.51.100.1", "OPENCLAW_DRIVE": "cli"}
    settings = rehearsal_settings(values, environ)
    assert settings.ssh.host == "192.0.2.7"
    assert settings.openclaw.drive == "cli"


def test_that_are_missing_are_named_all_at_once(tmp_path: Path) -> None:
    path = config_file(tmp_path, "VPS1_IP=192.0.2.7\nAI_GATEWAY_AUTH_TOKEN=\n")
    with pytest.raises(SettingsError) as caught:
        read_settings(path, {})
    message = str(caught.value)
    assert str(path) in message
    for name in ("AI_GATEWAY_AUTH_TOKEN", "AI_GATEWAY_WORKER_URL", "CLOUDFLARE_API_TOKEN"):
        assert name in message
    assert "VPS1_IP" not in message


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("SSH_PORT=zero", "SSH_PORT is 'zero'"),
        ("SSH_PORT=0", "SSH_PORT is '0'"),
        ("OPENCLAW_DRIVE=ssh", "auto, http, cli"),
        ("AI_GATEWAY_WORKER_URL=worker.example", "AI_GATEWAY_WORKER_URL is not an address"),
        ("CLOUDFLARE_BASE_URL=ftp://x", "CLOUDFLARE_BASE_URL is not an address"),
        ("AI_GATEWAY_WORKER_URL=http://worker.example", "AI_GATEWAY_WORKER_URL is not an address"),
        ("AI_GATEWAY_WORKER_URL=https://u:p@worker.example", "AI_GATEWAY_WORKER_URL is not"),
        ("AI_GATEWAY_WORKER_URL=http://[::1", "AI_GATEWAY_WORKER_URL is not an address"),
        ("AI_GATEWAY_WORKER_URL=https://worker.example:abc", "AI_GATEWAY_WORKER_URL is not"),
        ("WORKER_OPENAI_PATH=v1/chat", "WORKER_OPENAI_PATH is 'v1/chat'"),
        ("SSH_PORT=99999", "SSH_PORT is '99999'"),
        ("AI_GATEWAY_AUTH_TOKEN=abc…def", "AI_GATEWAY_AUTH_TOKEN has characters"),
        ("PROVIDERS_IN_USE=,", "PROVIDERS_IN_USE is ''"),
        ("PROVIDERS_IN_USE=mistral", "PROVIDERS_IN_USE is 'mistral'"),
        ("SSH_KEY_PATH=/nowhere/key", "SSH_KEY_PATH: cannot read the file /nowhere/key"),
        ("SSH_KNOWN_HOSTS=/nowhere", "SSH_KNOWN_HOSTS: cannot read"),
        ("AI_GATEWAY_AUTH_TOKEN=<worker-auth-token>", "AI_GATEWAY_AUTH_TOKEN still holds"),
        ("AI_GATEWAY_WORKER_URL=https://p.<account>.workers.dev", "AI_GATEWAY_WORKER_URL still"),
        ("CLOUDFLARE_API_TOKEN=...", "CLOUDFLARE_API_TOKEN still holds its placeholder"),
        ("SSH_HOST_KEY='ssh-ed25519 AAAA... root@vps'", "SSH_HOST_KEY still holds"),
        ("SSH_HOST_KEY=SHA256:2Rxk4sLDvWb8MgxWQGMdCwPyUR5KMvf4B8zVgkOQ2zM", "not a public key"),
        ("SSH_HOST_KEY=ssh-ed25519", "SSH_HOST_KEY is not a public key"),
        ("SSH_HOST_KEY='ssh-ed25519 AAAAC3NzaC1yc2EAAAA'", "SSH_HOST_KEY is not a public key"),
        ("this is no assignment", "line 12"),
        ("OPENCLAW_DOMAIN=openclaw.example.com/ui", "OPENCLAW_DOMAIN is not a host name"),
        ("OPENCLAW_DOMAIN=http://openclaw.example.com", "OPENCLAW_DOMAIN is not a host name"),
        ("OPENCLAW_DOMAIN=https://openclaw.example.com?a", "OPENCLAW_DOMAIN is not a host name"),
        ("OPENCLAW_DOMAIN='openclaw example'", "OPENCLAW_DOMAIN is not a host name"),
        ("OPENCLAW_DOMAIN=u@openclaw.example.com", "OPENCLAW_DOMAIN is not a host name"),
        ("OPENCLAW_DOMAIN_PATH=_openclaw", "OPENCLAW_DOMAIN_PATH is '_openclaw'"),
    ],
)
def test_that_are_wrong_are_named_with_a_remedy(tmp_path: Path, line: str, hint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(config_file(tmp_path, f"{CONFIG}{line}\n"), {})
    assert hint in str(caught.value)


def test_that_are_missing_or_wrong_are_all_named_at_once(tmp_path: Path) -> None:
    text = "VPS1_IP=192.0.2.7\nSSH_PORT=zero\nOPENCLAW_DRIVE=ssh\nRECORD_DEADLINE=...\n"
    with pytest.raises(SettingsError) as caught:
        read_settings(config_file(tmp_path, text), {})
    for name in ("SSH_PORT", "OPENCLAW_DRIVE", "RECORD_DEADLINE", "AI_GATEWAY_AUTH_TOKEN"):
        assert name in str(caught.value)


def test_cannot_be_read_from_a_folder_or_a_binary_file(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00\x01\xff")
    for path in (tmp_path, tmp_path / "binary", tmp_path / "none"):
        with pytest.raises(SettingsError, match="cannot read"):
            read_settings(path, {})


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("openclaw.example.com", "https://openclaw.example.com"),
        ("https://openclaw.example.com/", "https://openclaw.example.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_name_the_gateway_in_public_as_upstream_does(tmp_path: Path, name: str, url: str) -> None:
    path = config_file(tmp_path, f"{CONFIG}OPENCLAW_DOMAIN={name}\nOPENCLAW_DOMAIN_PATH=\n")
    assert read_settings(path, {}).openclaw.public_url == url


def test_hold_their_secrets_apart(tmp_path: Path) -> None:
    settings = read_settings(config_file(tmp_path), {})
    assert {secret.name for secret in settings.secrets()} == {
        "AI_GATEWAY_AUTH_TOKEN",
        "CLOUDFLARE_API_TOKEN",
    }
    assert "a#b$c" not in repr(settings)
