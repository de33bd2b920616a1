"""A tree of mixed files to measure speed on: seeded, without any key, and kept for the next run.

No two files are equal: some scanners look at equal files once only.
"""

import bz2
import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.corpus.draw import Draw

KIB, MIB = 1024, 1024**2
PIECE = 64 * KIB
PIECES = 48  # per kind: enough that what is packed of them does not repeat itself much
WORDS = (
    "the request of a task was answered by cache with level session token model gateway provider",
    "api key worker agent message usage prompt completion stream container docker started stopped",
    "healthy backup archive rotated config default environment disk memory process user system",
)
WORD_LIST = " ".join(WORDS).split()


def make_tree(root: Path, size: int) -> int:
    """Make the tree unless it is there already, and give its size in bytes."""
    return kept_tree(root, size, _write_tree)


def kept_tree(root: Path, size: int, write: Callable[[Path, int], None]) -> int:
    """What `write` makes, unless it is there already; and its size in bytes."""
    mark = root.with_name(f"{root.name}.made")
    if not mark.exists() or mark.read_text() != str(size):
        write(root, size)
        mark.write_text(str(size))
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file())


def _write_tree(root: Path, size: int) -> None:
    draw, left, number = Draw(7), size, 0
    pools = {kind: pieces_of(draw, kind) for kind in KINDS}
    round_of_kinds = [kind for kind in KINDS for _ in range(SHAPES[kind][2])]
    while left > 0:
        kind = round_of_kinds[number % len(round_of_kinds)]
        name, length, _ = SHAPES[kind]
        path = root / name.format(number // 50, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(put_together(draw, kind, pools[kind], length))
        left -= path.stat().st_size
        number += 1


def pieces_of(draw: Draw, kind: str) -> list[bytes]:
    """Random pieces of a kind, of which its files are put together."""
    lines = KINDS[kind](draw)
    pieces = []
    for _ in range(PIECES):
        piece = bytearray()
        while len(piece) < PIECE:
            piece += next(lines)
        pieces.append(bytes(piece))
    return pieces


def put_together(draw: Draw, kind: str, pieces: list[bytes], length: int) -> bytes:
    """A file of a kind, of its pieces."""
    first = f"{kind} {draw.hex_of(8)}\n".encode()
    start = draw.below(PIECE // 2)
    chosen = (pieces[draw.below(PIECES)] for _ in range(length // PIECE))
    data = first + pieces[draw.below(PIECES)][start:] + b"".join(chosen)
    return PACKED.get(kind, bytes)(data[:length])


def _sentence(draw: Draw, words: int = 12) -> str:
    return " ".join(WORD_LIST[draw.below(len(WORD_LIST))] for _ in range(words))


def _log(draw: Draw) -> Iterator[bytes]:
    while True:
        at = f"2026-11-{1 + draw.below(28):02}T{draw.below(24):02}:14:03.120Z"
        yield f"{at} [gateway] {_sentence(draw)} id={draw.hex_of(8)}\n".encode()


def _docker_log(draw: Draw) -> Iterator[bytes]:
    while True:
        entry = {"log": f"{_sentence(draw)}\n", "stream": "stdout", "attrs": {"id": draw.hex_of(6)}}
        yield json.dumps(entry).encode() + b"\n"


def _session(draw: Draw) -> Iterator[bytes]:
    while True:
        message = {"role": "assistant", "content": _sentence(draw, 40), "id": draw.some(24)}
        yield json.dumps({"type": "message", "message": message}).encode() + b"\n"


def _source(draw: Draw) -> Iterator[bytes]:
    while True:
        name = "_".join(_sentence(draw, 3).split())
        yield f'def {name}(value: str) -> str:\n    return "{_sentence(draw, 5)}"\n\n'.encode()


def _minified(draw: Draw) -> Iterator[bytes]:
    while True:
        name, kebab = draw.some(2, "letters"), "-".join(_sentence(draw, 4).split())
        yield f'function {name}(e,t){{return e.{draw.some(5, "letters")}("{kebab}")||t}}'.encode()


def _lock(draw: Draw) -> Iterator[bytes]:
    while True:
        digest = draw.some(86, "base64")
        yield f'"{_sentence(draw, 1)}": {{"integrity": "sha512-{digest}=="}},\n'.encode()


def _binary(draw: Draw) -> Iterator[bytes]:
    while True:
        yield draw.bytes(PIECE)


KINDS: dict[str, Callable[[Draw], Iterator[bytes]]] = {
    "log": _log,
    "docker-log": _docker_log,
    "session": _session,
    "source": _source,
    "minified": _minified,
    "lock": _lock,
    "binary": _binary,
    "image": _binary,
    "rotated": _log,
    "backup": _session,
}
# A kind's files: their names by folder and number, their lengths before they are packed, and how
# many there are for each of the largest.
SHAPES = {
    "log": ("var/log/{}/gateway-{}.log", 6 * MIB, 1),
    "docker-log": ("var/lib/docker/containers/{}/{}-json.log", 8 * MIB, 1),
    "session": ("home/openclaw/.openclaw/agents/main/sessions/{}/{}.jsonl", MIB, 3),
    "source": ("opt/app/lib/{}/module{}.py", 12 * KIB, 100),
    "minified": ("opt/app/static/{}/chunk-{}.min.js", 512 * KIB, 4),
    "lock": ("srv/app/{}/{}/package-lock.json", 256 * KIB, 3),
    "binary": ("opt/app/bin/{}/tool{}", 4 * MIB, 1),
    "image": ("srv/app/static/{}/picture{}.png", 256 * KIB, 6),
    "rotated": ("var/log/{}/gateway-{}.log.2.gz", 2 * MIB, 1),
    "backup": ("home/openclaw/.openclaw/media/{}/{}.bz2", 256 * KIB, 1),
}
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "image": lambda data: b"\x89PNG\r\n\x1a\n" + data,
    "rotated": lambda data: gzip.compress(data, 6, mtime=0),
    "backup": bz2.compress,
}
