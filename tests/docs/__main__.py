"""Rewrites the generated blocks of the documents: `make docs`."""

from tests.docs.blocks import BLOCKS, documents, rewritten

for path in documents():
    before = path.read_text(encoding="utf-8")
    after = rewritten(before, BLOCKS)
    if after != before:
        path.write_text(after, encoding="utf-8")
        print(f"{path.name} is written anew")  # noqa: T201 - for whoever has run it
