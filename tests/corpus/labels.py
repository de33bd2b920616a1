"""What a corpus knows of itself: its keys, and what looks like one."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

FINGERPRINT = "fingerprint"


@dataclass(frozen=True, kw_only=True)
class Key:
    """A planted key. `path` is below the root; `line` is None where a file has none.

    `chain` are the encodings, the outermost last. `by` says by what it can be told: its format,
    its variable's name, or only its fingerprint. `context` is empty when only the format matters.
    """

    value: str = field(repr=False)
    variant: str
    format: str
    path: str
    line: int | None
    chain: tuple[str, ...]
    context: str
    tier: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Harmless:
    """A look-alike; the whole file when `line` is None."""

    kind: str
    path: str
    line: int | None


@dataclass
class Corpus:
    """`fingerprints` are the SHA-256 of the keys that nothing else tells."""

    root: Path
    auth_token: str = field(repr=False)
    gateway_token: str = field(repr=False)
    keys: list[Key] = field(default_factory=list)
    harmless: list[Harmless] = field(default_factory=list)

    @property
    def fingerprints(self) -> list[str]:
        unknown = [key.value for key in self.keys if key.by == FINGERPRINT]
        return [hashlib.sha256(value.encode()).hexdigest() for value in unknown]

    @property
    def variants(self) -> set[str]:
        return {key.variant for key in self.keys if not key.context}

    @property
    def contexts(self) -> set[str]:
        return {key.context for key in self.keys if key.context}
