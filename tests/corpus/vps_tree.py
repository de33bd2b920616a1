"""A tree like a whole VPS to measure speed on: mostly small files, nearly half of it a package.

Seeded, without any key, and kept for the next run. Of the default size it has 300,000 files.
"""

import hashlib
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from tests.corpus.draw import Draw
from tests.corpus.tree import KIB, MIB, kept_tree, pieces_of, put_together

PACKAGE, VERSION = "tree", "1.0-1"
INFO = f"var/lib/dpkg/info/{PACKAGE}.md5sums"
STATUS = "var/lib/dpkg/status"
OFFERED = "var/lib/apt/lists/deb.debian.org_debian_dists_stable_main_binary-amd64_Packages"
ENTRY = f"Package: {PACKAGE}\nVersion: {VERSION}\n"
# Of each sort its share of the tree, the files' mean length, their names, and the kinds.
SORTS = {
    "packages": (0.45, 24 * KIB, "usr/lib/{}/{}", ("source", "binary", "log", "binary")),
    "modules": (0.25, 1536, "srv/app/node_modules/{}/{}.js", ("minified", "source", "lock")),
    "images": (
        0.18,
        20 * KIB,
        "var/lib/docker/overlay2/{}/diff/usr/lib/{}",
        ("source", "binary", "minified"),
    ),
    "logs": (0.12, 6 * MIB, "var/log/{}/{}.log", ("log", "docker-log", "session")),
}


def make_vps_tree(root: Path, size: int) -> int:
    """Make the tree unless it is there already, and give its size in bytes."""
    return kept_tree(root, size, _write)


def _write(root: Path, size: int) -> None:
    draw = Draw(11)
    digests = []
    for name, part in _files(draw, size):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(part)
        if name.startswith("usr/"):
            digest = hashlib.md5(part, usedforsecurity=False).hexdigest()
            digests.append(f"{digest}  {name}\n")
    for name, text in (
        (INFO, "".join(digests)),
        (STATUS, f"{ENTRY}Status: install ok installed\n\n"),
        (OFFERED, f"{ENTRY}Filename: pool/tree.deb\n\n"),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def _files(draw: Draw, size: int) -> Iterator[tuple[str, bytes]]:
    for share, mean, name, kinds in SORTS.values():
        pools = {kind: pieces_of(draw, kind) for kind in kinds}
        left = int(size * share)
        for number in count():
            if left <= 0:
                break
            kind = kinds[number % len(kinds)]
            length = mean // 4 + draw.below(mean * 3 // 2)
            part = put_together(draw, kind, pools[kind], length)
            left -= len(part)
            yield name.format(number // 40, number), part
