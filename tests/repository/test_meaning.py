"""What counts is what a place means: another wording passes, and so does another place."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.repository.examples import (
    CLAUDE,
    EXAMPLE,
    PLAYBOOK_04,
    PLAYBOOK_08,
    README,
    REQUIREMENTS,
    ROUTING,
    SCENARIOS,
    TODO,
    Files,
    after,
    before,
    changed,
    write,
)
from tests.repository.judging import failures

RIGHT = [
    "The real `ANTHROPIC_API_KEY` lives on the Worker only.",
    "Real provider keys (`ANTHROPIC_API_KEY`, `OPENAI_API_KEY`) are set as\nsecrets of the Worker.",
    "Never put a real Anthropic key on the VPS.",
    "You do not need an Anthropic API key on the VPS.",
    "The Worker needs your OpenAI key as a secret.",
    "Remove `ANTHROPIC_API_KEY` from an old `.env`.",
    "`ANTHROPIC_API_KEY` is no longer required.",
    "In the container, `ANTHROPIC_API_KEY` has to be the AUTH_TOKEN.",
    "An SSH key is required. Add your public key at the provider's.",
    "The gateway's credentials are needed for the dashboard.",
    "The AI Gateway is not optional.",
    "Alerts by Telegram are optional, the AI Gateway is required.",
    "Use a caching rule of the AI Gateway, if you like.",
    "```bash\nnpx wrangler secret put ANTHROPIC_API_KEY\n```",
    "```bash\n# The real OpenAI key, if it is needed\nnpx wrangler secret put OPENAI_API_KEY\n```",
    "```bash\necho $ANTHROPIC_API_KEY | npx wrangler secret put ANTHROPIC_API_KEY\n```",
    "```bash\ncat > workers/ai-gateway/.dev.vars << EOF\nANTHROPIC_API_KEY=sk-ant-...\nEOF\n```",
    "```bash\ngrep -c ANTHROPIC_API_KEY .env\ndocker exec c printenv ANTHROPIC_API_KEY\n```",
    "```bash\nunset ANTHROPIC_API_KEY\nsed -i '/^ANTHROPIC_API_KEY/d' .env\n```",
    "```bash\nANTHROPIC_API_KEY=${AI_GATEWAY_AUTH_TOKEN}\nOPENAI_API_KEY=<worker-auth-token>\n```",
    "```bash\n# ANTHROPIC_API_KEY=... was removed from here\n```",
    "## Changelog\n\n- `ANTHROPIC_API_KEY` was required in `openclaw-config.env` before March",
    "## Migration from 1.x\n\n- `ANTHROPIC_API_KEY` in `.env`: set AI_GATEWAY_AUTH_TOKEN",
    "- [x] Set `ANTHROPIC_API_KEY` on the first VPS",
    "## 9.9 AI Gateway Worker's secrets\n\n| Secret | What for |\n|-|-|\n| `XAI_API_KEY` | xAI |",
    "<!-- ANTHROPIC_API_KEY is required -->",
    "| Provider | Variable |\n|-|-|\n| Groq | `GROQ_API_KEY` |",
]
WRONG = [
    "Export `OPENAI_API_KEY` first.",
    "You need a Gemini API key.",
    "OpenClaw does not start without an Anthropic key.",
    "Put your real Anthropic key into `.env`; the Worker is optional.",
    "Set `ANTHROPIC_API_KEY` in `.env` unless the AI Gateway Worker is used.",
    "Real keys are never on the VPS, as long as the Worker is used.",
    "The AI Gateway Worker (optional) proxies LLM requests.",
    "`AI_GATEWAY_WORKER_URL` is optional.",
    "- **OpenAI key**: from your account, optional",
    "- `GOOGLE_API_KEY`: for Gemini",
    "1. Get\n   an Anthropic\n   API key",
    "> Please provide your Anthropic API key.",
    "### Anthropic API key (required)",
    "| Variable | What for |\n|-|-|\n| `MISTRAL_API_KEY` | Mistral |",
    "The secrets of the Worker come later.\n\n- `ANTHROPIC_API_KEY` - Must be set",
    "```bash\ndocker run -e ANTHROPIC_API_KEY openclaw:local\n```",
    "```bash\ndocker run -e ANTHROPIC_API_KEY=$KEY openclaw:local\n```",
    "```bash\nread -rs OPENROUTER_API_KEY\n```",
    '```bash\necho "GROQ_API_KEY=$GROQ_API_KEY" >> /home/openclaw/openclaw/.env\n```',
    "```bash\nexport XAI_API_KEY=$(cat key)\n```",
    "```bash\n# CEREBRAS_API_KEY=csk-...\n```",
    "```yaml\nservices:\n  openclaw-gateway:\n    environment:\n      OPENAI_API_KEY:\n```",
    '```yaml\nenvironment:\n  OPENAI_API_KEY: "$${AI_GATEWAY_AUTH_TOKEN}"\n```',
    "~~~\nANTHROPIC_API_KEY = sk-1\n~~~",
]


@pytest.mark.parametrize("text", RIGHT)
def test_rightful_places_of_a_key_are_no_failure(tmp_path: Path, text: str) -> None:
    files = after()
    for name in (CLAUDE, PLAYBOOK_08, README, TODO):
        files = files | {name: f"{files[name]}\n{text}\n"}
    assert failures(write(tmp_path, files)) == {}


@pytest.mark.parametrize("text", WRONG)
def test_another_place_that_asks_for_a_key_is_told(tmp_path: Path, text: str) -> None:
    files = after()
    above = files[CLAUDE].count("\n") + 1
    files = files | {CLAUDE: f"{files[CLAUDE]}\n## Appendix\n\n{text}\n"}
    found = failures(write(tmp_path, files))
    assert {name: each.cause for name, each in found.items()} == {SCENARIOS[CLAUDE]: "asks-for-key"}
    lines = [int(line) for line in re.findall(r"CLAUDE\.md:(\d+)", found[SCENARIOS[CLAUDE]].seen)]
    assert lines
    assert all(above < line <= above + 4 + text.count("\n") for line in lines), lines


def as_mapping(files: Files) -> Files:
    pattern = re.compile(r"^      - ([A-Z_]+)=(.*)$", re.MULTILINE)
    return files | {PLAYBOOK_04: pattern.sub(r'      \1: "\2"', files[PLAYBOOK_04])}


def as_anchor(files: Files) -> Files:
    """The keys in an extension field, which the service merges."""
    text = as_mapping(files)[PLAYBOOK_04]
    mapped = re.findall(r"^      (\w+: \"\$\{AI_GATEWAY_.*)\n", text, re.MULTILINE)
    for line in mapped:
        text = text.replace(f"      {line}\n", "")
    field = "".join(f"  {line}\n" for line in mapped)
    text = text.replace("services:\n", f"x-llm: &llm\n{field}services:\n", 1)
    return files | {
        PLAYBOOK_04: text.replace("environment:\n", "environment:\n      <<: *llm\n", 1)
    }


def as_fragment(files: Files) -> Files:
    """Only the environment is shown, in a YAML block of its own."""
    text = files[PLAYBOOK_04]
    start = text.index("    environment:\n")
    fragment = text[start : text.index("    networks:\n", start)]
    old = text[text.index("## 4.6") : text.index("## 4.8")]
    return changed(files, PLAYBOOK_04, old, f"## Compose\n\n```yaml\n{fragment}```\n")


def as_file_of_its_own(files: Files) -> Files:
    """The playbook installs a compose file that the repository holds."""
    text = files[PLAYBOOK_04]
    start, end = text.index("## 4.6"), text.index("## 4.8")
    body = text[text.index("services:\n") : text.index("EOF\n```", start)]
    text = f"{text[:start]}Copy `deploy/docker-compose.override.yml`.\n\n{text[end:]}"
    return files | {PLAYBOOK_04: text, "deploy/docker-compose.override.yml": body}


def as_indented_code(files: Files) -> Files:
    """Everything stands in a list's item."""
    text = "".join(f"   {line}".rstrip() + "\n" for line in files[PLAYBOOK_04].split("\n"))
    return files | {PLAYBOOK_04: f"1. All of it:\n\n{text}"}


