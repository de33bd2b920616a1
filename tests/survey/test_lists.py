"""A finding's length and fingerprint are those of the key, whatever stands behind it."""

import hashlib

import pytest

from fixtures.keys.rules import made_up
from tests.survey.vps import Vps

# Of usual lengths, and of none that its format is known to have.
KEYS = {
    "usual": ("sk-ant-api03-<93>AA", "sk-ant-api03-<93>AA"),
    "unusual": ("sk-ant-api03-<72>AA", "sk-ant-api03-<77>AA"),
    "other": ("AIza<35>", "gsk_<52>"),
}
LISTS = {
    "YAML list": "keys:\n  - {0}\n  - {1}\n",
    "YAML list, CRLF": "keys:\r\n  - {0}\r\n  - {1}\r\n",
    "YAML list of lists": "keys:\n  -\n    - {0}\n  -\n    - {1}\n",
    "YAML list in quotes": "keys:\n  - '{0}'\n  - '{1}'\n",
    "YAML list, the key in a comment": "keys:\n  # {0}\n  - '{1}'\n",
    "YAML mapping": "env:\n  A_KEY: {0}\n  B_KEY: {1}\n  C: d\n",
    "YAML block": "keys: |\n  {0}\n  {1}\n",
    "env file, indented": "  A_KEY={0}\n  B_KEY={1}\n  C=d\n",
    "strings side by side": "keys=('{0}' '{1}')\n",
    "strings one below the other": '"{0}"\n"{1}"\n',
    "prose": "  the keys are {0}\n  and this one is {1}\n  which is all\n",
}
BEHIND = {
    "a word below it": "key: |\n  {0}\n  admin\n",
    "a word beside it": "'{0}' 'admin'\n",
}


def expected(salt: str, keys: list[str]) -> list[tuple[int, str]]:
    return sorted(
        (len(key), hashlib.sha256(f"{salt}{key}".encode()).hexdigest()[:12]) for key in keys
    )


@pytest.mark.parametrize("form", LISTS)
@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.sampled(6)
def test_each_key_of_a_list_is_itself(vps: Vps, kind: str, form: str) -> None:
    keys = [made_up(template) for template in KEYS[kind]]
    vps.write("data/x", LISTS[form].format(*keys))
    answer = vps.survey()
    told = sorted((each.length, each.fingerprint) for each in answer.findings)
    assert told == expected(answer.request["salt"], keys)


@pytest.mark.parametrize("form", BEHIND)
def test_a_key_of_a_usual_length_ends_there(vps: Vps, form: str) -> None:
    key = made_up(KEYS["usual"][0])
    vps.write("data/x", BEHIND[form].format(key))
    answer = vps.survey()
    told = [(each.length, each.fingerprint) for each in answer.findings]
    assert told == expected(answer.request["salt"], [key])


@pytest.mark.parametrize("name", ["MISTRAL_API_KEY", "COHERE_API_KEY"])
def test_a_key_without_prefix_ends_before_the_next_name(vps: Vps, name: str) -> None:
    key = made_up("<40>")
    vps.write("data/x", f"env:\n  {name}: {key}\n  OTHER: x\n")
    answer = vps.survey()
    told = [(each.length, each.fingerprint) for each in answer.findings]
    assert told == expected(answer.request["salt"], [key])
