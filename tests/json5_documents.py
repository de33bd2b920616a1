"""Documents that are JSON5, or just not: what npm's `json5` makes of them, as it was seen to do."""

from random import Random

INFINITY = float("inf")
# As npm's json5 2.2.3 reads them; tests/real/test_json5.py asks it.
READ: dict[str, object] = {
    '{"a": 1, // ]\n "b": 2}': {"a": 1, "b": 2},
    '{"a": 1, /* } */ }': {"a": 1},
    "[1,]": [1],
    "{a: 1,}": {"a": 1},
    "/* a */[/**/]// b": [],
    "\ufeff[1]": [1],
    "[\u00a01\u2003,\u30002\u2028]": [1, 2],
    "{$a_é: 1, \\u0062c: 2, a\u200cb: 3}": {"$a_é": 1, "bc": 2, "a\u200cb": 3},
    "{null: 1, Infinity: 2, true: 3, get: 4}": {"null": 1, "Infinity": 2, "true": 3, "get": 4},
    "{a: 1, 'a': 2}": {"a": 2},
    "{__proto__: {a: 1}}": {"__proto__": {"a": 1}},
    "[+1, -1, .5, 5., -.5e3, 1E+2, 0xfF, -0x10]": [1, -1, 0.5, 5, -500, 100, 255, -16],
    "[Infinity, +Infinity, -Infinity]": [INFINITY, INFINITY, -INFINITY],
    "123456789012345678901234567890.": 123456789012345680000000000000.0,
    "'a\\\nb\\\r\nc\\\u2028d'": "abcd",
    "'\\b\\f\\n\\r\\t\\v\\0\\'\\\"\\\\\\/\\a\\q'": "\b\f\n\r\t\v\0'\"\\/aq",
    "'\\x41\\u00e9\\ud83d\\ude00'": "Aé\U0001f600",
    "'a\tb\u2028\"'": 'a\tb\u2028"',
    "'// no comment'": "// no comment",
    '"/* none */"': "/* none */",
    "[[[[{a: [{}]}]]]]": [[[[{"a": [{}]}]]]],
    "null": None,
    "true": True,
    "false": False,
    "[true, false, null]": [True, False, None],
    "[+9007199254740993, -9007199254740993]": [9007199254740992, -9007199254740992],
}
REFUSED = (
    *("", " ", "// x", "/* x", "1 2", "[1 2]", "[,]", "{,}", "{a:1,,}", "[1", "[1]]", "{a:1}}"),
    *("{a}", "{a:}", "{a:1 b:2}", "{1:2}", "{a-b:1}", "{\\u0031b:2}", "{'a'}", "[}", "{]"),
    *("01", "00", "0x", "0x1g", "- 1", "+-1", "1a", "1e", ".", "-", "1_0", "1\x00", "Infinity1"),
    *('"a', "'a\n'", '"\\u12"', "'\\x4'", '"\\1"', '"\\01"', "\"a'", "undefined", "nul", "\\u0061"),
    *("{\u200ca: 1}", "{\u200d: 1}", "[1] 2", "{'a' 1}", "[1:2]", "{a: 1; b: 2}"),
    *("[\x1c1]", "{\x85:1}", "[1]\\", "/"),
)

SPACES = ("", " ", "\n", "\t", "\u00a0", "\ufeff", "\u2028", "// ]}\"'\n", "/* , ] */", "/**/")
PIECES = ("[", "]", "{", "}", ",", ":", "'", '"', "\\", "//", "/*", "\n", "0", "e", "+", "a", "\\u")
NUMBERS = ("0", "-1", "+2.5", ".5", "5.", "1e3", "-2E-2", "0x1F", "Infinity", "-Infinity", "1e400")
NAMES = ("a", "$b", "_c9", "é", "null", "\\u0061b", "'d e'", '"f"', "''")
STRINGS = ("''", "'a\"b'", '"a\'b"', "'\\n\\x41\\u00e9'", "'a\\\nb'", '"// x"', "'\\ud83d\\ude00'")
WORDS = ("null", "true", "false")


def document(random: Random, depth: int = 4) -> str:
    """A document, and every third time one that something is wrong with."""
    text = _value(random, depth)
    if random.random() < 0.33:
        at = random.randrange(len(text) + 1)
        cut = at + random.randrange(3)
        text = text[:at] + random.choice(PIECES) + text[cut:]
    return text


def _value(random: Random, depth: int) -> str:
    kind = random.choice("nsw" if depth == 0 else "nswooaa")
    if kind in "oa":
        some = range(random.randrange(4))
        space, end = random.choice(SPACES), random.choice(("", ","))
        parts = [_part(random, kind, depth) for _ in some]
        inner = ",".join(parts) + (end if parts else "")
        return f"{space}{'{' if kind == 'o' else '['}{inner}{space}{'}' if kind == 'o' else ']'}"
    scalar = random.choice({"n": NUMBERS, "s": STRINGS, "w": WORDS}[kind])
    return random.choice(SPACES) + scalar + random.choice(SPACES)


def _part(random: Random, kind: str, depth: int) -> str:
    value = _value(random, depth - 1)
    return f"{random.choice(SPACES)}{random.choice(NAMES)}:{value}" if kind == "o" else value
