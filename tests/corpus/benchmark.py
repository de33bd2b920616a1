"""Prints how fast our survey and others read one tree, side by side.

The tree is of mixed files, or like a whole VPS: mostly small ones, nearly half of it a package.

python -m tests.corpus.benchmark [--like mixed|vps] [--only agent,cat,grep] [--size MIB]
"""

import argparse
import shlex
import subprocess
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from fixtures.keys.rules import KEY_FORMATS
from tests.corpus.agent import ready_survey
from tests.corpus.scanners import CACHE, OTHERS, Scanner
from tests.corpus.tree import MIB, make_tree
from tests.corpus.vps_tree import make_vps_tree
from tests.tables import print_line

# Too slow for a whole GiB: measured on a part of it, which its row says.
PARTS = {"detect-secrets": 1 / 32, "secretlint": 1 / 8}
# What tells a key's first characters, and then the whole key.
PREFIXES = (
    "sk-", "AIza", "AQ.", "xai-", "gsk_", "tgp_v1_", "pplx-", "hf_", "api_org_", "r8_", "fw_",
    "nvapi-", "ABSK", "bedrock-api-key-", "cfut_", "cfat_", "cfk_", "lsv2_", "ya29.", "1//0", "rt_",
    "vck_",
)  # fmt: skip


# The simplest expression in which grep has to take each byte by itself, as it does for the survey.
ANY_RUN = "[A-Za-z0-9_-]{200}"
TREES = {"mixed": (make_tree, "tree", 1024), "vps": (make_vps_tree, "vps", 1600)}


# Reads a tree, and may give how many bytes it has read of it.
Work = Callable[[Path], int | None]


@dataclass(frozen=True)
class Contender:
    """`ready` installs or starts what the work needs, which is not measured.

    `part` is how much of the tree it is given.
    """

    name: str
    command: str
    ready: Callable[[Path], AbstractContextManager[Work]]
    part: float = 1.0


def main() -> None:
    given = _arguments()
    make, name, usual = TREES[given.like]
    size = given.size or usual
    print_line("| read by | MB/s | seconds | MB read | command |\n|---|---|---|---|---|")
    for each in _contenders(given.only.split(",") if given.only else ()):
        tree = given.tree / f"{name}-{size}{_suffix(each)}"
        whole = make(tree, int(size * MIB * each.part))
        with each.ready(tree) as work:
            _warm(tree)
            print_line(_row(each, *_measured(work, tree, whole)))


def _contenders(only: tuple[str, ...] | list[str]) -> Iterator[Contender]:
    every = [
        _shell("cat", "find TREE -type f -print0 | xargs -0 cat > /dev/null"),
        _shell("cat, through a pipe", "find TREE -type f -print0 | xargs -0 cat | cat > /dev/null"),
        _shell("grep", _two_stage_grep()),
        _shell("grep, for any run", f"LC_ALL=C grep -rahE '{ANY_RUN}' TREE > /dev/null"),
        Contender("agent", "the survey, tier acceptance, over SSH", ready_survey),
        *map(_scanner, OTHERS),
    ]
    return (each for each in every if not only or each.name.partition(",")[0] in only)


def _two_stage_grep() -> str:
    """Prefixes first; only the lines with one are looked at for whole keys."""
    first = "|".join(each.replace(".", r"\.") for each in PREFIXES)
    rules = tomllib.loads(KEY_FORMATS.read_text())["rules"]
    # grep knows neither (?: nor (?!: the rules with them are all of the form sk-...
    whole = "|".join(each["regex"] for each in rules if "(?" not in each["regex"])
    second = shlex.quote(f"sk-[A-Za-z0-9_-]{{32,}}|{whole}")
    return f"export LC_ALL=C; grep -rahE '{first}' TREE | grep -aoE {second} > /dev/null"


def _shell(name: str, command: str) -> Contender:
    def work(tree: Path) -> None:
        subprocess.run(
            ["/bin/sh", "-c", command.replace("TREE", shlex.quote(str(tree)))], check=False
        )

    return Contender(name, command, lambda _: nullcontext(work))


def _scanner(scanner: Scanner) -> Contender:
    def work(tree: Path) -> None:
        scanner.run(tree, subprocess.DEVNULL)

    def ready(_: Path) -> AbstractContextManager[Work]:
        scanner.install()
        return nullcontext(work)

    return Contender(scanner.command, scanner.shown, ready, PARTS.get(scanner.command, 1.0))


def _measured(work: Work, tree: Path, size: int) -> tuple[int, float]:
    """The bytes read and the seconds. Who does not count is taken to have read all."""
    began = time.perf_counter()
    read = work(tree)
    return (size if read is None else read), time.perf_counter() - began


def _warm(tree: Path) -> None:
    for path in tree.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                while file.read(MIB):
                    pass


def _suffix(contender: Contender) -> str:
    return "" if contender.part == 1 else f"-part-{round(1 / contender.part)}"


def _row(contender: Contender, read: int, seconds: float) -> str:
    part = "" if contender.part == 1 else f", on 1/{round(1 / contender.part)} of it"
    megabytes = read / 1e6
    rate = f"{megabytes / seconds:.1f}"
    command = contender.command.replace("|", "\\|")
    return f"| {contender.name}{part} | {rate} | {seconds:.1f} | {megabytes:.0f} | `{command}` |"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus.benchmark")
    parser.add_argument("--only", default="", help="such as agent,cat,grep")
    parser.add_argument("--like", choices=TREES, default="mixed", help="what the tree is like")
    parser.add_argument("--size", type=int, help="of the tree, in MiB")
    parser.add_argument("--tree", type=Path, default=CACHE, help="where the tree is kept")
    return parser.parse_args()


if __name__ == "__main__":
    main()
