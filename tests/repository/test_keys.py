"""Real keys in the repository: told by place and kind, and never shown."""

from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.keys.rules import made_up, own_rules
from fixtures.repository.checkout import Checkout, open_checkout
from fixtures.repository.controls import PLACES, missed_controls
from fixtures.repository.markdown import read_markdown
from fixtures.repository.meaning import wrong_places
from tests.repository.examples import CLAUDE, CONFIG, README, SCENARIOS, after, write
from tests.repository.judging import failures

KEY = "sk-ant-api03-<93>AA"


@pytest.mark.parametrize("file", SCENARIOS)
def test_a_real_key_fails_its_files_scenario_alone(tmp_path: Path, file: str) -> None:
    files = after()
    key = made_up(KEY)
    line = files[file].count("\n") + 1
    files = files | {file: f"{files[file]}SOME_NAME={key}\n"}
    found = failures(write(tmp_path, files))
    assert {name: each.cause for name, each in found.items()} == {SCENARIOS[file]: "provider-key"}
    seen = found[SCENARIOS[file]].seen
    assert seen == f"{file}:{line} holds a key (anthropic) in SOME_NAME"
    assert key not in repr(found)


def test_a_key_without_a_format_is_told_by_its_variable(tmp_path: Path) -> None:
    key = made_up("<32>")
    files = after() | {README: f"{after()[README]}\n```\nMISTRAL_API_KEY={key}\n```\n"}
    found = failures(write(tmp_path, files))
    assert "(unrecognised-value) in MISTRAL_API_KEY" in found[SCENARIOS[README]].seen
    assert key not in repr(found)


def test_the_suites_own_cloudflare_token_may_be_in_the_config_file(tmp_path: Path) -> None:
    token = made_up("cfut_<48>")
    files = after() | {CONFIG: f"{after()[CONFIG]}CLOUDFLARE_API_TOKEN={token}\n"}
    assert failures(write(tmp_path, files)) == {}


def test_an_auth_token_in_the_form_of_a_key_is_noted_with_its_place(tmp_path: Path) -> None:
    """It may be the Worker's own; whether the Worker takes it, the deployment's run shows."""
    text = after()[CONFIG].replace("3f0c6a51d2b94e7788c1a0f5", made_up("sk-<48>"))
    folder = write(tmp_path, after() | {CONFIG: text})
    assert failures(folder) == {}
    keys = Checkout(folder).read().files["the config file"].keys
    assert [str(key) for key in keys] == [
        f"{CONFIG}:4 holds a key (openai) in AI_GATEWAY_AUTH_TOKEN"
    ]


def test_a_users_own_formats_count(tmp_path: Path) -> None:
    rule = replace(own_rules()[0], id="ours", regex="ours-[0-9]{4}", heads=("ours-",), of_user=True)
    folder = write(tmp_path, after() | {CLAUDE: f"{after()[CLAUDE]}\nA key: ours-1234\n"})
    found = open_checkout(folder, [rule]).read().files["CLAUDE.md"].keys
    assert [key.kind for key in found] == ["ours"]


def test_the_reader_finds_its_controls() -> None:
    assert missed_controls(own_rules()) == ()


def test_a_control_that_is_not_found_is_told() -> None:
    blind = replace(own_rules()[0], regex="never-matches", canaries=("sk-ant-<93>",))
    assert missed_controls([blind]) == (f"a key of the format {blind.id} 1",)


@pytest.mark.parametrize("text", PLACES.values(), ids=PLACES)
def test_each_control_is_one_place(text: str) -> None:
    assert len(wrong_places(read_markdown("a.md", text))) == 1
