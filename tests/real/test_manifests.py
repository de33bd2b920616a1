"""Every variable that a plugin of OpenClaw reads a key from is among those that are compared."""

import json
from collections.abc import Iterator

import pytest

from tests.real.openclaw_home import INSTALLED
from tests.test_providers import KEYS_OF_OPENCLAW

pytestmark = pytest.mark.real
MANIFESTS = "node_modules/openclaw/dist/extensions/*/openclaw.plugin.json"


def of_manifests() -> Iterator[str]:
    for path in INSTALLED.glob(MANIFESTS):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        for each in manifest.get("setup", {}).get("providers", ()):
            yield from each.get("envVars", ())


def test_every_variable_of_a_plugins_key_is_among_them() -> None:
    named = {name for name in of_manifests() if not name.endswith("_REGION")}
    assert named == {*KEYS_OF_OPENCLAW.split()}
