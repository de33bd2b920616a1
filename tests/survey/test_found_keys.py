"""Which keys are found in a text, by their rule, their variable and their table, at the borders."""

import pytest

from fixtures.keys.engine.compiled import Format
from fixtures.keys.engine.formats import (
    Formats,
    Hit,
    beginning,
    is_bounded,
    surroundings,
)
from fixtures.keys.engine.labelled import Labelled
from fixtures.keys.engine.names import Names
from fixtures.keys.engine.tables import Tables
from fixtures.keys.engine.values import (
    Values,
)
from tests.survey.key_values import HEX, KEY, SECOND, TOKEN, digest


@pytest.mark.parametrize(
    ("before", "bounded"),
    [
        (b"", True),
        (b" ", True),
        (b"x", False),
        (b"9", False),
        (b"_", True),
        (b"\\n", True),
        (b"%3D", True),
        (b"=3D", True),
        (b"\\u003d", True),
        (b"\\x3d", True),
        (b"\x1b[36m", True),
        (b"sha256-" + b"a" * 88, False),
        (b"sha256-" + b"a" * 89 + b"/", True),
        (b"sha1=a/", False),
        (b"_ZN3foo_", False),
        (b"_RNvC3foo_", False),
        (b"x_ZN3foo_", True),
    ],
)
def test_a_short_head_begins_a_word(before: bytes, bounded: bool) -> None:
    assert is_bounded(before + b"sk-rest", len(before)) is bounded


@pytest.mark.parametrize(
    ("before", "bounded"),
    [(b"eyJhbGciOiJ.abc-", False), (b"eyJhbGciOi.abc-", True), (b"abc-", True)],
)
def test_a_head_with_a_dot_may_be_in_a_jwt(before: bytes, bounded: bool) -> None:
    assert is_bounded(before + b"AQ.rest", len(before)) is bounded
    assert is_bounded(before + b"sk-rest", len(before))


@pytest.mark.parametrize(("length", "bounded"), [(4095, False), (4096, False), (4097, True)])
def test_a_jwt_before_a_head_is_looked_for_so_far_back(length: int, bounded: bool) -> None:
    """Wherever the text stands that it is in."""
    jwt = b"eyJ" + b"a" * (length - 4) + b"_"
    for begins in (0, 1000, 5000):
        before = b" " * begins + jwt
        assert is_bounded(before + b"AQ.rest", len(before)) is bounded


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"A_KEY=", ("A_KEY", True)),
        (b"  # export A_KEY='", ("A_KEY", False)),
        (b"// A_KEY: ", ("A_KEY", False)),
        (b'; A_KEY = "', ("A_KEY", False)),
        (b"x\nA_KEY: Bearer ", ("A_KEY", True)),
        (b"# x\nA_KEY=", ("A_KEY", True)),
        (b"# x\0A_KEY=", ("A_KEY", True)),
        (b'{"a": ["', ("a", True)),
        (KEY + b",", ("", True)),
        (b"#" + b" " * 399 + b"A=", ("A", True)),
        (b"#" + b" " * 397 + b"A=", ("A", False)),
        (b"", ("", True)),
    ],
)  # fmt: skip
def test_what_is_around_a_key_is_told(line: bytes, expected: tuple[str, bool]) -> None:
    assert surroundings(line + KEY, len(line)) == expected


def a_format(**changes: object) -> Format:
    usual: dict[str, object] = {
        "id": "a", "regex": "kk-([A-Za-z0-9]+)", "group": 1, "heads": ("kk-",), "lengths": (32,),
        "keywords": (), "sieve": "", "needs": "", "entropy": 0, "stopwords": (), "excluded": (),
        "of_user": False, **changes,
    }  # fmt: skip
    return usual  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("changes", "text", "starts"),
    [
        ({}, b"kk-" + KEY + b" kk-" + SECOND, [3, 39]),
        ({}, b"xkk-" + KEY, []),
        ({"heads": ("kk-", "longer-")}, b"xkk-" + KEY, []),
        ({"heads": ()}, b"xkk-" + KEY, [4]),
        ({"heads": (), "needs": "zz"}, b"kk-" + KEY, []),
        ({"heads": (), "keywords": ("KK-",)}, b"kk-" + KEY, [3]),
        ({}, b"kk-" + b"a" * 32, []),
        ({"of_user": True}, b"kk-" + b"a" * 32, [3]),
        ({"stopwords": ("7JQ2",)}, b"kk-" + KEY, []),
        ({"excluded": ("^k7",)}, b"kk-" + KEY, []),
        ({"entropy": 5.1}, b"kk-" + KEY, []),
        ({"entropy": 4.9}, b"kk-" + KEY, [3]),
    ],
)
def test_a_rules_keys_are_found(changes: dict[str, object], text: bytes, starts: list[int]) -> None:
    formats = Formats([a_format(**changes)], Values("s"))
    assert [(each.kind, each.start) for each in formats.hits(text)] == [("a", at) for at in starts]


