"""Formats of keys from a user's file, and the allow-list: what is taken, and what is refused."""

from pathlib import Path

import pytest

from fixtures.keys.allow_list import (
    Allowance,
    AllowListError,
    load_allowances,
    own_allowances,
)
from fixtures.keys.fingerprint import fingerprint
from fixtures.keys.rules import KeyFormatsError, load_rules, made_up, merged, own_rules
from tests.survey.vps import Vps, new_key

RULE = """
[[rules]]
id = "acme"
description = "Acme key"
regex = '''\\bacme-([a-z0-9]{30})\\b'''
keywords = ["acme-"]
"""
EVERYWHERE = ("*", "**", "/*", "/**/*", "[!x]*", "/[!x]*", "?*", "/?*", "*/*/*", "*[a-z]*", "*e*")
KEY = "acme-" + "a1b2c3d4e5" * 3


def written(folder: Path, text: str) -> Path:
    path = folder / "rules.toml"
    path.write_text(text)
    return path


def allowances_of(folder: Path, text: str) -> list[Allowance]:
    return load_allowances(written(folder, text), own_rules())


def found_with(vps: Vps, folder: Path, rules: str, text: str) -> list[str]:
    vps.write("data/x", text)
    return vps.survey(rules=merged(own_rules(), load_rules(written(folder, rules)))).kinds


def test_a_users_format_is_found_beside_ours(vps: Vps, tmp_path: Path) -> None:
    key = made_up("acme-<30:bcdfghjklmnpqrstvwxz02468>")
    found = found_with(vps, tmp_path, RULE, f"it is {key}\n{new_key()}\n")
    assert found == ["acme", "anthropic"]


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ('keywords = ["acme-"]', ["acme"]),
        ("", ["acme"]),  # without keywords everything is looked at
        ('keywords = ["ACME-"]', ["acme"]),
        ("entropy = 5.0", []),
        ('stopwords = ["d4e5"]\n', ["acme"]),  # gitleaks has them in an allow-list only
        ("[[rules.allowlists]]\nregexes = ['^a1b2']", []),
        ("[rules.allowlist]\nstopwords = ['D4E5']", []),
    ],
)
def test_what_a_rule_demands_is_honoured(
    vps: Vps, tmp_path: Path, changed: str, found: list[str]
) -> None:
    rules = RULE.replace('keywords = ["acme-"]', changed)
    assert found_with(vps, tmp_path, rules, "it is acme-a1b2c3d4e5q7w9r2t4y6u8i0p1k3h5\n") == found


def test_a_users_format_may_be_of_short_or_dull_values(vps: Vps, tmp_path: Path) -> None:
    rules = RULE.replace("{30}", "{8}")
    assert found_with(vps, tmp_path, rules, "it is acme-aaaaaaaa\n") == ["acme"]


def test_a_users_rule_replaces_ours_of_the_same_id(vps: Vps, tmp_path: Path) -> None:
    rules = RULE.replace('"acme"', '"anthropic"')
    assert found_with(vps, tmp_path, rules, f"it is {new_key()}\n") == []


@pytest.mark.parametrize(
    ("rules", "named"),
    [
        ("", "has no [[rules]]"),
        ("[[rules", "cannot read the key formats"),
        ("[[rules]]\nid = 'acme'", "an id and a regex are required"),
        (RULE + "path = 'x'", "`path` is not supported"),
        (RULE + "secretGroup = 2", "has no group 2"),
        (RULE.replace("[a-z0-9]{30}", "[a-z"), "its regex is not one that Python knows"),
        (RULE.replace("[a-z0-9]", "\\pL"), "is not supported"),
        (RULE + "[[rules.allowlists]]\npaths = ['x']", "`paths` is not supported"),
    ],
)
def test_what_cannot_be_honoured_is_refused(tmp_path: Path, rules: str, named: str) -> None:
    with pytest.raises(KeyFormatsError) as error:
        load_rules(written(tmp_path, rules))
    assert named in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFormatsError, match=r"nowhere\.toml: No such file"):
        load_rules(tmp_path / "nowhere.toml")
    with pytest.raises(AllowListError, match=r"nowhere\.toml: No such file"):
        load_allowances(tmp_path / "nowhere.toml", own_rules())


@pytest.mark.parametrize(
    ("entry", "excused"),
    [
        ("path = '*/data/old/*'", {"old/x"}),
        ("kind = 'anthropic'", {"old/x", "new/x"}),
        ("path = '*/data/new/*'\nkind = 'openai'", set()),
        ("fingerprint = 'THE KEY'", {"old/x"}),
    ],
)
def test_an_allowance_excuses_what_it_names(
    vps: Vps, tmp_path: Path, entry: str, excused: set[str]
) -> None:
    keys = {"old/x": new_key(), "new/x": new_key()}
    for name, key in keys.items():
        vps.write(f"data/{name}", f"KEY={key}\n")
    entry = entry.replace("THE KEY", fingerprint(keys["old/x"]))
    path = written(tmp_path, f"[[allowed]]\nreason = 'revoked'\n{entry}\n")
    findings = vps.survey(allowances=load_allowances(path, own_rules())).findings
    assert len(findings) == len(keys)
    assert {each.path.partition("data/")[2] for each in findings if each.allowed} == excused
    assert {each.allowed for each in findings} <= {"revoked", ""}


