"""Example repositories: before the plan's changes, after them, and with one change left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Files = dict[str, str]
HERE = Path(__file__).parent
CONFIG = "openclaw-config.env"
EXAMPLE = "openclaw-config.env.example"
PLAYBOOK_04 = "playbooks/04-vps1-openclaw.md"
PLAYBOOK_08 = "playbooks/08-workers.md"
README, CLAUDE, TODO = "README.md", "CLAUDE.md", "TODO.md"
REQUIREMENTS = "REQUIREMENTS.md"

SCENARIOS = {
    CONFIG: "The config file names the Worker and holds no provider key",
    EXAMPLE: "The config example asks for the Worker's settings and for no provider key",
    PLAYBOOK_04: "Playbook 04 gives the VPS the Worker's token for every provider",
    REQUIREMENTS: "REQUIREMENTS.md gives every provider the Worker's token as its key",
    CLAUDE: "CLAUDE.md requires the Worker's address and token",
    PLAYBOOK_08: "Playbook 08 keeps every provider's real key off the VPS",
    README: "README.md asks for the Worker's settings and for no provider key",
    TODO: "TODO.md lists a test of every provider's routing",
}

# The operator's own file is in no repository, and neither are these examples of it.
CONFIG_BEFORE = """\
VPS1_IP=192.0.2.10
# API Keys (required)
ANTHROPIC_API_KEY=sk-123
# AI_GATEWAY_WORKER_URL=https://ai-gateway-proxy.example.workers.dev
"""
CONFIG_AFTER = """\
VPS1_IP=192.0.2.10
# AI Gateway (required)
AI_GATEWAY_WORKER_URL=https://ai-gateway-proxy.example.workers.dev
AI_GATEWAY_AUTH_TOKEN=3f0c6a51d2b94e7788c1a0f5
"""


def _folder(name: str) -> Files:
    root = HERE / name
    return {
        path.relative_to(root).as_posix(): path.read_text()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def before() -> Files:
    return _folder("before") | {CONFIG: CONFIG_BEFORE}


def after() -> Files:
    return _folder("after") | {CONFIG: CONFIG_AFTER}


def write(folder: Path, files: Mapping[str, str], newline: str = "\n") -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.replace("\n", newline).encode())
    return folder


def changed(files: Files, name: str, old: str, new: str) -> Files:
    """The files with a text of one replaced. The text must be there, or nothing would be tested."""
    assert old in files[name], (name, old)
    return files | {name: files[name].replace(old, new, 1)}


@dataclass(frozen=True)
class Omission:
    """A part of the plan that is left out: `new` of the file after it stays as `old`.

    `at` is a text of the line that the failure has to name; without it, none says the old thing.
    """

    file: str
    new: str
    old: str
    at: str = ""

    def files(self) -> Files:
        return changed(after(), self.file, self.new, self.old)

    def place(self) -> str:
        lines = self.files()[self.file].split("\n")
        number = next(number for number, line in enumerate(lines, 1) if self.at in line)
        return f"{self.file}:{number}"


NAME = "ANTHROPIC_API_KEY"
WRITTEN = """\
AI_GATEWAY_WORKER_URL=${AI_GATEWAY_WORKER_URL}
AI_GATEWAY_AUTH_TOKEN=${AI_GATEWAY_AUTH_TOKEN}
"""
GIVEN = """\
AI_GATEWAY_WORKER_URL=https://ai-gateway-proxy.<account>.workers.dev
AI_GATEWAY_AUTH_TOKEN=<worker-auth-token>
"""
ALL_KEYS = "# On the VPS every provider's API key is the Worker's AUTH_TOKEN\n"
ONE_KEY = "# On the VPS, ANTHROPIC_API_KEY becomes the Worker's AUTH_TOKEN\n"
ADDRESSES = "# The base URLs of Anthropic and OpenAI point to the Worker\n"
MAPPED = "- ANTHROPIC_API_KEY=${AI_GATEWAY_AUTH_TOKEN}"
REQUIRED = (
    "- **AI Gateway Worker** - passes all LLM requests on (the real API keys are on the Worker)"
)
ROUTING = "Test the AI Gateway routing end-to-end (all providers by AI_GATEWAY_AUTH_TOKEN)"

OMISSIONS = {
    "1": Omission(CONFIG, "AI_GATEWAY_AUTH_TOKEN=3f0c6a51d2b94e7788c1a0f5", f"{NAME}=sk-1", NAME),
    "1, both": Omission(CONFIG, "# AI Gateway (required)", f"{NAME}=sk-123", NAME),
    "1, empty": Omission(CONFIG, "=3f0c6a51d2b94e7788c1a0f5", "=", "AI_GATEWAY_AUTH_TOKEN="),
    "1, placeholder": Omission(CONFIG, "=3f0c6a51d2b94e7788c1a0f5", "=<token>", "=<token>"),
    "2": Omission(EXAMPLE, GIVEN, "ANTHROPIC_API_KEY=sk-123\n", NAME),
    "2, both": Omission(EXAMPLE, GIVEN, f"{GIVEN}ANTHROPIC_API_KEY=\n", f"{NAME}="),
    "2, optional": Omission(
        EXAMPLE, "# AI Gateway (required:", "# AI Gateway Worker (optional:", "(optional:"
    ),
    "2, off": Omission(EXAMPLE, "AI_GATEWAY_AUTH", "# AI_GATEWAY_AUTH", "# AI_GATEWAY_AUTH"),
    "2, words": Omission(
        EXAMPLE,
        "# Providers' real keys are secrets of the Worker, never of the VPS.",
        "# OpenClaw needs at least one provider key for its first start",
        "one provider key",
    ),
    "3a": Omission(
        PLAYBOOK_04,
        "- `AI_GATEWAY_AUTH_TOKEN` - Required, what the Worker lets in",
        "- `ANTHROPIC_API_KEY` - Required by OpenClaw",
        "- `ANTHROPIC_API_KEY`",
    ),
    "3a, unnamed": Omission(
        PLAYBOOK_04, "- `AI_GATEWAY_AUTH_TOKEN` - Required, what the Worker lets in", ""
    ),
    "3b": Omission(
        PLAYBOOK_04,
        WRITTEN,
        "ANTHROPIC_API_KEY=${ANTHROPIC_API_KEY}\n",
        "ANTHROPIC_API_KEY=${ANTHROPIC_API_KEY}",
    ),
    "3b, unwritten": Omission(PLAYBOOK_04, WRITTEN, "", "OPENCLAW_GATEWAY_TOKEN=$"),
    "3b, as token": Omission(
        PLAYBOOK_04,
        "AI_GATEWAY_AUTH_TOKEN=${AI_GATEWAY_AUTH_TOKEN}",
        "AI_GATEWAY_AUTH_TOKEN=${ANTHROPIC_API_KEY}",
        "AI_GATEWAY_AUTH_TOKEN=${ANTHROPIC_API_KEY}",
    ),
    "3c": Omission(
        PLAYBOOK_04, MAPPED, "- ANTHROPIC_API_KEY=${ANTHROPIC_API_KEY}", "${ANTHROPIC_API_KEY}"
    ),
    "3c, passed on": Omission(PLAYBOOK_04, MAPPED, "- ANTHROPIC_API_KEY", "- ANTHROPIC_API_KEY"),
    "3c, or else": Omission(
        PLAYBOOK_04, MAPPED, "- ANTHROPIC_API_KEY=${AI_GATEWAY_AUTH_TOKEN:-sk-1}", ":-sk-1"
    ),
    "4a": Omission(
        REQUIREMENTS,
        "- `ANTHROPIC_API_KEY`, `OPENAI_API_KEY` and every other provider's key — the value of\n"
        "  `AI_GATEWAY_AUTH_TOKEN`, none of them a real one",
        "- `ANTHROPIC_API_KEY` — From `.env`",
        "— From `.env`",
    ),
    "4b": Omission(
        REQUIREMENTS,
        "| `AI_GATEWAY_AUTH_TOKEN` | What the Worker lets in |",
        "| `ANTHROPIC_API_KEY` | Anthropic API key |",
        "| Anthropic API key |",
    ),
    "4b, unlisted": Omission(REQUIREMENTS, "| `AI_GATEWAY_WORKER_URL` | Where the Worker is |", ""),
    "5a": Omission(CLAUDE, GIVEN, "ANTHROPIC_API_KEY=sk-ant-...\n", NAME),
    "5a, elsewhere": Omission(
        CLAUDE, GIVEN, f"\n# Workers\n{GIVEN}", "AI_GATEWAY_WORKER_URL=https"
    ),
    "5b": Omission(
        CLAUDE,
        "- `AI_GATEWAY_AUTH_TOKEN` - Must be set",
        "- `ANTHROPIC_API_KEY` - Must be set, a placeholder will do",
        "- `ANTHROPIC_API_KEY`",
    ),
    "5b, unchecked": Omission(CLAUDE, "- `AI_GATEWAY_AUTH_TOKEN` - Must be set\n", ""),
    "6": Omission(PLAYBOOK_08, ALL_KEYS, ONE_KEY, "ANTHROPIC_API_KEY becomes"),
    "6, both": Omission(PLAYBOOK_08, ALL_KEYS, ALL_KEYS + ONE_KEY, "ANTHROPIC_API_KEY becomes"),
    "6, address": Omission(PLAYBOOK_08, ADDRESSES, "# ANTHROPIC_BASE_URL points to the Worker\n"),
    "7a": Omission(
        README,
        REQUIRED,
        "- **Anthropic API Key** - needed for OpenClaw's first start",
        "**Anthropic API Key**",
    ),
    "7a, gone": Omission(README, REQUIRED, "- Some time"),
    "7b": Omission(
        README,
        "- [ ] **AI Gateway auth token**: set `AI_GATEWAY_AUTH_TOKEN` to the Worker's `AUTH_TOKEN`",
        "- [ ] **Anthropic API key**: `sk-ant-...` (from [the console](https://console.anthropic.com))",
        "**Anthropic API key**",
    ),
    "7b, unsaid": Omission(
        README,
        "Providers' real keys are configured as\nWorker secrets, not here.",
        "Deploy it first.",
    ),
    "7c": Omission(
        README,
        "Real API keys are kept at Cloudflare, never on the VPS",
        "Real API keys are kept at Cloudflare (never on the VPS when the AI Gateway is used)",
        "Real API keys are kept",
    ),
    "8": Omission(
        TODO, ROUTING, "Test ANTHROPIC_BASE_URL with OpenClaw", "Test ANTHROPIC_BASE_URL"
    ),
    "8, both": Omission(
        TODO, ROUTING, f"{ROUTING}\n- [ ] Test ANTHROPIC_BASE_URL", "Test ANTHROPIC_BASE_URL"
    ),
    "8, gone": Omission(TODO, f"- [ ] {ROUTING}\n", ""),
}
