"""Collects a corpus's files and labels, and writes the files when all are known."""

import re
from pathlib import Path

from fixtures.rehearsal.faults.encodings import FORMS
from tests.corpus.draw import Draw
from tests.corpus.formats import FORMATS, KeyFormat
from tests.corpus.labels import Corpus, Harmless, Key

FORMATS_BY_VARIANT = {each.variant: each for each in FORMATS}


class Builder:
    def __init__(self, root: Path, seed: int) -> None:
        self.draw = Draw(seed)
        self.corpus = Corpus(root, self.draw.hex_of(32), self.draw.hex_of(32))
        self.files: dict[str, bytes] = {}

    def new_key(self, variant: str) -> tuple[KeyFormat, str]:
        kind = FORMATS_BY_VARIANT[variant]
        return kind, kind.key(self.draw)

    def add(self, path: str, data: bytes) -> None:
        self.files[path] = self.files.get(path, b"") + data

    def label(  # noqa: PLR0913 - a label's parts
        self,
        kind: KeyFormat,
        value: str,
        path: str,
        *,
        tier: str = "acceptance",
        chain: tuple[str, ...] = ("plain",),
        context: str = "",
        by: str | None = None,
    ) -> None:
        """Label a key of the file that has just been added."""
        self.corpus.keys.append(
            Key(
                value=value,
                variant=kind.variant,
                format=kind.format,
                path=path,
                line=line_of(self.files.get(path, b""), value),
                chain=chain,
                context=context,
                tier=tier,
                by=by or kind.by,
            )
        )

    def plant(  # noqa: PLR0913 - a label's parts
        self,
        variant: str,
        path: str,
        form: str = "plain",
        *,
        variable: str = "",
        context: str = "",
        by: str | None = None,
    ) -> None:
        """Add a file with a fresh key, written in a form."""
        kind, value = self.new_key(variant)
        self.add(path, FORMS[form](variable or kind.variable, value))
        self.label(kind, value, path, chain=(form,), context=context, by=by)

    def harmless_lines(self, path: str, kind: str, lines: list[str]) -> None:
        before = self.files.get(path, b"").count(b"\n")
        self.add(path, "".join(f"{line}\n" for line in lines).encode())
        self.corpus.harmless += [
            Harmless(kind=kind, path=path, line=before + number)
            for number, _ in enumerate(lines, 1)
        ]

    def label_harmless(self, path: str, suspicious: re.Pattern[bytes]) -> None:
        """Label the lines of a file that look like more than words."""
        self.corpus.harmless += [
            Harmless(kind="machine", path=path, line=number)
            for number, line in enumerate(self.files[path].split(b"\n"), 1)
            if suspicious.search(line)
        ]

    def harmless_file(self, path: str, kind: str, data: bytes) -> None:
        self.add(path, data)
        self.corpus.harmless.append(Harmless(kind=kind, path=path, line=None))

    def write(self) -> Corpus:
        for path, data in self.files.items():
            file = self.corpus.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        return self.corpus


def line_of(data: bytes, value: str) -> int | None:
    """The line of a text file in which the value stands as it is."""
    at = data.find(value.encode())
    if at < 0 or b"\0" in data:
        return None
    return data.count(b"\n", 0, at) + 1
