"""Each wrong input of a run: one message that names it and the remedy, before anything is sent."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.rehearsal import Rehearsal
from fixtures.suite.run.keywords import as_expression
from tests.runs import run_forked, write_config
from tests.test_inputs import refused

SURVEYED = "-k=VPS and env"
KEY, PUBLIC, ENCRYPTED, PUTTY = "key", "key.pub", "encrypted", "key.ppk"


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Rehearsal]:
    with Rehearsal() as running:
        yield running


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with key files, of which only the first is one to log in with."""
    folder = tmp_path_factory.mktemp("keys")
    for name, passphrase in ((KEY, ""), (ENCRYPTED, "a passphrase")):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", str(folder / name)]
        subprocess.run(command, check=True)
    (folder / PUTTY).write_text("PuTTY-User-Key-File-3: ssh-ed25519\n")
    return folder


def wrongly_set(folder: Path, rehearsal: Rehearsal, *options: str, **changes: str) -> str:
    settings = {**rehearsal.settings, **changes}
    config = write_config(folder / "wrong.env", settings)
    environ = {"HOME": str(folder)}  # no known_hosts, and no ssh-agent
    output = refused(
        run_forked(f"--deployment={config}", *(options or [SURVEYED]), environ=environ)
    )
    return " ".join(output.split())


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (("VPS1_IP", ""), "VPS1_IP: the VPS's address, or its name in ~/.ssh/config"),
        (("VPS1_IP", "<the address>"), "VPS1_IP still holds its placeholder; set it to"),
        (("SSH_PORT", "ssh"), "SSH_PORT is 'ssh'; it must be a whole number"),
        (("SSH_PORT", "0"), "SSH_PORT is '0'; it must be a whole number"),
        (("SSH_KEY_PATH", "/nowhere/key"), "SSH_KEY_PATH: cannot read the file /nowhere/key"),
        (("SSH_KEY_PATH", PUBLIC), "; give SSH_KEY_PATH the private key's file (without"),
        (("SSH_KEY_PATH", ENCRYPTED), "unlock it with ssh-add"),
        (("SSH_KEY_PATH", PUTTY), "convert it to OpenSSH's format"),
        (("SSH_HOST_KEY", "SHA256:abc"), "SSH_HOST_KEY is not a public key; set it to the content"),
        (("SSH_HOST_KEY", ""), "is known; put the VPS's /etc/ssh/ssh_host_ed25519_key.pub"),
        (("AI_GATEWAY_WORKER_URL", "http://w.example"), "is not an address such as https://"),
        (
            ("AI_GATEWAY_WORKER_URL", "https://w.example/v1/messages"),
            "address alone: https://w.example",
        ),
        (("AI_GATEWAY_AUTH_TOKEN", "abcd••••"), "that no token contains; copy it again"),
        (("CLOUDFLARE_API_TOKEN", "op://vault/item"), "CLOUDFLARE_API_TOKEN is a reference"),
        (("CLOUDFLARE_ACCOUNT_ID", "me@example.com"), "digits; it is in the dashboard's address"),
        (("CLOUDFLARE_LOG_SYSTEM", "logs"), "must be one of auto, logs-api, observability"),
        (("OPENCLAW_DOMAIN", "https://o.example/ui"), "set its path in OPENCLAW_DOMAIN_PATH"),
        (("OPENCLAW_DOMAIN_PATH", "ui"), "it must be a path that begins with /"),
        (("OPENCLAW_DRIVE", "ssh"), "OPENCLAW_DRIVE is 'ssh'; it must be one of auto, http, cli"),
        (("PROVIDERS_IN_USE", "antropic"), "must be one of anthropic, openai"),
        (("RECORD_DEADLINE", "soon"), "RECORD_DEADLINE is 'soon'; it must be a whole number"),
        (("SURVEY_PLACES", "etc"), "'etc' is not a path that begins with /"),
        (("FORBIDDEN_KEY_FINGERPRINTS", "abcd"), "make one with openclaw-verify fingerprint"),
    ],
)
@pytest.mark.sampled(4)
def test_a_wrong_setting_is_told_with_its_remedy(
    setting: tuple[str, str], words: str, rehearsal: Rehearsal, keys: Path, tmp_path: Path
) -> None:
    name, value = setting
    value = str(keys / value) if (keys / value).is_file() else value
    output = wrongly_set(tmp_path, rehearsal, **{name: value})
    assert name in output or value in output
    assert words in output
    assert output.count("ERROR: ") == 1


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--deployment=nowhere.env", "--deployment nowhere.env: no such file. Give"),
        ("--deployment=rehearsl", "openclaw-stack; did you mean 'rehearsal' or"),
        ("-m=smok", "did you mean 'smoke'? the tiers are smoke, nightly"),
        ("--fault=bypass", "--fault only applies to a rehearsal: use it with"),
        ("--metrics=out.txt", "--metrics out.txt: the file's name must end in .prom"),
        ("--evidnce=e.json", "did you mean --evidence?"),
        ("--evidence=/nowhere/e.json", "--evidence /nowhere/e.json"),
        ("--history=/dev/null", "give a folder that exists or can be created"),
        ("--repository=/nowhere", "/nowhere"),
        ("--allow-list=/nowhere.toml", "/nowhere.toml: No such file"),
        ("--key-formats=/nowhere.toml", "/nowhere.toml: No such file"),
        ("--shard=3/2", "--shard"),
        ("--notify=hooks", "--notify"),
        ("--api-budget=many", "--api-budget"),
        ("--output=loud", "compact"),
        ("--sign-with=/nowhere", "--sign-off"),
        ("--waivers=/nowhere", "cannot read the waivers /nowhere: No such file"),
    ],
)
@pytest.mark.sampled(4)
def test_a_wrong_option_is_told_with_its_remedy(
    option: str, words: str, rehearsal: Rehearsal, tmp_path: Path
) -> None:
    assert words in wrongly_set(tmp_path, rehearsal, SURVEYED, option)


