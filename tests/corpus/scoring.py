"""What a scanner has found of a corpus."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.corpus.labels import Corpus, Harmless, Key

INSIDE = "!"  # what gitleaks and others put between an archive and its member


@dataclass(frozen=True)
class Hit:
    """A scanner's finding: a path below the corpus's root, and a line where it tells one."""

    path: str
    line: int | None = None


@dataclass(frozen=True)
class Score:
    """`elsewhere` are findings at a place that no label names."""

    corpus: Corpus
    found: list[Key]
    false_alarms: list[Harmless]
    elsewhere: list[Hit]

    @property
    def missed(self) -> list[Key]:
        return [key for key in self.corpus.keys if key not in self.found]

    @property
    def variants(self) -> set[str]:
        return {key.variant for key in self.found if not key.context} & self.corpus.variants

    @property
    def contexts(self) -> set[str]:
        return {key.context for key in self.found if key.context}


def score(corpus: Corpus, hits: Iterable[Hit]) -> Score:
    """A finding counts at its label's path and, where both name a line, at that line."""
    given = set(hits)
    found = [key for key in corpus.keys if any(_is_at(hit, key) for hit in given)]
    alarms = [each for each in corpus.harmless if any(_is_at(hit, each) for hit in given)]
    labels: list[Key | Harmless] = [*corpus.keys, *corpus.harmless]
    elsewhere = [hit for hit in given if not any(_is_at(hit, label) for label in labels)]
    return Score(corpus, found, alarms, sorted(elsewhere, key=lambda hit: hit.path))


def _is_at(hit: Hit, label: Key | Harmless) -> bool:
    """Kingfisher names a table as a file in its database."""
    if not (hit.path in (label.path, f"{label.path}-wal") or hit.path.startswith(f"{label.path}/")):
        return False
    return hit.line is None or label.line is None or hit.line == label.line


def hit_at(root: Path, path: str, line: int | None) -> Hit:
    """A hit from what a scanner prints: an absolute path, perhaps with an archive's member."""
    file = path.partition(INSIDE)[0]
    return Hit(file.removeprefix(str(root)).removeprefix("./").lstrip("/"), line)
