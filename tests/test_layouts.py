"""Which deployments files describe: the plan's config file, and upstream's stack of claws."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from fixtures.settings.found import found_in
from fixtures.settings.settings import SettingsError
from fixtures.suite.run.deployments import deployments

ENV = """
VPS_IP=192.0.2.7
HOSTNAME=vps
SSH_USER=adminclaw      # changed from ubuntu during hardening
SSH_PORT=22             # Current SSH port
SSH_HARDENED_PORT=222   # Target SSH port
CLOUDFLARE_API_TOKEN=deploys-own
CLOUDFLARE_TUNNEL_TOKEN=tunnel
AI_GATEWAY_URL=https://worker.example
AI_GATEWAY_TOKEN=0123456789abcdef
ROOT_DOMAIN=example.com
# generated
PERSONAL_CLAW_GATEWAY_TOKEN=personal
WORK_CLAW_GATEWAY_TOKEN=work
"""
IDS = """
CLOUDFLARE_ACCOUNT_ID=0123456789abcdef0123456789abcdef
CLOUDFLARE_AI_GATEWAY_ID=gateway
CLOUDFLARE_READ_TOKEN=reads
"""
CLAWS: dict[str, Any] = {
    "personal-claw": {"domain": "openclaw.example.com", "gateway_port": 18789},
    "work-claw": {
        "domain": "work.example.com",
        "domain_path": "/ui",
        "gateway_port": 18790,
        "gateway_token": "of-the-stack",
        "ai_gateway": {"url": "https://other.example", "token": "other-token"},
    },
}
STACK: dict[str, Any] = {
    "stack": {
        "install_dir": "/srv/claws",
        "project_name": "claws",
        "ai_gateway": {"url": "https://worker.example", "token": "0123456789abcdef"},
    },
    "defaults": {"domain_path": "", "ai_gateway": {"token": ""}},
    "claws": CLAWS,
}


@pytest.fixture(autouse=True)
def no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.startswith(("OPENCLAW_", "CLOUDFLARE_"))]:
        monkeypatch.delenv(name)


def checkout(folder: Path, env: str = ENV + IDS, stack: object = STACK) -> Path:
    (folder / ".deploy").mkdir(parents=True)
    (folder / ".env").write_text(env)
    (folder / ".env").chmod(0o600)
    (folder / ".deploy/stack.json").write_text(json.dumps(stack))
    return folder


@pytest.mark.parametrize("name", ["", ".env", ".deploy", ".deploy/stack.json"])
def test_each_claw_of_a_stack_is_a_deployment(tmp_path: Path, name: str) -> None:
    """Of the checkout, or of any of its two files; named twice, they are the same."""
    folder = checkout(tmp_path / "openclaw-stack")
    personal, work = deployments([str(folder / name), str(folder)], [])
    assert (personal.label, work.label) == ("personal-claw", "work-claw")
    assert personal.settings
    assert work.settings
    one, other = personal.settings, work.settings
    assert (one.ssh.host, one.ssh.user, one.ssh.port) == ("192.0.2.7", "adminclaw", 222)
    assert one.worker.url == "https://worker.example"
    assert one.worker.auth_token.reveal() == "0123456789abcdef"
    assert one.worker.named_paths == {}
    assert one.cloudflare.api_token.reveal() == "reads"
    assert one.openclaw.home == "/srv/claws"
    assert one.openclaw.state_folder == "/srv/claws/instances/personal-claw/.openclaw"
    assert one.openclaw.container == "claws-openclaw-personal-claw"
    assert one.openclaw.other_gateways == ("claws-openclaw-work-claw",)
    assert one.openclaw.gateway_token
    assert one.openclaw.gateway_token.reveal() == "personal"
    assert (one.openclaw.gateway_port, one.openclaw.domain) == (18789, "openclaw.example.com")
    assert other.worker.url == "https://other.example"
    assert other.worker.auth_token.reveal() == "other-token"
    assert other.openclaw.gateway_token
    assert other.openclaw.gateway_token.reveal() == "of-the-stack"
    assert (other.openclaw.gateway_port, other.openclaw.domain_path) == (18790, "/ui")


def test_claws_of_two_stacks_are_told_apart_by_their_checkouts(tmp_path: Path) -> None:
    for name in ("one", "two"):
        checkout(tmp_path / name)
    assert [each.label for each in deployments([str(tmp_path)], [])] == [
        *("one/personal-claw", "one/work-claw", "two/personal-claw", "two/work-claw"),
    ]


def test_an_env_file_alone_is_a_deployment(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(ENV.replace("SSH_PORT=22 ", "SSH_PORT=2222 ") + IDS)
    [found] = deployments([str(tmp_path / ".env")], [])
    assert found.settings
    assert found.label == tmp_path.name
    assert found.settings.ssh.port == 2222
    assert found.settings.openclaw.container == "openclaw-gateway"


def refused(*names: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        deployments([str(each) for each in names], [])
    return str(caught.value)


def test_what_the_files_lack_is_one_list_for_all_claws(tmp_path: Path) -> None:
    """By upstream's names; the token of its deploy, which goes to the VPS, is none to read with."""
    env = ENV.replace("AI_GATEWAY_URL=https", "AI_GATEWAY_ULR=https") + "CF_ACCOUNT_ID=account\n"
    stack = {**STACK, "stack": {}, "claws": {"a": {}, "b": {}}}
    env += "SSH_KEY=/nowhere/key\n"
    told = refused(checkout(tmp_path / "checkout", env, stack))
    key, head, *lines = told.splitlines()
    assert key == "SSH_KEY: cannot read the file /nowhere/key"
    assert head == (
        f"{tmp_path}/checkout/.env lacks these settings; set them there or in the environment:"
    )
    assert [line.partition(":")[0].strip() for line in lines] == [
        *("AI_GATEWAY_URL", "CLOUDFLARE_READ_TOKEN"),
        *("CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_AI_GATEWAY_ID"),
    ]
    assert lines[0].endswith("(AI_GATEWAY_ULR is set; did you mean 'AI_GATEWAY_URL'?)")
    assert "build writes CLOUDFLARE_API_TOKEN of this file to the VPS" in lines[1]
    assert lines[2].endswith("(CF_ACCOUNT_ID is set; did you mean 'CLOUDFLARE_ACCOUNT_ID'?)")
    assert "did you mean" not in lines[3]


