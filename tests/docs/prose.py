"""What the documents name, so that it can be looked for: links, options, settings, scenarios."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
SETTING = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
FAULT = re.compile(r"--fault[ =]([a-z][\w-]*)")
# A guarantee as the terminal shows it, with how much was read, how long it took, or its cause.
# Or a scenario in a TOML file.
SHOWN = re.compile(r"^[✓✗!?] (\S.*?)(?:  .+|: [a-z0-9-]+)?$|^scenario = \"(.+)\"$", re.MULTILINE)
# A feature, behind the marks of its guarantees.
SHOWN_FEATURE = re.compile(r"^(?:[✓✗!?]{2,} +|[✓✗!?] {2,})(.+)$", re.MULTILINE)
ANCHOR = re.compile(r'<a id="([^"]+)">')
SUITE = re.compile(r"(pytest|make verify|openclaw-verify (?:run|plan|routes|rehearse))(?= |$)")
LONG = 4  # words; shorter emphasis is only that


@dataclass
class Document:
    """What a document says. `spans` are pieces of code in the text, `blocks` whole ones."""

    path: Path
    links: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    spans: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    emphasised: list[str] = field(default_factory=list)

    def options(self) -> Iterator[str]:
        """Those of the suite's command line, and not those of other programs."""
        for code in self._commands():
            yield from OPTION.findall(code)

    def settings(self) -> set[str]:
        return {found[0] for span in self.spans if (found := SETTING.match(span))}

    def faults(self) -> Iterator[str]:
        for code in self._commands():
            yield from FAULT.findall(code)

    def scenarios(self) -> Iterator[str]:
        yield from (" ".join(each.split()) for each in self.emphasised if _is_name(each))
        for block in self.blocks:
            yield from (one or other for one, other in SHOWN.findall(block))

    def features(self) -> set[str]:
        return {name for block in self.blocks for name in SHOWN_FEATURE.findall(block)}

    def _commands(self) -> Iterator[str]:
        yield from (span for span in self.spans if span.startswith("--"))
        lines = [line for each in self.blocks for line in each.replace("\\\n", " ").splitlines()]
        for code in (*self.spans, *lines):  # what starts the suite has options of its own
            yield from (code[found.end() :] for found in [*SUITE.finditer(code)][-1:])


@cache
def read(path: Path) -> Document:
    document = Document(path)
    tokens = MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8"))
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "fence":
            document.blocks.append(token.content)
        if token.type == "inline":
            _read_inline(document, token.children or [])
            if before and before.type == "heading_open":
                document.anchors.add(anchor(token.content))
    return document


def anchor(heading: str) -> str:
    """As GitHub makes one of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _read_inline(document: Document, tokens: list[Token]) -> None:
    within = False
    for token in tokens:
        if token.type == "em_open":
            within = True
            document.emphasised.append("")
        elif token.type == "em_close":
            within = False
        elif token.type == "link_open":
            document.links.append(str(token.attrs["href"]))
        elif token.type == "html_inline":
            document.anchors.update(ANCHOR.findall(token.content))
        elif token.type == "code_inline":
            document.spans.append(token.content)
        if within:
            text = token.content if token.type != "softbreak" else " "
            document.emphasised[-1] += text


def _is_name(text: str) -> bool:
    """Emphasis of a whole sentence's length is a scenario's name; menus have arrows or dots."""
    return len(text.split()) > LONG and not re.search(r"[→·:]", text)
