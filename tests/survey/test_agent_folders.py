"""Every night, agents' folders are searched wherever the configuration or a variable has them."""

import json

import pytest

from tests.survey.vps import HOME, Vps, new_key

STATE = f"{HOME}/.openclaw"


def configured(vps: Vps, path: str) -> None:
    config = {"agents": {"entries": {"coder": {"agentDir": path}}}}
    vps.write(f"{STATE}/openclaw.json", json.dumps(config))


def found_in(vps: Vps, tier: str) -> dict[str, str]:
    root = str(vps.root)
    return {each.path.removeprefix(root): each.place for each in vps.survey(tier).findings}


def test_an_agents_folder_outside_of_the_state_is_searched(vps: Vps) -> None:
    path = vps.write("srv/coder/models.json", f"KEY={new_key()}")
    vps.write("srv/coder/openclaw-agent.sqlite", f"KEY={new_key()}")
    vps.write("srv/own/models.json", f"KEY={new_key()}")
    configured(vps, str(path.parent))
    assert found_in(vps, "nightly") == {
        "/srv/coder/models.json": "state",
        "/srv/coder/openclaw-agent.sqlite": "databases",
    }
    assert found_in(vps, "smoke") == {}


@pytest.mark.parametrize("name", ["OPENCLAW_AGENT_DIR", "PI_CODING_AGENT_DIR"])
def test_a_variables_folder_is_one_by_the_containers_own_paths(vps: Vps, name: str) -> None:
    vps.write("srv/data/coder/models.json", f"KEY={new_key()}")
    mounts = [
        {"Destination": "/home/node/.openclaw", "Source": str(vps.root / STATE)},
        {"Destination": "/data", "Source": str(vps.root / "srv/data")},
    ]
    vps.container(["HOME=/home/node", f"{name}=/data/coder"], mounts=mounts, folder="/app")
    assert found_in(vps, "nightly") == {"/srv/data/coder/models.json": "state"}


def test_a_folder_that_cannot_be_seen_is_not_read(vps: Vps) -> None:
    configured(vps, "/data/coder")
    mounts = [{"Destination": "/home/node/.openclaw", "Source": str(vps.root / STATE)}]
    vps.container(["HOME=/home/node"], mounts=mounts, folder="/app")
    assert "it is not in any mount" in vps.survey("nightly").unseen["/data/coder"]
    places = vps.survey("smoke").survey.places
    assert "state" not in places


def test_a_folder_that_is_not_there_and_those_in_the_state_are_nothing_new(vps: Vps) -> None:
    vps.write(f"{STATE}/agents/main/agent/models.json", f"KEY={new_key()}")
    configured(vps, str(vps.root / "nowhere"))
    answer = vps.survey("nightly")
    assert [each.place for each in answer.findings] == ["state"]
    assert answer.unseen == {}
