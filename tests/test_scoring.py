"""What counts as found, and what as a false alarm."""

from pathlib import Path

import pytest

from tests.corpus.labels import Corpus, Harmless, Key
from tests.corpus.scoring import Hit, hit_at, score

ENV = "home/.env"


def key(path: str, line: int | None, context: str = "") -> Key:
    return Key(
        value=path, variant="groq", format="groq", path=path, line=line,
        chain=("plain",), context=context, tier="acceptance", by="format",
    )  # fmt: skip


@pytest.fixture
def corpus() -> Corpus:
    made = Corpus(Path("/corpus"), "a" * 64, "b" * 64)
    made.keys += [key(ENV, 4), key("srv/old.tar.gz", None, "as: tar-gz"), key("db", None)]
    made.harmless += [Harmless(kind="mask", path=ENV, line=2)]
    return made


@pytest.mark.parametrize(
    ("hit", "found", "alarms", "elsewhere"),
    [
        (Hit(ENV, 4), 1, 0, 0),
        (Hit(ENV, 2), 0, 1, 0),
        (Hit(ENV, 3), 0, 0, 1),
        (Hit("srv/old.tar.gz", 17), 1, 0, 0),
        (Hit("db-wal"), 1, 0, 0),
        (Hit("db/table.sql", 2), 1, 0, 0),
        (Hit("db2", 2), 0, 0, 1),
    ],
)
def test_a_finding_counts_at_its_labels_path_and_line(
    corpus: Corpus, hit: Hit, found: int, alarms: int, elsewhere: int
) -> None:
    result = score(corpus, [hit])
    assert len(result.found) == found
    assert len(result.false_alarms) == alarms
    assert len(result.elsewhere) == elsewhere


def test_formats_and_contexts_are_counted_apart(corpus: Corpus) -> None:
    result = score(corpus, [Hit(ENV, 4), Hit("srv/old.tar.gz")])
    assert (result.variants, result.contexts) == ({"groq"}, {"as: tar-gz"})
    assert [each.path for each in result.missed] == ["db"]


@pytest.mark.parametrize(
    "printed", ["/corpus/srv/a.zip!b.tar!c", "./srv/a.zip", "srv/a.zip", "/corpus/srv/a.zip"]
)
def test_a_path_is_read_as_each_scanner_prints_it(printed: str) -> None:
    assert hit_at(Path("/corpus"), printed, 3) == Hit("srv/a.zip", 3)