def test_what_is_not_built_yet_is_told_with_all_else(tmp_path: Path) -> None:
    (tmp_path / "stack.yml").write_text("")
    told = refused(tmp_path)
    assert f"cannot read {tmp_path}/.env: No such file" in told
    assert f"{tmp_path}/.deploy/stack.json: no such file; `npm run pre-deploy`" in told
    assert "  VPS_IP: " in told


@pytest.mark.parametrize("stack", [[], {}, {"claws": {}}, {"stack": {}, "claws": {}}, {"claws": 1}])
def test_another_stack_json_is_refused(tmp_path: Path, stack: object) -> None:
    assert "not the stack.json that" in refused(checkout(tmp_path / "it", stack=stack))


def test_what_one_claw_has_wrong_is_told_as_its(tmp_path: Path) -> None:
    claws = {**CLAWS, "work-claw": {**CLAWS["work-claw"], "gateway_port": 99999}}
    told = refused(checkout(tmp_path / "it", stack={**STACK, "claws": claws}))
    assert told.startswith("work-claw: OPENCLAW_GATEWAY_PORT is '99999'; it must be a whole")
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize(
    "value",
    ["${TOKEN}", "$TOKEN", "$(pass show token)", "`pass`", "op://vault/item", "a${B}", "${A:-b}"],
)
def test_a_reference_is_no_value(tmp_path: Path, value: str) -> None:
    """Compose, a shell or a password manager would resolve it; taken literally it is wrong."""
    told = refused(checkout(tmp_path / "it", f"{ENV}{IDS}SSH_HOST_KEY='{value}'\n"))
    assert told.startswith("SSH_HOST_KEY is a reference, such as ${NAME}")


def test_a_key_may_be_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "key").write_text("")
    for home in ("$HOME", "${HOME}", "~"):
        [found] = found_in(
            checkout(tmp_path / f"it{home}", f"{ENV}{IDS}SSH_KEY={home}/key\n") / ".env"
        )
        assert found.settings({}).ssh.key_path == tmp_path / "key"


def test_the_deploys_own_token_in_the_environment_is_none_to_read_with(tmp_path: Path) -> None:
    """As after `source .env`."""
    folder = checkout(tmp_path / "it", ENV + IDS.replace("CLOUDFLARE_READ_TOKEN", "OTHER"))
    found, _ = found_in(folder / ".deploy/stack.json")
    with pytest.raises(SettingsError, match="CLOUDFLARE_READ_TOKEN"):
        found.settings({"CLOUDFLARE_API_TOKEN": "deploys-own"})
    for name in ("CLOUDFLARE_API_TOKEN", "CLOUDFLARE_READ_TOKEN"):
        assert found.settings({name: "reads"}).cloudflare.api_token.reveal() == "reads"


def test_what_each_claw_has_of_its_own_is_not_taken_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = checkout(tmp_path / "it")
    monkeypatch.setenv("OPENCLAW_CONTAINER", "one")
    assert "OPENCLAW_CONTAINER is set in the environment and would override every claw's" in (
        refused(folder)
    )
    one = {**STACK, "claws": {"only": CLAWS["personal-claw"]}}
    [found] = deployments([str(checkout(tmp_path / "other", stack=one))], [])
    assert found.settings
    assert found.settings.openclaw.container == "one"


def test_a_name_of_todays_in_the_plans_file_is_pointed_out(tmp_path: Path) -> None:
    path = tmp_path / "openclaw-config.env"
    path.write_text(ENV.replace("VPS_IP", "VPS1_IP") + IDS)
    told = refused(path)
    assert "AI_GATEWAY_URL is set; did you mean 'AI_GATEWAY_WORKER_URL'?" in told
    assert "AI_GATEWAY_TOKEN is set; did you mean 'AI_GATEWAY_AUTH_TOKEN'?" in told
    assert "_GATEWAY_TOKEN is set" not in told.replace("AI_GATEWAY_TOKEN", "")
    assert "TUNNEL" not in told


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("", {}),
        ("WORKER_ANTHROPIC_PATH=/own/v1/messages\n", {"anthropic": "/own/v1/messages"}),
    ],
)
def test_upstreams_files_name_a_workers_path_only_where_the_operator_does(
    tmp_path: Path, line: str, named: dict[str, str]
) -> None:
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone/.env").write_text(ENV + IDS + line)
    [found] = found_in(tmp_path / "alone/.env")
    assert found.settings().worker.named_paths == named
    for claw in deployments([str(checkout(tmp_path / "stack", env=ENV + IDS + line))], []):
        assert claw.settings
        assert claw.settings.worker.named_paths == named
