"""The JSON5 reader beside npm's own, on generated documents."""

import json
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fixtures.vps.agent.json5 import json5
from tests.json5_documents import READ, REFUSED, document

VERSION = "2.2.3"
SEED, DOCUMENTS = 20261127, 20_000
ASK = """
const JSON5 = require('json5')
const plain = v => typeof v === 'number' ? ['number', Number.isFinite(v) ? v : String(v)]
  : Array.isArray(v) ? ['list', v.map(plain)]
  : v && typeof v === 'object' ? ['object', Object.keys(v).sort().map(k => [k, plain(v[k])])] : v
const read = text => { try { return [plain(JSON5.parse(text))] } catch (error) { return [] } }
const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'))
process.stdout.write(JSON.stringify(texts.map(read)))
"""


def asked_of_npm(folder: Path, texts: list[str]) -> list[Any]:
    install = [
        "npm",
        "install",
        "--no-audit",
        "--no-fund",
        "--prefix",
        str(folder),
        f"json5@{VERSION}",
    ]
    subprocess.run(install, cwd=folder, check=True, capture_output=True)
    done = subprocess.run(
        ["node", "-e", ASK],  # noqa: S607
        input=json.dumps(texts).encode(),
        cwd=folder,
        check=True,
        capture_output=True,
    )
    found: list[Any] = json.loads(done.stdout)
    return found


def plain(value: Any) -> Any:
    """As ASK writes it: by kinds, for JSON has no Infinity, and -0 is 0."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        return ["list", [plain(each) for each in value]]
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return ["object", [[key, plain(value[key])] for key in keys]]
    number = float(value)
    words = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
    return ["number", words.get(str(number), number)]


def read(text: str) -> list[Any]:
    try:
        return [plain(json5(text))]
    except ValueError:
        return []


@pytest.mark.real
def test_documents_are_read_as_npm_s_json5_reads_them(tmp_path: Path) -> None:
    random = Random(SEED)  # noqa: S311 - the same documents each time
    texts = [*READ, *REFUSED, *(document(random) for _ in range(DOCUMENTS))]
    wanted = asked_of_npm(tmp_path, texts)
    different = [
        (text, read(text), want)
        for text, want in zip(texts, wanted, strict=True)
        if read(text) != want
    ]
    assert different == []
    assert sum(not each for each in wanted) > DOCUMENTS // 10