MISTRAL = "MISTRAL_API_KEY"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (b"MISTRAL_API_KEY=%s", [KEY]),
        (b"MISTRAL_API_KEY=" + TOKEN.encode(), []),
        (b"MISTRAL_API_KEY=" + TOKEN.encode() + b".", []),
        (b"MISTRAL_API_KEY=" + TOKEN.encode() + b"=", []),
        (b"x=%s", []),
        (b"gh secret set MISTRAL_API_KEY -b %s", [KEY]),
        (b"gh secret set MISTRAL_API_KEY_ -b %s", []),
        (b"MISTRAL_API_KEY: '%s'", [KEY]),
        (b"MISTRAL_API_KEY_FILE=%s", []),
        (b'"Mistral API KEY": "%s"', [KEY]),
        (b"MISTRAL_API_KEYS=%s;" + SECOND, [KEY, SECOND]),
        (b"MISTRAL_API_KEY=%s;" + SECOND, [KEY]),
    ],
)  # fmt: skip
def test_a_variables_keys_are_found(text: bytes, values: list[bytes]) -> None:
    formats = Formats([], Values("s", [digest(TOKEN, "s")]), [MISTRAL], ["mistral"])
    text = text.replace(b"%s", KEY)
    assert [each.value for each in formats.hits(text)] == values


def test_a_value_may_be_taken_literally() -> None:
    formats = Formats([], Values("s", [digest(TOKEN, "s")]), [MISTRAL])
    whole = [
        (b"MISTRAL_API_KEY", KEY, True),
        (b"A_MISTRAL_API_KEY_2", b"a value " + KEY, True),
        (b"MISTRAL_API_KEY_FILE", KEY, False),
        (b"MISTRAL_API", KEY, False),
        (b"MISTRAL_API_KEY", f"'{TOKEN}'\n".encode(), False),
        (b"MISTRAL_API_KEY", b"$" + KEY[:18], False),
        (b"MISTRAL_API_KEY", b"$" + KEY, True),
    ]
    for name, value, is_one in whole:
        hit = Hit("unrecognised-value", 0, value, ())
        assert list(formats.of_whole(name, value)) == ([hit] if is_one else [])


def test_a_whole_key_is_told_from_what_follows() -> None:
    formats = Formats([a_format(lengths=(5,))], Values("s"))
    assert formats.is_whole(Hit("a", 0, b"12345", ()), b"1234567")
    assert not formats.is_whole(Hit("a", 0, b"1234", ()), b"1234567")
    assert formats.is_whole(Hit("a", 0, b"1234", ()), b"1234kk-")
    assert not formats.is_whole(Hit("a", 0, b"12345", ()), b"x234567")
    assert not formats.is_whole(Hit("b", 0, b"12345", ()), b"1234567")


def test_a_word_begins_behind_a_sign() -> None:
    text = b"a=b c/d.e"
    assert [beginning(text, at) for at in (0, 1, 2, 3, 4, 9)] == [0, 0, 2, 2, 4, 4]
    assert beginning(b"x" * 600, 600) == 88


NAMES = Names([MISTRAL], ["mistral", "cohere"])
TABLES = Tables(NAMES, Labelled(NAMES))
CREATED = b"CREATE TABLE t (id INT, who TEXT, api_key TEXT);\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"provider,api_key\nmistral,%s\ncohere,%t\n", [KEY, SECOND]),
        (b"api_key;provider\r\n%s;mistral\r\n", [KEY]),
        (b"provider,api_key\nmistral,%s", [KEY]),
        (b"provider,api_key\nmistral,%s,x\nmistral\ncohere,%t\n", [SECOND]),
        (b"provider,api_key\nown,%s\n", []),
        (b"provider,api_key\n\nmistral,%s\n", []),
        (b"provider,note\nmistral,%s\n", []),
        (b"provider,key\nmistral,%h\n", []),
        (b"provider,key\nmistral,%s\n", [KEY]),
        (b"provider,api_key\nmistral,%h\n", [HEX]),
        (b'"provider"\t"api_key"\n"https://api.mistral.ai/v1"\t"%s"\n', [KEY]),
        (b"COPY t (who, api_key) FROM stdin;\nmistral\t%s\n", [KEY]),
        (b"who,api_key\n" + b"x,y\n" * 199 + b"mistral,%s\n", [KEY]),
        (b"who,api_key\n" + b"x,y\n" * 200 + b"mistral,%s\n", []),
        (b"INSERT INTO t (who, api_key) VALUES ('mistral', '%s'), ('cohere', '%t');",
         [KEY, SECOND]),
        (b"INSERT INTO t (who, note) VALUES ('mistral', '%s');", []),
        (b"INSERT INTO t VALUES ('mistral', '%s');", [KEY]),
        (b"INSERT INTO t VALUES (1, 'mistral', '%s');", []),
        (b"INSERT INTO app_settings VALUES (1, 'mistral', '%s', 7);", [KEY]),
        (b"INSERT INTO app_settings VALUES (1, 'mistral', 7, '%s');", []),
        (b"INSERT INTO app_settings VALUES ('mistral', '%h');", []),
        (CREATED + b"INSERT INTO t VALUES (1, 'mistral', '%s');", [KEY]),
        (b"who,token\nmistral,%s\n", []),
        (b"service,token\nmistral,%s\n", [KEY]),
        (b"service,session_token\nmistral,%s\n", []),
        (b"provider,api_key,spend\nmistral,%s,1\n", []),
        (CREATED.replace(b");", b", PRIMARY KEY (id), UNIQUE KEY a (who));")
         + b"INSERT INTO t VALUES (1, 'mistral', '%s');", [KEY]),
        (CREATED.replace(b"api_key", b"note") + b"INSERT INTO t VALUES (1, 'mistral', '%s');", []),
    ],
    ids=range(28),
)  # fmt: skip
def test_a_tables_keys_are_found(text: bytes, found: list[bytes]) -> None:
    text = text.replace(b"%s", KEY).replace(b"%t", SECOND).replace(b"%h", HEX)
    assert [each["value"] for each in TABLES.beside(text)] == found
