"""Blocks that are generated, between `<!-- generated: NAME -->` and `<!-- end -->`."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.docs import guarantees, promises, run_shown, tables

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(
    r"(?P<start><!-- generated: (?P<name>.+?) -->\n).*?(?P<end><!-- end -->)", re.DOTALL
)
BLOCKS: dict[str, str] = {
    "settings": tables.settings(),
    "upstream-names": tables.upstream_names(),
    "options": tables.options(),
    "run": run_shown.text(),
    "promises": promises.table_text(),
    "causes": guarantees.causes(),
    "witnesses": tables.witnesses(),
    **guarantees.by_feature(),
    **guarantees.breaks_by_feature(),
}


def documents() -> Iterator[Path]:
    """What a reader opens."""
    return iter(sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]))


def rewritten(text: str, blocks: Mapping[str, str]) -> str:
    """The text with its blocks as they are now. Raises KeyError for a block of no known name."""
    return BLOCK.sub(
        lambda found: f"{found['start']}{blocks[found['name']]}{found['end']}",
        text,
    )


def block_names(text: str) -> list[str]:
    return [found["name"] for found in BLOCK.finditer(text)]