def test_our_own_allowances_are_of_single_keys() -> None:
    assert own_allowances()
    assert all(each.fingerprint and each.reason for each in own_allowances())


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "must contain [[allowed]] entries"),
        ("[[allowed]]\npath = 'x'", "`reason` is required"),
        ("[[allowed]]\nreason = 'x'", "would excuse findings anywhere"),
        ("[[allowed]]\nreason = 'x'\nfile = 'x'", "`file` is not a known field"),
        ("[[allowed]]\nreason = 'x'\nz = 'x'\nfile = 'x'\ny = 'x'", "`file` is not a known field"),
        ("[[allowed]]\nreason = 'x'\nkind = 1", "use strings for"),
        ("[[allowed]]\nreason = 'x'\npath = 'x'\n[other]", "and nothing else"),
        ("[[allowed]]\nreason = 'x'\nfingerprint = 'sk-secret'", "invalid `fingerprint`"),
    ],
)
def test_an_allow_list_that_is_not_clear_is_refused(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(AllowListError) as error:
        allowances_of(tmp_path, text)
    assert named in str(error.value)
    assert "sk-secret" not in str(error.value)


@pytest.mark.parametrize(
    "entry",
    [
        *(f"path = '{glob}'" for glob in EVERYWHERE),
        *(f"kind = '{glob}'" for glob in ("*", "**", "?*", "[!x]*", "[a-z]*", "*e*", "*[!0]")),
        "path = '/*'\nkind = '[!x]*'",
    ],
)
def test_an_allowance_of_anything_is_refused_however_it_is_spelt(
    tmp_path: Path, entry: str
) -> None:
    with pytest.raises(AllowListError, match="the allow-list's entry 1 would excuse"):
        allowances_of(tmp_path, f"[[allowed]]\nreason = 'x'\n{entry}\n")


@pytest.mark.parametrize("kind", ["", "kind = 'openai'\n"])
@pytest.mark.parametrize(
    "path",
    ["/home/*", "*.env", "*/.env", "/proc/*/environ", "*backup*", "container *", "/srv/[!x]*"],
)
def test_an_allowance_of_a_place_is_taken(tmp_path: Path, path: str, kind: str) -> None:
    text = f"[[allowed]]\nreason = 'x'\npath = '{path}'\n{kind}"
    assert [each.path for each in allowances_of(tmp_path, text)] == [path]


@pytest.mark.parametrize("other", ["kind = 'xai'", f"fingerprint = '{'0' * 64}'"])
def test_an_allowance_of_any_place_may_be_of_one_kind_or_key(tmp_path: Path, other: str) -> None:
    text = f"[[allowed]]\nreason = 'x'\npath = '**'\n{other}\n"
    assert allowances_of(tmp_path, text)


OF_ADDRESSES = pytest.mark.parametrize("kind", ["own-network", "no-model"])


@OF_ADDRESSES
@pytest.mark.parametrize("path", ["", "*", "**", "http*", "http://*", "https://*", "*/v1", "[h]*"])
def test_an_allowance_of_any_address_is_refused(tmp_path: Path, kind: str, path: str) -> None:
    text = f"[[allowed]]\nreason = 'x'\nkind = '{kind}'\npath = '{path}'\n"
    with pytest.raises(AllowListError, match="excuse any address: name the server's address"):
        allowances_of(tmp_path, text)


@OF_ADDRESSES
@pytest.mark.parametrize(
    "path",
    ["http://127.0.0.1:11434*", "http://10.*", "https://*.atlassian.net*", "http://ollama/v1"],
)
def test_an_allowance_of_a_server_is_taken(tmp_path: Path, kind: str, path: str) -> None:
    text = f"[[allowed]]\nreason = 'x'\nkind = '{kind}'\npath = '{path}'\n"
    assert [each.path for each in allowances_of(tmp_path, text)] == [path]


OF_PLACE = "[[allowed]]\nreason = 'x'\npath = '/srv/*'\nkind = '{}'\n"


@pytest.mark.parametrize(
    ("kind", "remedy"),
    [
        ("antropic", "of the kind 'antropic', so that it excuses nothing; use 'anthropic'"),
        ("unreadable", "use 'unread'"),
        ("unrecognized-value", "use 'unrecognised-value'"),
        ("own-netwrk", "use 'own-network'"),
        ("own-network*", "use 'own-network'"),
        ("opnai*", "use 'openai"),
        ("Anthropic", "use 'anthropic'"),
        ("acme", "use one of anthropic, aws-bedrock,"),
        ("JQbK7wGcVtXo2mYd93RsLzpA81uHfN4e", "of the kind, so that it excuses nothing; use one of"),
    ],
)
def test_a_kind_that_no_finding_is_of_is_refused_with_the_nearest(
    tmp_path: Path, kind: str, remedy: str
) -> None:
    text = f"{OF_PLACE.format('openai')}\n{OF_PLACE.format(kind)}"
    with pytest.raises(AllowListError, match="the allow-list's entry 2: no finding is") as error:
        allowances_of(tmp_path, text)
    assert remedy in str(error.value)


@pytest.mark.parametrize(
    "kind", ["anthropic", "open*", "unread", "un*", "unrecognised-value", "fingerprint", "*-value"]
)
def test_a_kind_that_findings_may_be_of_is_taken(tmp_path: Path, kind: str) -> None:
    assert [each.kind for each in allowances_of(tmp_path, OF_PLACE.format(kind))] == [kind]


def test_a_kind_may_be_of_the_users_own_formats(tmp_path: Path) -> None:
    rules = merged(own_rules(), load_rules(written(tmp_path, RULE)))
    assert load_allowances(written(tmp_path, OF_PLACE.format("acm*")), rules)