def with_error_texts(files: Files) -> Files:
    text = files[PLAYBOOK_04].replace("_TOKEN}\n      - OPENAI", "_TOKEN:?not set}\n      - OPENAI")
    text = text.replace(
        "OPENAI_BASE_URL=${AI_GATEWAY_WORKER_URL}", "OPENAI_BASE_URL=${AI_GATEWAY_WORKER_URL}/v1"
    )
    return files | {PLAYBOOK_04: text}


def with_other_headings(files: Files) -> Files:
    """Other numbers, upper case, another level."""
    pattern = re.compile(r"^(#{2,3}) (?:[\d.]+ )?(.*)$", re.MULTILINE)
    shouted = {
        name: pattern.sub(lambda match: f"#{match[1]} 7.{match[2].upper()}", text)
        for name, text in files.items()
        if name.endswith(".md")
    }
    return files | shouted


def with_moved_sections(files: Files) -> Files:
    """The sections of the second level the other way round."""
    moved = {}
    for name, text in files.items():
        first, *others = re.split(r"^(?=## )", text, flags=re.MULTILINE)
        moved[name] = "".join([first, *(f"{each.rstrip()}\n\n" for each in reversed(others))])
    return {**files, **{name: text for name, text in moved.items() if name.endswith(".md")}}


