"""No place of OpenClaw's own schema names a model, a provider or an address unseen."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.real.openclaw_home import INSTALLED
from tests.routes.configured import configuration
from tests.routes.judged import judged

pytestmark = pytest.mark.real
OPENCLAW = INSTALLED / "node_modules/openclaw/openclaw.mjs"
PLANTED = "groq"  # the plan gives it a key
# What is put where a name is one of these.
VALUES = {
    re.compile(r"(?i).*models?(?:id|override|fallback)?|primary|fallbacks?"): f"{PLANTED}/chat",
    re.compile(r"(?i).*provider"): PLANTED,
    re.compile(r"(?i).*(?:url|endpoint|base|host|uri)"): f"https://api.{PLANTED}.com/openai/v1",
}
ANY, EACH = "*", "[]"
# Where none of them makes OpenClaw ask that provider.
OF_NO_ROUTE = {
    "auth.profiles.*.provider": "a login has its own guarantee, where it is stored",
    "acp.fallbacks.[]": "programs",
    "agents.entries.*.memory.search.model": "a name for the provider that embeds",
    "memory.search.model": "the same",
    "agents.entries.*.tools.exec.applyPatch.allowModels.[]": "it allows, and chooses none",
    "tools.exec.applyPatch.allowModels.[]": "the same",
    "tools.web.search.provider": "it is none that searches",
    "cloudWorkers.profiles.*.provider": "machines",
    "plugins.entries.xai.config.xSearch.model": "the plugin's own provider is asked, and is told",
    "plugins.entries.xai.config.codeExecution.model": "the same",
}


def places(schema: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The places of texts, but those of references to secrets, whose providers are of secrets."""
    if schema.get("type") == "string" and not {"const", "enum"} & schema.keys():
        yield path
    own: dict[str, Any] = schema.get("properties") or {}
    if "source" not in own:
        for name, each in own.items():
            yield from places(each, (*path, name))
    for name, step in (("additionalProperties", ANY), ("items", EACH)):
        if isinstance(schema.get(name), dict):
            yield from places(schema[name], (*path, step))
    for name in ("anyOf", "oneOf", "allOf"):
        for each in schema.get(name) or ():
            yield from places(each, path)


def planted(path: Sequence[str], value: Any) -> Any:
    for step in reversed(path):
        value = [value] if step == EACH else {"it" if step == ANY else step: value}
    return value


def test_every_place_is_told_of_or_is_of_no_route(tmp_path: Path) -> None:
    done = subprocess.run(
        [INSTALLED / "node-bin/node", OPENCLAW, "config", "schema"],
        env={"HOME": str(tmp_path)},
        capture_output=True,
        check=True,
    )
    unseen, tried = set(), 0
    for path in {*places(json.loads(done.stdout))}:
        name = next((each for each in reversed(path) if each != EACH), "")
        value = next((text for form, text in VALUES.items() if form.fullmatch(name)), "")
        if value:
            tried += 1
            said = judged(configuration(planted(path, value)))
            if said.verdict == "passed" and PLANTED not in "".join(said.warnings):
                unseen.add(".".join(path))
    assert unseen == {*OF_NO_ROUTE}
    assert tried > 300