def test_all_that_is_wrong_is_told_at_once(rehearsal: Rehearsal, tmp_path: Path) -> None:
    """With what has no effect, and who can read it."""
    mistaken = {"VPS1_IP": "", "VPS_IP": "192.0.2.1", "SSH_PROT": "222", "SSH_KEY_PATH": "none"}
    output = wrongly_set(tmp_path, rehearsal, CLOUDFLARE_ACCOUNT_ID="me", **mistaken)
    for words in (
        "CLOUDFLARE_ACCOUNT_ID is not an account's id",
        "SSH_KEY_PATH: cannot read the file none",
        "(VPS_IP is set; did you mean 'VPS1_IP'?)",
        "SSH_PROT is not a setting and has no effect; did you mean 'SSH_PORT'?",
        f"chmod 600 {tmp_path / 'wrong.env'}",
    ):
        assert output.count(words) == 1


def test_both_ends_of_a_login_are_told_at_once(
    rehearsal: Rehearsal, keys: Path, tmp_path: Path
) -> None:
    wrong = {"SSH_HOST_KEY": "", "SSH_KEY_PATH": str(keys / PUBLIC)}
    output = wrongly_set(tmp_path, rehearsal, **wrong)
    assert "is a public key" in output
    assert f"no host key of [127.0.0.1]:{rehearsal.settings['SSH_PORT']} is known" in output


@pytest.mark.exhaustive
def test_it_is_told_before_anything_is_sent_in_several_processes(
    rehearsal: Rehearsal, tmp_path: Path
) -> None:
    output = wrongly_set(tmp_path, rehearsal, SURVEYED, "-n2", SSH_HOST_KEY="")
    assert f"no host key of [127.0.0.1]:{rehearsal.settings['SSH_PORT']} is known" in output


@pytest.mark.parametrize("processes", ["-n0", "-n2"])
@pytest.mark.exhaustive
def test_what_needs_no_login_runs_without_one(
    rehearsal: Rehearsal, tmp_path: Path, processes: str
) -> None:
    config = write_config(tmp_path / "it.env", {**rehearsal.settings, "SSH_HOST_KEY": ""})
    options = (f"--deployment={config}", "-k=worker.health", "--output=quiet", processes)
    done = run_forked(*options, environ={"HOME": str(tmp_path)})
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.exhaustive
def test_what_is_odd_about_a_file_that_can_be_used_is_told_first(
    rehearsal: Rehearsal, tmp_path: Path
) -> None:
    config = write_config(tmp_path / "it.env", {**rehearsal.settings, "SSH_PROT": "222"})
    config.chmod(0o644)
    done = run_forked(f"--deployment={config}", SURVEYED)
    head = done.stdout.partition("✓")[0]
    assert f"warning: others on this machine can read {config}" in head
    assert "warning: SSH_PROT is not a setting" in head
    config = write_config(config, rehearsal.settings)
    config.chmod(0o600)
    assert "warning: " not in run_forked(f"--deployment={config}", SURVEYED).stdout


@pytest.mark.parametrize(
    ("words", "expression"),
    [
        ("gateway", "gateway"),
        ("worker.health or ledger", "worker.health or ledger"),
        ("health check", "health and check"),
        ("The VPS's token files", "The and VPS and token and files"),
        ("health check and", "health check and"),  # an expression with an error in it
        ("(health check", "(health check"),
    ],
)
def test_plain_words_are_all_wanted(words: str, expression: str) -> None:
    assert as_expression(words) == expression


def test_a_kind_of_the_allow_list_is_compared_with_the_users_formats_too(
    rehearsal: Rehearsal, tmp_path: Path
) -> None:
    formats, allowed = tmp_path / "formats.toml", tmp_path / "allowed.toml"
    formats.write_text("[[rules]]\nid = 'acme'\nregex = 'acme-[a-z]{30}'\nkeywords = ['acme-']\n")
    allowed.write_text("[[allowed]]\nreason = 'x'\npath = '/srv/*'\nkind = 'acmee'\n")
    options = (f"--allow-list={allowed}", f"--key-formats={formats}")
    output = wrongly_set(tmp_path, rehearsal, SURVEYED, *options)
    assert "entry 1: no finding is of the kind 'acmee', so that it excuses nothing" in output
    assert "use 'acme'" in output