def with_other_numbers(files: Files) -> Files:
    files = files | {"playbooks/01-workers.md": files[PLAYBOOK_08]}
    return {name: text for name, text in files.items() if name != PLAYBOOK_08}


def with_variables_in_a_table(files: Files) -> Files:
    pattern = re.compile(r"^- (`AI_GATEWAY_\w+`) - (.*)$", re.MULTILINE)
    text = pattern.sub(r"| \1 | \2 |", files[PLAYBOOK_04])
    head = "| Variable | What |\n|:--|:--|\n| `AI_GATEWAY_WORKER_URL`"
    return files | {PLAYBOOK_04: text.replace("| `AI_GATEWAY_WORKER_URL`", head, 1)}


def with_other_words(files: Files) -> Files:
    files = changed(
        files, EXAMPLE, "# AI Gateway (required: every LLM request passes it)", "# Worker"
    )
    files = changed(files, EXAMPLE, "AI_GATEWAY_WORKER_URL=https", "AI_GATEWAY_WORKER_URL='https")
    text = files[PLAYBOOK_08]
    start = text.index("# On the VPS every")
    text = (
        f"{text[:start]}# Each provider's key there is just the auth token of the Worker;\n"
        "# the base addresses of both SDKs are the Worker's.\n"
        "# Real provider keys are nowhere on the server.\n"
        f"{text[text.index('```', start) :]}"
    )
    files = files | {PLAYBOOK_08: text}
    files = changed(
        files, README, "Real API keys are kept at Cloudflare, never on the VPS",
        "No real key is ever stored on the server",
    )  # fmt: skip
    return changed(files, TODO, ROUTING, "Verify that every provider goes through the Worker")


def with_a_row_for_each_key(files: Files) -> Files:
    text = files[REQUIREMENTS]
    start, end = text.index("- `ANTHROPIC_API_KEY`, "), text.index("- `ANTHROPIC_BASE_URL`")
    names = re.findall(r"- (\w+_API_KEY)=", files[PLAYBOOK_04])
    rows = "".join(f"- `{name}` — `AI_GATEWAY_AUTH_TOKEN`\n" for name in names)
    return files | {REQUIREMENTS: f"{text[:start]}{rows}{text[end:]}"}


REWORDINGS = [
    as_mapping, as_anchor, as_fragment, as_file_of_its_own, as_indented_code, with_error_texts,
    with_other_headings, with_moved_sections, with_other_numbers, with_variables_in_a_table,
    with_other_words, with_a_row_for_each_key,
]  # fmt: skip


@pytest.mark.parametrize("reword", REWORDINGS)
def test_what_means_the_same_passes(tmp_path: Path, reword: Callable[[Files], Files]) -> None:
    files = reword(after())
    assert files != after()
    assert failures(write(tmp_path, files)) == {}


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_do_not_matter(tmp_path: Path, newline: str) -> None:
    assert failures(write(tmp_path / "after", after(), newline)) == {}
    found = failures(write(tmp_path / "before", before(), newline))
    assert found == failures(write(tmp_path / "same", before()))


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    files = {name: f"\ufeff{text}" for name, text in after().items()}
    assert failures(write(tmp_path, files)) == {}


def test_links_are_followed(tmp_path: Path) -> None:
    folder = write(tmp_path / "real", after())
    (folder / CLAUDE).rename(folder / "AGENTS.md")
    (folder / CLAUDE).symlink_to("AGENTS.md")
    (tmp_path / "link").symlink_to("real")
    assert failures(tmp_path / "link") == {}


def test_a_link_to_nothing_is_no_file(tmp_path: Path) -> None:
    folder = write(tmp_path, after())
    (folder / TODO).unlink()
    (folder / TODO).symlink_to("nowhere")
    found = failures(folder)
    assert {name: each.cause for name, each in found.items()} == {SCENARIOS[TODO]: "file-missing"}


def test_the_case_of_a_files_name_does_not_matter(tmp_path: Path) -> None:
    folder = write(tmp_path, after())
    (folder / README).rename(folder / "Readme.MD")
    assert failures(folder) == {}


def test_without_the_operators_file_nothing_is_said_about_it(tmp_path: Path) -> None:
    files = {name: text for name, text in after().items() if name != "openclaw-config.env"}
    assert failures(write(tmp_path, files)) == {}
