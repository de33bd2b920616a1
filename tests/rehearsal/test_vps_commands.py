"""What sudo, docker and OpenClaw's command line say on the VPS."""

import json

import paramiko
import pytest

from fixtures.rehearsal import Rehearsal
from tests.rehearsal.clients import arrived, open_ssh, run

INSPECT = "sudo -n docker inspect --format"
AGENT = "sudo -n docker exec openclaw-gateway openclaw agent --agent main --json"


def test_sudo_without_a_terminal_wants_its_option(ssh: paramiko.SSHClient) -> None:
    assert run(ssh, "sudo -n echo yes").stdout == "yes\n"
    assert run(ssh, "sudo echo yes").status == 1


def test_a_script_runs_from_the_standard_input(ssh: paramiko.SSHClient) -> None:
    assert run(ssh, "sudo -n python3 -", "print(6 * 7)").stdout == "42\n"


def test_docker_wants_root(ssh: paramiko.SSHClient) -> None:
    done = run(ssh, "docker ps")
    assert done.status == 1
    assert "permission denied" in done.stderr


def test_docker_shows_the_containers_environment(
    healthy: Rehearsal, ssh: paramiko.SSHClient
) -> None:
    env = json.loads(run(ssh, f"{INSPECT} '{{{{json .Config.Env}}}}' openclaw-gateway").stdout)
    token = healthy.settings["AI_GATEWAY_AUTH_TOKEN"]
    assert f"ANTHROPIC_API_KEY={token}" in env
    assert f"OPENROUTER_API_KEY={token}" in env
    assert f"ANTHROPIC_BASE_URL={healthy.settings['AI_GATEWAY_WORKER_URL']}" in env
    assert "TELEGRAM_BOT_TOKEN=" in env
    inside = run(ssh, "sudo -n docker exec openclaw-gateway env").stdout.splitlines()
    assert {each for each in env if not each.startswith("PATH=")} <= set(inside)


def test_docker_shows_single_fields_and_everything(ssh: paramiko.SSHClient) -> None:
    shown = run(ssh, f"{INSPECT} '{{{{.State.Running}}}} {{{{.Name}}}}' openclaw-gateway").stdout
    assert shown == "true /openclaw-gateway\n"
    assert json.loads(run(ssh, f"{INSPECT} '{{{{json .}}}}' openclaw-gateway").stdout)["Config"]
    assert json.loads(run(ssh, "sudo -n docker inspect openclaw-gateway").stdout)[0]["Id"]
    names = run(ssh, "sudo -n docker ps --format '{{.Names}}'").stdout
    assert names == "openclaw-gateway\n"


@pytest.mark.parametrize("template", ["{{range .Config.Env}}{{end}}", "{{.State.Nothing}}"])
def test_docker_refuses_a_template_that_it_cannot_render(
    ssh: paramiko.SSHClient, template: str
) -> None:
    assert run(ssh, f"{INSPECT} '{template}' openclaw-gateway").status != 0


def test_compose_shows_what_the_files_give_now(healthy: Rehearsal, ssh: paramiko.SSHClient) -> None:
    label = '{{index .Config.Labels "com.docker.compose.project.working_dir"}}'
    labels = json.loads(
        run(ssh, f"{INSPECT} '{{{{json .Config.Labels}}}}' openclaw-gateway").stdout
    )
    folder = labels["com.docker.compose.project.working_dir"]
    assert run(ssh, f"{INSPECT} '{label}' openclaw-gateway").status != 0  # no function is known
    compose = f"sudo -n docker compose --project-directory {folder} config"
    shown = json.loads(run(ssh, f"{compose} --format json").stdout)
    env = shown["services"]["openclaw-gateway"]["environment"]
    assert env["XAI_API_KEY"] == healthy.settings["AI_GATEWAY_AUTH_TOKEN"]
    assert env["TELEGRAM_BOT_TOKEN"] == ""
    assert run(ssh, f"{compose} --format xml").status != 0


def test_an_image_has_variables_of_its_own(ssh: paramiko.SSHClient) -> None:
    image = run(ssh, f"{INSPECT} '{{{{.Image}}}}' openclaw-gateway").stdout.strip()
    command = f"sudo -n docker image inspect --format '{{{{json .Config.Env}}}}' {image}"
    [path] = json.loads(run(ssh, command).stdout)
    assert path.startswith("PATH=")


def test_the_gateways_process_has_the_containers_environment(
    healthy: Rehearsal, ssh: paramiko.SSHClient
) -> None:
    pid = run(ssh, f"{INSPECT} '{{{{.State.Pid}}}}' openclaw-gateway").stdout.strip()
    environ = run(ssh, f"sudo -n cat /proc/{pid}/environ").stdout.split("\0")
    assert f"ANTHROPIC_API_KEY={healthy.settings['AI_GATEWAY_AUTH_TOKEN']}" in environ


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("inspect --format '{{.Id}}' missing", "No such object: missing"),
        ("exec missing true", "No such container: missing"),
    ],
)
def test_docker_names_a_container_that_is_not_there(
    ssh: paramiko.SSHClient, command: str, words: str
) -> None:
    done = run(ssh, f"sudo -n docker {command}")
    assert done.status == 1
    assert words in done.stderr


def test_a_command_in_the_container_has_an_input_only_on_request(ssh: paramiko.SSHClient) -> None:
    docker = "sudo -n docker exec"
    assert run(ssh, f"{docker} openclaw-gateway cat", "input").stdout == ""
    assert run(ssh, f"{docker} -i -u node openclaw-gateway cat", "input").stdout == "input"
    assert run(ssh, f"{docker} openclaw-gateway sh -c 'exit 5'").status == 5
    assert run(ssh, f"{docker} openclaw-gateway nothing-of-this-name").status == 127


def test_the_command_line_makes_the_same_run(healthy: Rehearsal, ssh: paramiko.SSHClient) -> None:
    done = run(ssh, f"{AGENT} --message nonce-cli --model openai/gpt-5-nano --timeout 60")
    answer = json.loads(done.stdout)
    assert answer["status"] == "ok"
    assert answer["result"]["payloads"][0]["text"]
    trace = answer["result"]["meta"]["executionTrace"]
    assert (trace["winnerProvider"], trace["winnerModel"]) == ("openai", "gpt-5-nano")
    assert arrived(healthy.cloud, "openai", "nonce-cli")


def test_the_command_line_refuses_a_model_that_is_not_allowed(ssh: paramiko.SSHClient) -> None:
    done = run(ssh, f"{AGENT} --message hello --model openai/o9")
    assert (done.status, done.stdout) == (1, "")
    assert "not allowed" in done.stderr


def test_a_failed_run_of_the_command_line_exits_with_1() -> None:
    with Rehearsal(["bypass"]) as rehearsal, open_ssh(rehearsal) as ssh:
        done = run(ssh, f"{AGENT} --message hello")
        assert (done.status, done.stdout) == (1, "")
        assert "upstream provider" in done.stderr


def test_the_command_line_needs_no_http_endpoint() -> None:
    with Rehearsal(["endpoint-off"]) as rehearsal, open_ssh(rehearsal) as ssh:
        assert run(ssh, f"{AGENT} --message hello").status == 0
