"""Prints what this project's survey and other scanners find of one corpus, as a Markdown table.

python -m tests.corpus.compare [--seed N] [--only NAMES] [--missed]
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.corpus import Corpus, make_corpus
from tests.corpus.agent import survey_hits
from tests.corpus.scanners import OTHERS
from tests.corpus.scoring import Hit, Score, score
from tests.tables import print_line

OWN = "agent"
SEED = 20261123


def main() -> None:
    given = _arguments()
    with tempfile.TemporaryDirectory(prefix="corpus-") as folder:
        corpus = make_corpus(Path(folder), given.seed)
        print_line(_heading(corpus))
        for name, hits in _all_hits(corpus, set(given.only.split(","))):
            result = score(corpus, hits)
            print_line(_row(name, result))
            if given.missed:
                print_line(_details(result))


def _all_hits(corpus: Corpus, only: set[str]) -> Iterator[tuple[str, set[Hit]]]:
    if only & {OWN, ""}:
        yield "this survey, over SSH", survey_hits(corpus)
    for each in OTHERS:
        if only & {each.command, ""}:
            each.install()
            yield f"{each.name} (`{each.package}`)", each.hits(corpus.root)


def _heading(corpus: Corpus) -> str:
    columns = (
        "scanner",
        f"found of {len(corpus.keys)}",
        f"formats of {len(corpus.variants)}",
        f"contexts of {len(corpus.contexts)}",
        f"false alarms of {len(corpus.harmless)}",
    )
    return f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"


def _row(name: str, result: Score) -> str:
    figures = (result.found, result.variants, result.contexts, result.false_alarms)
    return f"| {name} | {' | '.join(str(len(each)) for each in figures)} |"


def _details(result: Score) -> str:
    """Labels only, never a value."""
    lines = [f"  missed {key.variant} in {key.path} ({key.by})" for key in result.missed]
    lines += [f"  false alarm {each.path}:{each.line}" for each in result.false_alarms]
    lines += [f"  elsewhere {hit.path}:{hit.line}" for hit in result.elsewhere]
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus.compare")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", default="", help="commands, such as agent,gitleaks")
    parser.add_argument("--missed", action="store_true", help="name what is missed, and where")
    return parser.parse_args()


if __name__ == "__main__":
    main()
