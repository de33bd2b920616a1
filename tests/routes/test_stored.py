"""What is stored beside the configuration: databases, older files, and logins."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fixtures.providers.logins import CREDENTIALS_FILE, KEPT_LOGINS
from fixtures.vps.agent.agent_dirs import agent_dirs
from fixtures.vps.agent.inside import Inside, Paths
from fixtures.vps.agent.logins import homes, logins
from fixtures.vps.agent.stored import Stored
from tests.routes.configured import AUTH, redaction_of

STATE = "/home/node/.openclaw"
FILES = [(each.of, each.path, each.fields) for each in KEPT_LOGINS], CREDENTIALS_FILE


def inside_of(tmp_path: Path) -> Inside:
    return Inside([{"Destination": STATE, "Source": str(tmp_path)}], "")


def dirs_of(tmp_path: Path, tree: Mapping[str, Any] | None = None, **env: str) -> dict[str, str]:
    inside = inside_of(tmp_path)
    paths = Paths({"HOME": "/home/node"}, [], "", inside, "/app")
    return agent_dirs(inside, paths, env, tree or {})


def stored(tmp_path: Path, tree: Mapping[str, Any] | None = None, **env: str) -> Stored:
    return Stored(inside_of(tmp_path), STATE, dirs_of(tmp_path, tree, **env))


def table(path: Path, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        columns = ", ".join(f"{column} TEXT" for column in rows[0])
        database.execute(f"CREATE TABLE {name} (number INTEGER NOT NULL, {columns})")
        for number, row in enumerate(rows):
            marks = ", ".join("?" * (len(row) + 1))
            values = [each if isinstance(each, str) else json.dumps(each) for each in row.values()]
            database.execute(f"INSERT INTO {name} VALUES ({marks})", [number, *values])  # noqa: S608


def test_jobs_sessions_and_profiles_are_read_of_the_databases(tmp_path: Path) -> None:
    jobs = [
        {"enabled": True, "agentId": "ops", "payload": {"model": "xai/grok-4", "fallbacks": []}},
        {"enabled": False, "payload": {"model": "groq/llama"}},
        {"payload": {"message": "no model"}},
    ]
    table(tmp_path / "state/openclaw.sqlite", "cron_jobs", [{"job_json": each} for each in jobs])
    store = {"profiles": {"a:b": {"provider": "xai"}}}
    row = {"state_key": "authProfiles.store", "value_json": store}
    other = {"state_key": "voicewake.triggers", "value_json": {"profiles": {}}}
    table(tmp_path / "state/openclaw.sqlite", "config_machine_state", [row, other])
    agent = tmp_path / "agents/main/agent/openclaw-agent.sqlite"
    chosen = {"providerOverride": "xai", "modelOverride": "grok-4", "label": "private"}
    sessions = [{"entry_json": each} for each in (chosen, chosen, {"label": "none"})]
    table(agent, "session_nodes", sessions)
    table(agent, "auth_profile_store", [{"store_key": "default", "store_json": store}])
    found = stored(tmp_path).documents()
    database, of_agent = (
        f"{STATE}/state/openclaw.sqlite",
        f"{STATE}/agents/main/agent/openclaw-agent.sqlite",
    )
    assert sorted(found, key=str) == sorted(
        [
            ("cron", database, "", {"model": "xai/grok-4", "agentId": "ops"}),
            ("credentials", database, "", store),
            ("session", of_agent, "main", {"providerOverride": "xai", "modelOverride": "grok-4"}),
            ("credentials", of_agent, "main", store),
        ],
        key=str,
    )


def test_older_files_are_read_too(tmp_path: Path) -> None:
    files: dict[str, Any] = {
        "cron/jobs.json": {"jobs": [{"payload": {"model": "xai/a"}}]},
        "agents/main/sessions/sessions.json": {"k": {"modelOverride": "xai/b"}},
        "agents/main/agent/models.json": {"providers": {}},
        "agents/main/agent/auth-profiles.json": {"profiles": {}},
        "agents/main/agent/plugins/xai/catalog.json": {"providers": {}},
        "credentials/oauth.json": {},
    }
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(json.dumps(content))
    found = stored(tmp_path).documents()
    assert sorted(each[0] for each in found) == [
        *("catalogue", "catalogue", "credentials", "credentials", "cron", "session"),
    ]


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "agents/a/agent/openclaw-agent.sqlite"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"no database")
    (tmp_path / "cron").mkdir()
    (tmp_path / "cron/jobs.json").write_text("{")
    reading = stored(tmp_path)
    assert reading.documents() == []
    assert set(reading.unread) == {
        f"{STATE}/agents/a/agent/openclaw-agent.sqlite",
        f"{STATE}/cron/jobs.json",
    }


CODER = "/home/node/.openclaw/team/coder"
ENTRY = {"agentDir": "~/.openclaw/team/coder"}


@pytest.mark.parametrize(
    ("tree", "env", "agent"),
    [
        ({"agents": {"entries": {"coder": ENTRY}}}, {}, "coder"),
        ({"agents": {"list": [{"id": "coder", **ENTRY}]}}, {}, "coder"),
        ({"agents": {"list": [{"id": "coder", "agentDir": f"..{CODER}"}]}}, {}, "coder"),
        ({}, {"OPENCLAW_AGENT_DIR": CODER}, ""),
    ],
)
def test_an_agents_folder_may_be_elsewhere(
    tmp_path: Path, tree: dict[str, Any], env: dict[str, str], agent: str
) -> None:
    profiles = {"profiles": {"a": {"provider": "xai"}}}
    table(
        tmp_path / "team/coder/openclaw-agent.sqlite",
        "auth_profile_store",
        [{"store_key": "default", "store_json": profiles}],
    )
    (tmp_path / "team/coder/models.json").write_text('{"providers": {}}')
    reading = stored(tmp_path, tree, **env)
    assert [each[:3] for each in reading.found()] == [
        ("credentials", f"{CODER}/openclaw-agent.sqlite", agent),
        ("catalogue", f"{CODER}/models.json", agent),
    ]
    assert reading.unread == {}
    login = tmp_path / "team/coder/.codex/auth.json"
    login.parent.mkdir()
    login.write_text('{"tokens": {"access_token": "x"}}')
    places = dict(homes(inside_of(tmp_path), "/home/node", STATE, dirs_of(tmp_path, tree, **env)))
    [found] = logins(inside_of(tmp_path), redaction_of({}, {}), places, *FILES)
    assert found["path"] == f"{CODER}/.codex/auth.json"


def test_the_only_agents_folder_of_older_releases_is_read(tmp_path: Path) -> None:
    (tmp_path / "agent").mkdir()
    (tmp_path / "agent/auth.json").write_text("{}")
    assert stored(tmp_path).documents() == [("credentials", f"{STATE}/agent/auth.json", "", {})]


def test_an_agents_folder_that_nothing_shows_is_told(tmp_path: Path) -> None:
    reading = stored(tmp_path, {"agents": {"entries": {"ops": {"agentDir": "/data/ops"}}}})
    assert reading.documents() == []
    assert list(reading.unread) == ["/data/ops"]


def test_an_agents_folder_that_is_not_made_yet_is_no_matter(tmp_path: Path) -> None:
    reading = stored(tmp_path, {"agents": {"entries": {"coder": ENTRY, "main": {}}}})
    assert reading.documents() == []
    assert reading.unread == {}


def test_an_agents_folder_is_a_link_as_the_container_has_it(tmp_path: Path) -> None:
    (tmp_path / "agents/ops").mkdir(parents=True)
    (tmp_path / "agents/ops/agent").symlink_to(f"{STATE}/team/ops")
    (tmp_path / "team/ops").mkdir(parents=True)
    (tmp_path / "team/ops/auth.json").write_text("{}")
    assert stored(tmp_path).documents() == [
        ("credentials", f"{STATE}/agents/ops/agent/auth.json", "ops", {})
    ]


CLAUDE = ".claude/.credentials.json"
GCLOUD = ".config/gcloud/application_default_credentials.json"


@pytest.mark.parametrize(
    ("path", "content", "of"),
    [
        (".codex/auth.json", '{"tokens": {"access_token": "x", "refresh_token": "rt_1"}}', "codex"),
        (".codex/auth.json", f'{{"OPENAI_API_KEY": "{AUTH}", "tokens": null}}', ""),
        (CLAUDE, '{"claudeAiOauth": {"accessToken": "sk-ant-x"}}', "claude"),
        (CLAUDE, f'{{"claudeAiOauth": {{"accessToken": "sk-ant-oat-{AUTH}"}}}}', ""),
        (".gemini/oauth_creds.json", '{"access_token": "ya29.x"}', "gemini"),
        (".aws/credentials", "[default]\naws_access_key_id = AKIA1\n", "aws"),
        (".aws/credentials", "[default]\nregion = eu-central-1\n", ""),
        (GCLOUD, '{"refresh_token": "1//0x"}', "google"),
        (".config/github-copilot/apps.json", '{"github.com": {"oauth_token": "gho_x"}}', "copilot"),
        (".codex/auth.json", "no JSON", "codex"),
        (".codex/auth.json", "", ""),
    ],
)  # fmt: skip
def test_a_login_is_found_where_its_program_looks(
    tmp_path: Path, path: str, content: str, of: str
) -> None:
    file = tmp_path / "workspace/.home" / path
    file.parent.mkdir(parents=True)
    file.write_text(content)
    inside = inside_of(tmp_path)
    places = dict(homes(inside, "/home/node", STATE, dirs_of(tmp_path)))
    found = logins(inside, redaction_of({}, {}), places, *FILES)
    assert [each["of"] for each in found] == ([of] if of else [])
    assert all(each["path"] == f"{STATE}/workspace/.home/{path}" for each in found)


def test_a_service_account_is_found_by_its_variable(tmp_path: Path) -> None:
    (tmp_path / "key.json").write_text('{"type": "service_account", "private_key": "-----BEGIN"}')
    inside = Inside([{"Destination": "/keys", "Source": str(tmp_path)}], "")
    redaction = redaction_of({}, {"GOOGLE_APPLICATION_CREDENTIALS": "/keys/key.json"})
    assert logins(inside, redaction, {}, *FILES) == [{"of": "google", "path": "/keys/key.json"}]
