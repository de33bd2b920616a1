"""A grammar of right deployments: what may differ from the plan's and is no fault.

A deployment is made of two to four ways, each of another dimension. Those of the plan are kept
where none is chosen.
"""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from typing import Any

from fixtures.rehearsal import Fault, Rehearsal
from fixtures.rehearsal.cloud.plan import CloudPlan
from fixtures.rehearsal.faults.fault import CloudChange, VpsChange
from fixtures.rehearsal.vps.plan import OtherContainer, VpsPlan

FEWEST, MOST = 2, 4


@dataclass(frozen=True)
class Way:
    """In which a deployment differs: `rehearsal` are arguments of one, by their names.

    `environ` is what the operator's shell has set, `settings` what the config file has besides, and
    `line` how that has each setting. `fault` is one of the rehearsal's that breaks nothing.
    """

    name: str
    rehearsal: Mapping[str, Any] = field(default_factory=dict)
    fault: str = ""
    cloud: CloudChange | None = None
    vps: VpsChange | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    line: str = ""


def _with(changes: Mapping[str, Any], plan: CloudPlan | VpsPlan) -> None:
    """Each by its attribute's path."""
    for path, value in changes.items():
        *parents, last = path.split(".")
        owner: Any = plan
        for each in parents:
            owner = getattr(owner, each)
        setattr(owner, last, value)


def _cloud(name: str, **changes: Any) -> Way:
    return Way(name, cloud=partial(_with, {at.replace("__", "."): v for at, v in changes.items()}))


def _vps(name: str, **changes: Any) -> Way:
    return Way(name, vps=partial(_with, {at.replace("__", "."): v for at, v in changes.items()}))


def _quoted(quote: str, before: str, plan: VpsPlan) -> None:
    """The `.env`, as Compose reads it, too."""
    for i, line in enumerate(plan.env):
        name, equals, value = line.partition("=")
        if equals and value and not line.startswith("#"):
            plan.env[i] = f"{before}{name}={quote}{value}{quote}"


def _spaced(plan: VpsPlan) -> None:
    plan.env = ["", "# --- gateway ---", *(each for line in plan.env for each in (line, "")), "#"]


def _as_json5(plan: VpsPlan) -> None:
    text = json.dumps(plan.config, indent=2)
    plan.config_text = f"// by hand, see https://docs.openclaw.ai\n{text[:-2]},\n}} /* end */\n"


def _settings_of_gateway(values: Mapping[str, Any], plan: CloudPlan) -> None:
    plan.ai_gateways[plan.ai_gateway_id].update(values)


def _files(files: Mapping[str, bytes], plan: VpsPlan) -> None:
    plan.files.update(files)


def _neighbours(plan: VpsPlan) -> None:
    names = ("postgres", "traefik", "uptime-kuma")
    plan.others += [OtherContainer(each, f"{each}:latest", [each]) for each in names]
    plan.others.append(OtherContainer("old-job", "busybox:1", ["true"], running=False))
    plan.processes |= {700: ["/usr/sbin/nginx", "-g", "daemon off;"], 701: ["sleep", "infinity"]}


def _at_both(plan: VpsPlan) -> None:
    plan.listens_on = plan.publishes_on = ("127.0.0.1", "::1")


ODD_NAMES = {
    "srv/with space/a file.txt": b"nothing\n",
    "srv/ünïcode/日本語.log": b"nichts\n",
    "srv/new\nline/x.env": b"A=1\n",
    "srv/-rf": b"",
    "srv/latin-1": "à la carte".encode("latin-1"),
}
LARGE = {f"srv/many/{i:04}.txt": b"line\n" * 20 for i in range(400)} | {
    "srv/big": b"\0" * 4_000_000
}
GUARDED = {"rate_limiting_limit": 1000, "rate_limiting_interval": 60, "logpush": True}
RETRIES = {"retry_max_attempts": 3, "retry_delay": 500, "retry_backoff": "exponential"}

