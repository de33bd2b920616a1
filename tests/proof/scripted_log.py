"""A log that answers as a test says, and remembers what it was asked for, and when."""

from dataclasses import dataclass, field

from fixtures.cloudflare.ai_gateway import ApiProblem, Listing, Narrow, Record
from fixtures.proof.nonce import Nonces
from tests.proof.fake_log import Clock

NOTHING = Nonces(messages=frozenset(), anywhere=frozenset())


def says(nonce: str) -> Nonces:
    """A body whose message it is."""
    return Nonces(messages=frozenset({nonce}), anywhere=frozenset({nonce}))


def quotes(nonce: str, *, is_cut: bool = False) -> Nonces:
    return Nonces(messages=frozenset(), anywhere=frozenset({nonce}), is_cut=is_cut)


@dataclass
class ScriptedLog:
    """A RequestLog without a pause or a budget of its own."""

    clock: Clock
    records: list[Record] = field(default_factory=list)
    bodies: dict[str, Nonces | None] = field(default_factory=dict)
    near_records: tuple[Record, ...] = ()
    ahead: float = 0.0
    cut_short_at: float | None = None
    problem: ApiProblem | None = None
    body_problem: ApiProblem | None = None
    asked: list[tuple[float, str, object, bool]] = field(default_factory=list)

    def listing(self, since: float, *, fresh: bool = False) -> Listing:
        self.asked.append((self.clock.now, "listing", since, fresh))
        if self.problem:
            raise self.problem
        return Listing(
            records=(*self.records,), clock_ahead=self.ahead, cut_short_at=self.cut_short_at
        )

    def near(self, narrow: Narrow, *, fresh: bool = False) -> Listing:
        self.asked.append((self.clock.now, "near", narrow, fresh))
        return Listing(records=self.near_records, clock_ahead=self.ahead)

    def nonces(self, record_id: str, *, fresh: bool = False) -> Nonces | None:
        self.asked.append((self.clock.now, "nonces", record_id, fresh))
        if self.body_problem:
            raise self.body_problem
        return self.bodies.get(record_id)

    @property
    def read(self) -> list[str]:
        """The records whose bodies were asked for, in order."""
        return [str(argument) for _, what, argument, _ in self.asked if what == "nonces"]

    @property
    def looks(self) -> list[float]:
        """When it was listed."""
        return [at for at, what, _, _ in self.asked if what == "listing"]
