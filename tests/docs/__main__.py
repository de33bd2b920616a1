"""Rewrites the generated blocks of the documents, and the evidence's schema: `make docs`."""

import json

from fixtures.suite.evidence.schema import schema
from tests.docs.blocks import BLOCKS, ROOT, documents, rewritten

for path in documents():
    before = path.read_text(encoding="utf-8")
    after = rewritten(before, BLOCKS)
    if after != before:
        path.write_text(after, encoding="utf-8")
        print(f"{path.name} is written anew")  # noqa: T201 - for whoever has run it

SCHEMA = ROOT / "docs" / "evidence-2.schema.json"
SCHEMA.write_text(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
