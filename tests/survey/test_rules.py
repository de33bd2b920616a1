"""Rules of formats as they are read: all of their fields, and Go's expressions as Python's."""

import re
from pathlib import Path

import pytest

from fixtures.keys.engine.heads import Heads, around, sign_of
from fixtures.keys.rules import (
    KeyFormatsError,
    Rule,
    load_rules,
    made_up,
    merged,
    translated,
)

WHOLE = """
[allowlist]
stopwords = ["example"]
[[allowlists]]
description = "x"
regexes = ['^EXAMPLE\\z']
[[rules]]
id = "acme"
description = "Acme key"
regex = '''acme-(?<kind>live|test)-([a-z0-9]{30})'''
secretGroup = 2
keywords = ["acme-"]
entropy = 3
canary = "acme-<5>"
source = "their page"
[[rules.allowlists]]
regexTarget = "secret"
stopwords = ["dummy"]
regexes = ['^A(?i)b']
[[rules]]
id = "plain"
regex = "plain-[a-z]{9}"
[[rules]]
id = "grouped"
regex = "(g)(h)"
canary = ["g<1>", "<3>"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "rules.toml"
    path.write_text(text)
    return path


def test_all_of_a_users_rule_is_read(tmp_path: Path) -> None:
    everywhere = {"stopwords": ("example",), "excluded": (r"^EXAMPLE\Z",), "of_user": True}
    assert load_rules(written(tmp_path, WHOLE)) == [
        Rule(
            id="acme",
            description="Acme key",
            regex="acme-(?P<kind>live|test)-([a-z0-9]{30})",
            group=2,
            keywords=("acme-",),
            canaries=("acme-<5>",),
            source="their page",
            entropy=3.0,
            stopwords=("example", "dummy"),
            excluded=(r"^EXAMPLE\Z", "^A(?i:b)"),
            of_user=True,
        ),
        Rule(
            id="plain",
            description="plain",
            regex="plain-[a-z]{9}",
            group=0,
            source="the user's file",
            **everywhere,  # type: ignore[arg-type]
        ),
        Rule(
            id="grouped",
            description="grouped",
            regex="(g)(h)",
            group=1,
            canaries=("g<1>", "<3>"),
            source="the user's file",
            **everywhere,  # type: ignore[arg-type]
        ),
    ]


def test_what_the_agent_needs_of_a_rule() -> None:
    rule = Rule(id="a", description="b", regex="c", canaries=("k-<9>", "<3>", "<3:x>"))
    assert (rule.outside_plan, rule.of_user, rule.entropy, rule.group) == (False, False, 0.0, 0)
    assert rule.as_format() == {
        "id": "a",
        "regex": "c",
        "group": 0,
        "heads": (),
        "lengths": [3, 11],
        "keywords": (),
        "sieve": "",
        "needs": "",
        "entropy": 0.0,
        "stopwords": (),
        "excluded": (),
        "of_user": False,
    }


@pytest.mark.parametrize(
    ("regex", "python"),
    [
        ("(?i)abc", "(?i:abc)"),
        ("a(?i)b|c", "a(?i:b|c)"),
        ("(a(?i)b)c", "(a(?i:b))c"),
        ("(a(?s)[)]b)c", "(a(?s:[)]b))c"),
        ("(a(?s)[(]b)c", "(a(?s:[(]b))c"),
        ("(a(?s)[x]b)c", "(a(?s:[x]b))c"),
        (r"(a(?i)\)b)c", r"(a(?i:\)b))c"),
        (r"(a(?i)\(b)c", r"(a(?i:\(b))c"),
        (r"(a(?i)[\]x)]b)c", r"(a(?i:[\]x)]b))c"),
        (r"(a(?i)\\)c", r"(a(?i:\\))c"),
        ("(a(?i)(b)c)d", "(a(?i:(b)c))d"),
        ("(a(?i)((b)(c))d)e", "(a(?i:((b)(c))d))e"),
        ("(?i)a(?s)b", "(?i:a(?s:b))"),
        ("(x(?i)a)(?s)b", "(x(?i:a))(?s:b)"),
        ("(?ims)a", "(?ims:a)"),
        (r"a\z", r"a\Z"),
        (r"a\\z", r"a\\z"),
        (r"a\\\z", r"a\\\Z"),
        ("(?P<n>a)", "(?P<n>a)"),
        ("(?<n>a)", "(?P<n>a)"),
        ("(?<=a)b(?<!c)", "(?<=a)b(?<!c)"),
        ("[[:alnum:]_][[:xdigit:]][[:space:]]", "[A-Za-z0-9_][0-9A-Fa-f][\\s]"),
    ],
)
def test_an_expression_means_the_same_in_python(regex: str, python: str) -> None:
    assert translated(regex, "x") == python


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ("id = 3\nregex = 'x'", "the rule 3: an id and a regex are required (not only a path)"),
        ("id = 'x'\npath = 'x'", "the rule 'x': an id and a regex are required (not only a path)"),
        *(
            (f"id = 'x'\nregex = 'x'\n{each} = 'x'",
             f"the rule x: `{each}` is not supported; remove it")
            for each in ("path", "required", "validate")
        ),
        ("id = 'x'\nregex = '\\QX'",
         "the rule x: \\Q in its regex is not supported; write it another way"),
        ("id = 'x'\nregex = '(x)'\nsecretGroup = 2",
         "the rule x: its regex has no group 2 (secretGroup)"),
        ("id = 'x'\nregex = '(x)'\nsecretGroup = 'a'",
         "the rule x: its regex has no group a (secretGroup)"),
        ("id = 'x'\nregex = 'x'\n[rules.allowlist]\npaths = ['x']\ncommits = ['x']",
         "the rule x: an allowlist's `commits` is not supported; remove it"),
        ("id = 'x'\nregex = 'x'\n[rules.allowlist]\nregexTarget = 'line'",
         "the rule x: an allowlist's `regexTarget` is not supported; remove it"),
    ],
)  # fmt: skip
def test_what_is_refused_is_named(tmp_path: Path, changed: str, message: str) -> None:
    with pytest.raises(KeyFormatsError) as refused:
        load_rules(written(tmp_path, f"[[rules]]\n{changed}\n"))
    assert str(refused.value) == message


def test_the_file_and_the_reason_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, "[allowlist]\npaths = ['x']\n[[rules]]\nid = 'x'\nregex = 'x'\n")
    with pytest.raises(KeyFormatsError, match=r"^the file: an allowlist's `paths` is not"):
        load_rules(path)
    path.write_bytes(b"\xff")
    with pytest.raises(KeyFormatsError, match=f"^cannot read the key formats {path}: 'utf-8'"):
        load_rules(path)


def test_a_users_rule_takes_the_place_of_ours() -> None:
    a, b, c = (Rule(id=each, description="ours", regex=each) for each in "abc")
    other = Rule(id="b", description="theirs", regex="x")
    assert merged([a, b], [other, c]) == [a, other, c]


def test_a_made_up_value_is_of_its_template() -> None:
    assert re.fullmatch(r"k-[A-Za-z0-9]{40}_[xy]{90}<z>", made_up("k-<40>_<90:xy><z>"))
    letters = {*made_up("<4000>")}
    assert len(letters) == 62
    assert {*made_up("<90:xy>")} == {"x", "y"}
    assert made_up("<40>") != made_up("<40>")


HEADS = [b"sk-", b"sk-ant-api03-", b"gsk_", b"AIza", b"xai-", b"AQ."]


def test_each_head_is_found_the_longest_at_its_place() -> None:
    heads = Heads(HEADS)
    text = b"sk-ant-api03-x gsk_1 sk-ant-x AIza xai-sk-1 gsk_sk-"
    assert list(heads.places(text)) == [
        *((0, b"sk-ant-api03-"), (15, b"gsk_"), (21, b"sk-"), (30, b"AIza")),
        *((35, b"xai-"), (39, b"sk-"), (44, b"gsk_"), (48, b"sk-")),
    ]
    assert list(heads.places(b"nothing of it")) == []
    assert list(Heads([]).places(text)) == []


@pytest.mark.parametrize(
    ("at", "begins"), [(0, False), (1, True), (2, False), (4, True), (9, False)]
)
def test_a_head_begins_at_a_place(at: int, begins: bool) -> None:
    assert Heads(HEADS).begin(b"xsk-gsk_", at) is begins


@pytest.mark.parametrize(
    ("head", "at"), [(b"sk-ant-api03-", 2), (b"AIza", 2), (b"gsk_", 3), (b"AQ", 1), (b"aaa", 0)]
)
def test_a_head_is_looked_for_by_its_rarest_sign(head: bytes, at: int) -> None:
    """What is neither a letter nor a digit is rarer than all of these."""
    assert sign_of(head) == at


def test_heads_with_one_sign_are_one_expression() -> None:
    assert around(1, [b"sk-", b"xk_"]) == rb"k(?:(?<=sk)(?=\-)|(?<=xk)(?=_))"
