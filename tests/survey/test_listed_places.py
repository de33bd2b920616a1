"""Which files each place is made of, by tier, also of what a container has for itself."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fixtures.keys.engine.formats import Formats
from fixtures.keys.engine.values import Values
from fixtures.vps.agent import places as module
from fixtures.vps.agent.entry_names import EntryNames
from fixtures.vps.agent.places import TO_NAME, Places
from fixtures.vps.agent.report import Report

SMOKE = ["env-file", "compose"]
NIGHTLY = [
    *("backups", "databases", "leftovers", "state"),
    *("scheduled", "environment", "docker", "histories"),
]


class Trial:
    """The places of a VPS in a folder, whose user is openclaw."""

    def __init__(self, root: Path, tier: str, *further: str, deadline: int = 60) -> None:
        self.root = root
        (root / "home/openclaw/openclaw").mkdir(parents=True, exist_ok=True)
        request: Any = {
            "deadline": deadline,
            "root": str(root),
            "home": f"{root}/home/openclaw",
            "state": f"{root}/home/openclaw/.openclaw",
            "tier": tier,
            "places": further,
            "layout": "",
            "token_files": [],
        }
        self.report = Report()
        names = EntryNames(Formats([], Values("salt")), self.report)
        self.places = Places(request, self.report, names)

    def write(self, *paths: str) -> None:
        for path in paths:
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text("x")

    def files(self, inside: str = "") -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for place, path, _ in self.places.files("/var/lib/docker", inside):
            found.setdefault(place, []).append(path.removeprefix(f"{self.root}/"))
        return {place: sorted(paths) for place, paths in found.items()}


@pytest.mark.parametrize(
    ("tier", "further", "places"),
    [
        ("smoke", (), SMOKE),
        ("smoke", ("/x",), [*SMOKE, "extra"]),
        ("nightly", (), [*SMOKE, *NIGHTLY]),
        ("nightly", ("/x",), [*SMOKE, *NIGHTLY, "extra"]),
        ("acceptance", (), [*SMOKE, *NIGHTLY, "everything"]),
        ("acceptance", ("/x",), [*SMOKE, *NIGHTLY, "extra", "everything"]),
    ],
)
def test_each_tier_has_its_places(
    tmp_path: Path, tier: str, further: tuple[str, ...], places: list[str]
) -> None:
    trial = Trial(tmp_path, tier, *further)
    assert [*trial.places.left] == places
    trial.files()
    assert trial.places.left == {}
    assert {*trial.report.places} == {*places}


OWN = {
    "env-file": ["openclaw/.env"],
    "compose": ["openclaw/compose.override.yaml", "openclaw/docker-compose.yml"],
    "backups": [".openclaw/backups/a", "backups/b", "openclaw/backups/c"],
    "databases": [".openclaw/state.sqlite", ".openclaw/x/y.db-wal"],
    "leftovers": [".env~", "openclaw/.env.bak", "openclaw/x.orig"],
    "state": [".openclaw/openclaw.json", ".openclaw/x/notes"],
    "scheduled": [".config/systemd/user/x.service"],
    "environment": [".bashrc", ".profile"],
    "docker": [".docker/config.json"],
    "histories": [".bash_history", ".local/share/fish/fish_history"],
}


def test_a_users_files_are_where_they_belong(tmp_path: Path) -> None:
    trial = Trial(tmp_path, "nightly")
    paths = {place: [f"home/openclaw/{each}" for each in own] for place, own in OWN.items()}
    trial.write(*(each for several in paths.values() for each in several), "home/openclaw/other")
    assert trial.files() == paths


def test_the_machines_files_are_where_they_belong(tmp_path: Path) -> None:
    trial = Trial(tmp_path, "nightly")
    paths = {
        "scheduled": ["etc/cron.d/x", "etc/crontab", "etc/systemd/system/x.service"],
        "environment": ["etc/default/x", "etc/environment", "etc/profile.d/x.sh"],
        "docker": ["etc/docker/daemon.json", "var/lib/docker/containers/5f/config.v2.json"],
        "state": ["tmp/openclaw-1/log"],
    }
    trial.write(*(each for several in paths.values() for each in several), "etc/other", "tmp/x")
    assert trial.files() == paths


def test_what_docker_has_is_in_its_own_folder(tmp_path: Path) -> None:
    trial = Trial(tmp_path, "nightly")
    trial.write("srv/docker/containers/5f/config.v2.json")
    found = [*trial.places.files(f"{tmp_path}/srv/docker", "")]
    assert [place for place, _, _ in found] == ["docker"]


def test_a_containers_own_files_are_looked_at(tmp_path: Path) -> None:
    trial = Trial(tmp_path, "nightly")
    inside = f"{tmp_path}/proc/7/root"
    trial.write("proc/7/root/tmp/openclaw/x", "proc/7/root/root/.bashrc")
    trial.write("proc/7/root/home/node/.bash_history", "proc/7/root/etc/crontab")
    assert trial.files(inside) == {
        "state": ["proc/7/root/tmp/openclaw/x"],
        "environment": ["proc/7/root/root/.bashrc"],
        "histories": ["proc/7/root/home/node/.bash_history"],
    }


def test_a_process_with_the_same_root_has_no_files_of_its_own(tmp_path: Path) -> None:
    trial = Trial(tmp_path, "nightly")
    trial.files("/")
    assert trial.places.inside == ""


def test_users_are_those_of_passwd_and_those_that_there_are(tmp_path: Path) -> None:
    trial = Trial(tmp_path, "nightly")
    for each in ("root", "home/a", "srv/git", "in/root", "in/home/node"):
        (tmp_path / each).mkdir(parents=True)
    lines = [
        "git:x:1:1::/srv/git:/bin/sh",
        "none:x:2:2::/:/bin/sh",
        "gone:x:3:3::/srv/gone:/bin/sh",
        "short:x:4:4::/etc",
        "a:x:5:5::/home/a:/bin/sh",
    ]
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text("\n".join(lines))
    trial.places.inside = f"{tmp_path}/in"
    users = [each.removeprefix(f"{tmp_path}/") for each in trial.places.users()]
    assert users[:2] == ["home/openclaw", "root"]
    assert sorted(users[2:]) == ["home/a", "in/home/node", "in/root", "srv/git"]


@pytest.mark.parametrize(
    ("root", "path", "expected"),
    [
        ("/r", "/x", "/r/x"),
        ("/r", "/r/x", "/r/x"),
        ("/r", "/r", "/r"),
        ("/r", "/rx", "/r/rx"),
        ("/r", "x", "/r/x"),
        ("/", "/x", "/x"),
    ],
)
def test_a_path_is_below_the_root(tmp_path: Path, root: str, path: str, expected: str) -> None:
    trial = Trial(tmp_path, "smoke")
    trial.places.root = root
    assert trial.places.in_root(path) == expected


def test_a_further_place_that_is_not_there_is_named(tmp_path: Path) -> None:
    trial = Trial(tmp_path, "smoke", "/data", "/missing")
    trial.write("data/x")
    assert trial.files() == {"extra": ["data/x"]}
    (told,) = trial.report.place("extra")["unseen"].values()
    assert told["paths"] == [f"{tmp_path}/missing"]


def test_states_are_those_of_all_agents_and_claws(tmp_path: Path) -> None:
    trial = Trial(tmp_path, "nightly")
    own = f"{tmp_path}/home/openclaw/.openclaw"
    trial.write(
        "home/openclaw/.openclaw/x",
        "home/openclaw/stack.json",
        "home/openclaw/instances/b/.openclaw/backups/x",
    )
    trial = Trial(tmp_path, "nightly")
    trial.places.agents = {f"{own}/agents/main/agent": "main", "/srv/coder": "coder"}
    assert trial.places.states() == [
        *(own, f"{tmp_path}/home/openclaw/instances/b/.openclaw", "/srv/coder")
    ]
    assert trial.files()["backups"] == ["home/openclaw/instances/b/.openclaw/backups/x"]


def test_an_agents_folder_that_cannot_be_seen_is_named(tmp_path: Path) -> None:
    trial = Trial(tmp_path, "nightly")
    trial.places.unseen_agents = {"/inside/agent": "it is not in any mount"}
    trial.files()
    told = trial.report.place("state")["unseen"]
    assert told["it is not in any mount"]["paths"] == ["/inside/agent"]


def test_everything_is_each_file_and_each_process(tmp_path: Path) -> None:
    trial = Trial(tmp_path, "acceptance")
    trial.write("srv/x", "proc/11/environ", "proc/7/environ", "proc/self/environ")
    found = [*trial.places.files("/var/lib/docker", "")]
    everything = [
        path.removeprefix(f"{tmp_path}/") for place, path, _ in found if place == "everything"
    ]
    processes = [f"proc/{number}/{part}" for number in (7, 11) for part in ("environ", "cmdline")]
    assert everything == [*processes, "srv/x"]
    assert trial.report.place("everything")["counts"] == {"processes": 2}


def test_other_file_systems_are_everything_too(tmp_path: Path) -> None:
    trial = Trial(tmp_path / "vps", "acceptance")
    for name in ("mounted", "remote", "inside"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_text("x")
    trial.places.mounts.walked += [str(tmp_path / each) for each in ("mounted", "remote", "gone")]
    trial.places.mounts.left_out[str(tmp_path / "remote")] = "on a network"
    found = trial.files(str(tmp_path / "inside"))["everything"]
    assert [each.removeprefix(f"{tmp_path}/") for each in found] == ["inside/x", "mounted/x"]


def test_a_place_is_left_when_its_time_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    trial = Trial(tmp_path, "smoke", deadline=5)
    assert trial.places.until == 105 + TO_NAME
    trial.write("home/openclaw/openclaw/.env", "home/openclaw/openclaw/compose.yml")
    late = iter([False, False, True, True, True, True])
    monkeypatch.setattr(trial.places, "late", lambda: next(late))
    assert trial.files() == {"env-file": ["home/openclaw/openclaw/.env"]}
    assert [*trial.places.left] == ["compose"]
