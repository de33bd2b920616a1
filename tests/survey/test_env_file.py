"""Keys in `.env`: found however they are written there, and nothing else is taken for one."""

import ast
import os
import secrets
import string
from collections import Counter
from pathlib import Path

import pytest

from fixtures.vps.program import MODULES, agent_source
from tests.survey.local import survey_of

ALPHANUMERIC = string.ascii_letters + string.digits


def random_text(length: int, characters: str = ALPHANUMERIC) -> str:
    return "".join(secrets.choice(characters) for _ in range(length))


def anthropic() -> str:
    return "-".join(["sk", "ant", "api03", random_text(93) + "AA"])


MISTRAL = random_text(32)
ANTHROPIC = anthropic()

WRITTEN = {
    "plain": f"ANTHROPIC_API_KEY={ANTHROPIC}",
    "quoted": f"ANTHROPIC_API_KEY='{ANTHROPIC}'",
    "exported": f'export ANTHROPIC_API_KEY="{ANTHROPIC}"',
    "commented out": f"# ANTHROPIC_API_KEY={ANTHROPIC}",
    "under another name": f"NOTE={ANTHROPIC}",
    "bare": ANTHROPIC,
    "in a sentence": f"# the old key was {ANTHROPIC}, revoked",
    "in name position": f"# {ANTHROPIC}: the old key",
    "after a byte order mark": f"\ufeffANTHROPIC_API_KEY={ANTHROPIC}",
    "with Windows line ends": f"A=1\r\nANTHROPIC_API_KEY={ANTHROPIC}\r\n",
    "without its number": "X=sk-ant-" + random_text(96),
    "OAuth form": "X=sk-ant-oat01-" + random_text(95),
    "split by a backslash": f"X={ANTHROPIC[:50]}\\\n{ANTHROPIC[50:]}",
    "Groq in name position": f"gsk_{random_text(52)}: old",
    "prefix-less by its variable": f"MISTRAL_API_KEY={MISTRAL}",
    "prefix-less, exported with others": f"export A=1 MISTRAL_API_KEY={MISTRAL}",
    "prefix-less after a semicolon": f"A=1; export MISTRAL_API_KEY={MISTRAL}",
    "prefix-less, commented in words": f"# old MISTRAL_API_KEY={MISTRAL}",
    "prefix-less, in parentheses": f"# (was: MISTRAL_API_KEY={MISTRAL})",
    "prefix-less, lower case": f"mistral_api_key={MISTRAL}",
    "prefix-less, numbered": f"MISTRAL_API_KEY_2={MISTRAL}",
    "prefix-less, as a default": f"MISTRAL_API_KEY=${{X:-{MISTRAL}}}",
    "prefix-less, Cohere's own name": f"CO_API_KEY={random_text(40)}",
    "prefix-less, on the next line": f"MISTRAL_API_KEY=\\\n{MISTRAL}",
    "prefix-less, after empty quotes": f"MISTRAL_API_KEY=''{MISTRAL}",
    "prefix-less, YAML list": f"- MISTRAL_API_KEY={MISTRAL}",
    "prefix-less, second of two": f"MISTRAL_API_KEY=the-auth-token\nMISTRAL_API_KEY={MISTRAL}",
}

HARMLESS = {
    "AUTH_TOKEN": "ANTHROPIC_API_KEY=the-auth-token",
    "reference": "ANTHROPIC_API_KEY=${AI_GATEWAY_AUTH_TOKEN}",
    "reference that must be set": "ANTHROPIC_API_KEY=${AI_GATEWAY_AUTH_TOKEN:?not set}",
    "empty": "ANTHROPIC_API_KEY=\nOPENAI_API_KEY=''",
    "placeholder": "ANTHROPIC_API_KEY=<your Anthropic key goes here>",
    "placeholder in words": "ANTHROPIC_API_KEY=your-anthropic-api-key-here",
    "placeholder to replace": "OPENAI_API_KEY=replace-me-with-your-key",
    "placeholder with underscores": "XAI_API_KEY=insert_your_xai_key_here",
    "row of x behind the prefix": "# ANTHROPIC_API_KEY=sk-ant-api03-" + "x" * 60,
    "example": "# ANTHROPIC_API_KEY=sk-ant-...",
    "short example": "# OPENAI_API_KEY=sk-123",
    "mask": "# the key sk-ant…QAAA",
    "comment in words": "# ANTHROPIC_API_KEY: mapped to the AUTH_TOKEN in the compose override",
    "comment with a file": "# ANTHROPIC_API_KEY: docker-compose.override.yml",
    "kebab-case": "ROLE=ecs-task-execution-role-for-the-production-cluster",
    "device": "DISK=/dev/disk-by-uuid-0123456789abcdef0123456789abcdef",
    "UUID": "ID=3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    "hashes": "MD5=d41d8cd98f00b204e9800998ecf8427e\nSHA=" + "0123456789abcdef" * 4,
    "gateway token": "OPENCLAW_GATEWAY_TOKEN=" + random_text(64, string.hexdigits.lower()),
    "model": "ANTHROPIC_MODEL=claude-sonnet-4-6-with-a-very-long-name-20260101",
    "address": "OPENAI_BASE_URL=https://worker.example/openai/v1/with/a/long/path",
}


