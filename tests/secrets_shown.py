"""Whether a run shows a secret in anything that it prints or writes."""

import base64
import html
import json
from collections.abc import Mapping
from urllib.parse import quote

from tests.runs import SuiteRun


def assert_no_secret(run: SuiteRun, secrets: Mapping[str, str]) -> None:
    output = run.every_output()
    assert output
    shown = [name for name, value in secrets.items() if any(x in output for x in forms_of(value))]
    assert shown == []


def forms_of(secret: str) -> set[str]:
    """A secret as it is, and as what prints or keeps it may write it."""
    raw = secret.encode()
    return {
        secret,
        quote(secret, safe=""),
        html.escape(secret),
        json.dumps(secret)[1:-1],
        base64.b64encode(raw).decode().rstrip("="),
        raw.hex(),
    }
