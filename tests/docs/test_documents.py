"""The documents say what is: generated blocks, links, and whatever they name."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from fixtures.providers.table import CONTAINER_VARIABLES
from fixtures.rehearsal import FAULTS
from fixtures.settings.config_file import HARDENED_PORT, UPSTREAM_NAMES
from fixtures.suite.cli.parsers import PARSERS
from tests.docs import guarantees, promises, scenarios
from tests.docs.blocks import BLOCKS, ROOT, block_names, documents, rewritten
from tests.docs.prose import anchor, read
from tests.docs.tables import setting_names

DOCUMENTS = list(documents())
ids = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=ids)
# Names of others: OpenClaw's, the Worker's, Cloudflare's, Python's, GitHub's secrets, the code's.
NOT_OURS = {
    *UPSTREAM_NAMES.values(),
    HARDENED_PORT,
    *CONTAINER_VARIABLES,
    *("CI_NODE_INDEX", "CI_NODE_TOTAL", "JOB_COMPLETION_INDEX"),
    "OPENCLAW_VERIFY_NOTIFY",
    *("ANTHROPIC_BASE_URL", "OPENAI_BASE_URL", "AUTH_TOKEN", "SSL_CERT_FILE", "NO_PROXY"),
    *("LD_PRELOAD", "NODE_OPTIONS", "NODE_TLS_REJECT_UNAUTHORIZED", "OPENCLAW_AGENT_DIR"),
    "CLAUDE_CODE_OAUTH_TOKEN",
    *("MISTRAL_OCR_API_KEY", "MISTRAL_API_KEY_CHECKSUM", "A_KEY_ID"),
    *("OPENCLAW_STATE_DIR", "OPENCLAW_CONFIG_PATH", "PYTEST_ADDOPTS", "IMAGE_ARGS"),
    *(
        "CF_AI_GATEWAY",
        "CF_AI_GATEWAY_TOKEN",
        "PLAN_VARIABLES",
        "OPENCLAW_CONFIG",
        "OPENCLAW_SSH_KEY",
        "STOP_INSERTING",
        "PYTEST_ADDOPTS",
        "IMAGE_ARGS",
    ),
}
HOSTS = {
    "openclaw.ai",
    "api.cloudflare.com",
    "github.com",
    "keepachangelog.com",
    "worker",
    "127.0.0.1",
}
PUBLIC_INDEX = {"", "pypi.org", "localhost", "127.0.0.1"}
EXAMPLES = (".example", ".example.com", "workers.dev")
OF_MACHINE = re.compile(r"(?<![\w./~])/(?:tmp/[a-z]|work/|mnt/|Users/|home/(?!openclaw|verifier))")
OURS = re.compile(r"(?:docs|features|fixtures|steps|tests)/\S*$")


@each_document
def test_generated_blocks_are_up_to_date(path: Path) -> None:
    """`make docs` writes them."""
    text = path.read_text(encoding="utf-8")
    assert rewritten(text, BLOCKS) == text


def test_every_block_is_in_a_document() -> None:
    found = [name for path in DOCUMENTS for name in block_names(path.read_text(encoding="utf-8"))]
    assert sorted(found) == sorted(BLOCKS)


def test_a_block_that_was_changed_by_hand_is_told() -> None:
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    changed = text.replace("| `18789` |", "| `18790` |")
    assert changed != text
    assert rewritten(changed, BLOCKS) == text


@pytest.mark.parametrize("name", ["settings", "promises", "routing"])
def test_a_block_whose_source_has_changed_is_told(name: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in DOCUMENTS]
    newer = {**BLOCKS, name: f"{BLOCKS[name]}one more line\n"}
    assert [rewritten(text, newer) != text for text in texts].count(True) == 1


def test_a_block_of_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError, match="elsewhere"):
        rewritten("<!-- generated: elsewhere -->\n<!-- end -->", BLOCKS)


def test_every_promise_is_verified_and_every_beginning_of_an_id_is_one() -> None:
    known = [each.ids[0] for each in scenarios.all_told()]
    assert {*promises.promises()} <= {promises.promise_of(each) for each in known}
    for beginning in (each for several in promises.promises().values() for each in several):
        assert any(f"{each}.".startswith(f"{beginning}.") for each in known), beginning


def test_the_longest_beginning_of_an_id_tells_its_promise() -> None:
    assert promises.promise_of("worker.health") == "The Worker keeps its contract"
    assert promises.promise_of("worker.unhandled.xai") == "Other providers end at the Worker (404)"
    assert promises.promise_of("workers.health") is None


def test_every_cause_of_a_fault_is_explained() -> None:
    effects = [effect for pairs in guarantees.effects().values() for _, effect in pairs]
    assert {effect.partition(": ")[2] for effect in effects} <= guarantees.known_causes()


@each_document
def test_links_lead_somewhere(path: Path) -> None:
    assert [link for link in read(path).links if not _leads_somewhere(path, link)] == []


def _leads_somewhere(path: Path, link: str) -> bool:
    url = urlsplit(link)
    if url.scheme:
        return url.scheme == "https"
    target = (path.parent / url.path).resolve() if url.path else path
    if not target.is_relative_to(ROOT) or not target.exists():
        return False
    return not url.fragment or url.fragment in read(target).anchors


def test_an_anchor_is_githubs() -> None:
    assert anchor("The VPS's .env, and `x_y`: 2") == "the-vpss-env-and-x_y-2"


@each_document
def test_named_options_exist(path: Path, pytestconfig: pytest.Config) -> None:
    own = {word for make in PARSERS.values() for word in make().format_help().split()}
    for option in {*read(path).options()} - own:
        pytestconfig.getoption(option)  # raises ValueError for an unknown one


@each_document
def test_named_settings_exist(path: Path) -> None:
    assert read(path).settings() - setting_names() - NOT_OURS == set()


@each_document
def test_named_files_exist(path: Path) -> None:
    named = [each for each in read(path).spans if OURS.match(each)]
    assert [each for each in named if not [*ROOT.glob(each)]] == []


@each_document
def test_named_faults_exist(path: Path) -> None:
    assert {*read(path).faults()} <= FAULTS.keys()


@each_document
def test_named_scenarios_exist(path: Path) -> None:
    assert {*read(path).scenarios()} - {each.line for each in scenarios.all_told()} <= (
        scenarios.names()
    )


@each_document
def test_named_features_exist(path: Path) -> None:
    assert read(path).features() <= {feature.name for _, feature in scenarios.features()}


def test_what_is_named_wrongly_is_seen(tmp_path: Path) -> None:
    """Or the tests above would pass on anything."""
    path = tmp_path / "wrong.md"
    path.write_text(
        "*A guarantee that nobody has*, `NO_SETTING=1`, `--no-such`, [x](none.md), `--fault old`\n"
        '\n```console\n$ make verify ARGS="--not-ours"\n✓ Nothing is verified  7 s\n'
        "✓✓!  No such feature\n✓    Nor this one\n```\n"
    )
    wrong = read(path)
    assert {*wrong.scenarios()} == {"A guarantee that nobody has", "Nothing is verified"}
    assert wrong.features() == {"No such feature", "Nor this one"}
    assert wrong.settings() == {"NO_SETTING"}
    assert {*wrong.options()} == {"--no-such", "--fault", "--not-ours"}
    assert [*wrong.faults()] == ["old"]
    assert wrong.links == ["none.md"]


@each_document
def test_no_document_names_this_machine_or_an_unknown_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    hosts = {urlsplit(each).hostname or "" for each in re.findall(r"https?://[^\s`\"<>)|]+", text)}
    assert {each for each in hosts - HOSTS if not each.endswith(EXAMPLES)} == set()
    assert OF_MACHINE.findall(text) == []


def test_no_file_names_the_package_index_of_this_machine() -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list"]
    configured = re.findall(r"https?://[^\s']+", _printed(pip))
    hosts = {urlsplit(each).hostname or "" for each in configured} - PUBLIC_INDEX
    names = _printed(["/usr/bin/env", "git", "ls-files"]).splitlines()
    texts = {name: (ROOT / name).read_bytes() for name in names if (ROOT / name).is_file()}
    assert "README.md" in texts
    naming = [name for name, text in texts.items() if any(each.encode() in text for each in hosts)]
    assert naming == []


def _printed(command: list[str]) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