DIMENSIONS: dict[str, tuple[Way, ...]] = {
    "layout": (
        Way("personal-claw", {"claw": "personal-claw"}),
        Way("work-claw", {"claw": "work-claw"}),
        Way("state moved", fault="state-moved"),
    ),
    "log system": (
        Way(
            "observability, flat",
            {"new_account": True},
            cloud=partial(_with, {"log.names": "flat"}),
        ),
        Way(
            "observability, nested",
            {"new_account": True},
            cloud=partial(_with, {"log.names": "nested"}),
        ),
        Way(
            "queries only started",
            {"new_account": True},
            cloud=partial(_with, {"log.starts_only": 0.8}),
        ),
        Way("said by hand", settings={"CLOUDFLARE_LOG_SYSTEM": "logs-api"}),
    ),
    "ssh": (
        Way("hardened", {"hardened": True}),
        Way("a shell that prints", fault="shell-prints"),
        _vps("two sessions", ssh__sessions=2),
        _vps("nothing forwarded", ssh__forwards=False),
    ),
    "drive": (
        Way("by http", settings={"OPENCLAW_DRIVE": "http"}),
        Way("by its command", settings={"OPENCLAW_DRIVE": "cli"}),
        Way("endpoint off", fault="endpoint-off"),
    ),
    "env file": (
        Way("double quotes", vps=partial(_quoted, '"', "")),
        Way("single quotes", vps=partial(_quoted, "'", "")),
        Way("exported", vps=partial(_quoted, "", "export ")),
        Way("exported, quoted", vps=partial(_quoted, '"', "export ")),
        Way("empty lines", vps=_spaced),
    ),
    "config file": (
        Way("no quotes", line="{}={}\n"),
        Way("double quotes", line='{}="{}"\n'),
        Way("exported", line="export {}='{}'\n\n"),
        Way("spaces", line="  {} = '{}'   # by hand\n"),
        Way("CRLF", line="{}={}\r\n"),
    ),
    "openclaw.json": (
        Way("JSON5", vps=_as_json5),
        Way("models of its own", fault="own-models"),
        Way("several agents", fault="agents-of-both-providers"),
        Way("no client named", fault="api-missing"),
        Way("many routes", fault="routes-harmless"),
    ),
    "time zone": tuple(
        Way(zone, environ={"TZ": zone})
        for zone in ("Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati", "Etc/GMT+12")
    ),
    "locale": tuple(
        Way(name, environ={"LANG": name, "LC_ALL": name})
        for name in ("C", "C.UTF-8", "POSIX", "tr_TR.UTF-8", "de_DE@euro")
    ),
    "terminal": (
        Way("narrow", environ={"COLUMNS": "40"}),
        Way("no colour", environ={"NO_COLOR": "1", "TERM": "dumb"}),
        Way("in colour", environ={"FORCE_COLOR": "1", "COLUMNS": "300"}),
    ),
    "worker": (
        _cloud("paths of both versions", worker__both=True),
        Way("token reads parts", fault="worker-token-reads-parts"),
        Way("own paths named", fault="worker-own-paths-named"),
    ),
    "log": (
        _cloud("a retry of each", log__retry_share=1.0),
        _cloud("a guardrail's row for each", log__guardrail_share=1.0),
        _cloud("both", log__retry_share=1.0, log__guardrail_share=1.0),
        _cloud("no other rows", log__seed_rows=0),
        _cloud("many other rows", log__seed_rows=900, log__seed_every=10.0),
        _cloud("rows with their bodies", log__bodies_after=(0.0, 0.0)),
        _cloud("late rows", log__listed_after=(10.0, 15.0)),
    ),
    "clock": (
        _cloud("ahead", clock_skew=45.0),
        _cloud("behind", clock_skew=-45.0),
        _cloud("right", clock_skew=0.0),
    ),
    "ai gateway": (
        Way("rates limited", cloud=partial(_settings_of_gateway, GUARDED)),
        Way("retries", cloud=partial(_settings_of_gateway, RETRIES)),
        Way("zero retention", cloud=partial(_settings_of_gateway, {"zdr": True})),
    ),
    "analytics": (
        _cloud("sampled", analytics__sampled=10),
        _cloud("not shown", analytics__shown=False),
    ),
    "machine": (
        Way("other containers", vps=_neighbours),
        Way("odd names", vps=partial(_files, ODD_NAMES)),
        Way("many files", vps=partial(_files, LARGE)),
        _vps("Docker on another disk", docker_folder="mnt/disk/docker"),
        Way("IPv6, too", vps=_at_both),
        _vps("no transcripts", keeps_transcripts=False),
    ),
}
# What one sets, the other sets too, as openclaw.json, or speaks of what it has not.
APART = (
    ("layout", "worker"),
    ("layout", "openclaw.json"),
    ("worker", "openclaw.json"),
    ("drive", "ssh"),
)


@dataclass(frozen=True)
class Deployment:
    """Its ways, by their dimensions."""

    ways: Mapping[str, Way]

    def __str__(self) -> str:
        return ", ".join(f"{name}: {way.name}" for name, way in self.ways.items())

    def rehearsal(self) -> Rehearsal:
        several = self.ways.values()
        arguments = {name: value for each in several for name, value in each.rehearsal.items()}
        also = [Fault(each.name, "", {}, cloud=each.cloud, vps=each.vps) for each in several]
        faults = [each.fault for each in several if each.fault]
        return Rehearsal(faults, also=also, **arguments)

    def environ(self) -> dict[str, str]:
        return {name: value for each in self.ways.values() for name, value in each.environ.items()}

    def config(self, settings: Mapping[str, str]) -> str:
        """The config file's text."""
        [*_, line] = ["{}='{}'\n", *(each.line for each in self.ways.values() if each.line)]
        more = {name: value for each in self.ways.values() for name, value in each.settings.items()}
        return "".join(line.format(*each) for each in {**settings, **more}.items())


def drawn(number: int, seed: int) -> list[Deployment]:
    """So many, all of them different. No way is drawn again before the others of its dimension."""
    chance = random.Random(seed)  # noqa: S311 - the same each time
    left: dict[str, list[Way]] = {name: [] for name in DIMENSIONS}
    found: dict[str, Deployment] = {}
    while len(found) < number:
        names = chance.sample([*DIMENSIONS], chance.randint(FEWEST, MOST))
        if {*map(frozenset, combinations(names, 2))} & {*map(frozenset, APART)}:
            continue
        for each in names:
            left[each] = left[each] or chance.sample(DIMENSIONS[each], len(DIMENSIONS[each]))
        one = Deployment({each: left[each].pop() for each in names})
        found.setdefault(str(one), one)
    return [*found.values()]