@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.sampled(15)
def test_a_key_is_found_however_it_is_written(tmp_path: Path, form: str) -> None:
    survey = survey_of(tmp_path, WRITTEN[form].encode())
    assert survey.token_files
    assert survey.places["env-file"].findings
    answer = repr(survey)
    assert ANTHROPIC not in answer
    assert MISTRAL not in answer
    assert WRITTEN[form].split(":")[0].removeprefix("# ") not in answer


@pytest.mark.parametrize("form", HARMLESS)
@pytest.mark.sampled(5)
def test_nothing_else_is_taken_for_a_key(tmp_path: Path, form: str) -> None:
    survey = survey_of(tmp_path, HARMLESS[form].encode())
    assert survey.token_files
    assert survey.places["env-file"].findings == ()
    assert survey.missed_canaries == ()


def test_a_containers_variables_are_taken_literally(tmp_path: Path) -> None:
    values = {"MISTRAL_API_KEY": f"a\n{MISTRAL}", "COHERE_API_KEY": "$" + MISTRAL, "A": ANTHROPIC}
    survey = survey_of(tmp_path, b"", values)
    assert survey.container is not None
    found = {(each.variable, each.kind) for each in survey.container.findings}
    assert found == {
        ("MISTRAL_API_KEY", "unrecognised-value"),
        ("COHERE_API_KEY", "unrecognised-value"),
        ("A", "anthropic"),
    }


def test_a_right_containers_variables_are_no_findings(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, b"", {"MISTRAL_API_KEY": "the-auth-token", "TZ": "UTC"})
    assert survey.container is not None
    assert survey.container.findings == ()


def test_a_named_pipe_in_place_of_the_file_is_unseen(tmp_path: Path) -> None:
    path = tmp_path / "home" / "openclaw" / "openclaw" / ".env"
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    survey = survey_of(tmp_path, None)
    assert survey.token_files == ()
    assert survey.unseen[str(path)] == "not a regular file"


def test_what_a_file_holds_as_the_last_value_counts(tmp_path: Path) -> None:
    lines = "AI_GATEWAY_AUTH_TOKEN=other\nAI_GATEWAY_AUTH_TOKEN='the-auth-token' # now\n"
    survey = survey_of(tmp_path, lines.encode())
    [env_file] = survey.token_files
    assert env_file.values == {
        "AI_GATEWAY_AUTH_TOKEN": "equal",
        "AI_GATEWAY_WORKER_URL": "missing",
    }


def test_the_program_is_one_that_python_3_8_understands() -> None:
    ast.parse(agent_source(), feature_version=(3, 8))


@pytest.mark.parametrize("beginning", ["3D", "2c", "5A", "7b3D", "%41", "\\u0041"])
@pytest.mark.sampled(15)
def test_a_token_that_begins_like_an_encoding_is_no_finding(tmp_path: Path, beginning: str) -> None:
    token = beginning + "0123456789abcdef" * 3
    lines = "\n".join(f"{name}={token}" for name in ("AI_GATEWAY_AUTH_TOKEN", "MISTRAL_API_KEY"))
    survey = survey_of(tmp_path, lines.encode(), {"MISTRAL_API_KEY": token}, auth_token=token)
    assert survey.findings == ()


def test_no_module_of_the_program_takes_anothers_names() -> None:
    """They are joined into one."""
    defined = [
        name
        for module in MODULES
        for node in ast.parse(module.with_suffix(".py").read_text()).body
        for name in names_of(node)
    ]
    assert [name for name, times in Counter(defined).items() if times > 1] == []


def names_of(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    parts = [each for target in targets for each in ast.walk(target)]
    return [each.id for each in parts if isinstance(each, ast.Name)]
