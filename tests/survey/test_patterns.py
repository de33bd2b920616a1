"""The first stage's expressions, at the borders of each of their parts."""

import base64
import re
import warnings

import pytest

from fixtures.keys.encoded_pattern import HEX, HEX_APART, TEXT, base32_pattern, encoded_pattern
from fixtures.keys.engine.compiled import Format, compiled, entropy, held
from fixtures.keys.engine.likely import in_hex, likely
from fixtures.keys.sieve_pattern import char_class, run_pattern, sieve_pattern

PATTERN = sieve_pattern(
    ["sk-", "gsk_ab", "sk-long-head", "seventy", "abcdef"],
    ["T3Blb"],
    ["MISTRAL_API_KEY", "A_TOKENS"],
    ["word", "[0-9]{9}x"],
)


def compiled_here(pattern: str) -> re.Pattern[bytes]:
    """As grep has it: a `--` in a class may mean something else in a later Python."""
    with warnings.catch_warnings(action="ignore", category=FutureWarning):
        return re.compile(pattern.encode("utf-8", "surrogateescape"))


ENCODED, BASE32 = compiled_here(encoded_pattern()), compiled_here(base32_pattern())
SIEVE = compiled_here(PATTERN)


def is_let_through(text: str) -> bool:
    return bool(SIEVE.search(text.encode()))


@pytest.mark.parametrize("byte", [*b"\t\n\r", *range(32, 127)])
def test_each_sign_of_a_text_is_known_at_each_alignment(byte: int) -> None:
    for start in range(5):
        text = b"\xff" * start + bytes([byte]) * 30 + b"\xff" * 5
        assert ENCODED.search(base64.b64encode(text))
        assert ENCODED.search(base64.urlsafe_b64encode(text))
        assert BASE32.search(base64.b32encode(text))


def test_what_is_no_text_stays() -> None:
    assert sorted(TEXT) == [*b"\t\n\r", *range(32, 127)]
    data = b"\xff" * 60
    assert not ENCODED.search(base64.b64encode(data))
    assert not BASE32.search(base64.b32encode(data))


@pytest.mark.parametrize(
    ("size", "is_long"),
    [(23, False), (24, True)],
)
def test_a_text_in_base64_is_so_long(size: int, is_long: bool) -> None:
    text = bytes(32 + each * 7 % 16 for each in range(size))
    data = base64.b64encode(b"\xff\xff\xff" + text + b"\xff" * (6 - size % 3))
    assert bool(ENCODED.search(data)) is is_long


@pytest.mark.parametrize(("size", "is_long"), [(17, False), (18, True)])
def test_a_key_in_narrow_lines_of_base64_is_so_long(size: int, is_long: bool) -> None:
    data = base64.b64encode(b"\xff" * 3 + b"Ab0_" * 4 + b"zz"[: size - 16] + b"\xff" * 4)
    narrow = b"\n".join(data[at : at + 2] for at in range(0, len(data), 2))
    assert bool(ENCODED.search(narrow)) is is_long


@pytest.mark.parametrize(("size", "is_long"), [(9, False), (10, True)])
def test_a_text_in_base32_is_so_long(size: int, is_long: bool) -> None:
    data = base64.b32encode(b"\xff" * 5 + b"a" * size + b"\xff" * (10 - size % 5))
    assert bool(BASE32.search(data)) is is_long


@pytest.mark.parametrize(
    ("pattern", "shortest"),
    [
        (HEX, "6b" * 16),
        (HEX_APART, "6b:" * 12),
        (HEX_APART, "6b%20" * 12),
        (HEX_APART, "6b%3A" * 12),
    ],
)
def test_hex_is_so_long(pattern: str, shortest: str) -> None:
    assert re.search(pattern, shortest)
    assert not re.search(pattern, shortest[1:])
    assert not re.search(pattern, shortest[:-1])
    assert not re.search(pattern, shortest.replace("6", "8"))


@pytest.mark.parametrize(("length", "is_wide"), [(19, False), (20, True)])
def test_wide_text_is_so_long(length: int, is_wide: bool) -> None:
    assert bool(ENCODED.search(b"~\x01" * length)) is is_wide
    assert bool(ENCODED.search(b" \x01\x01\x01" * (length // 2))) is is_wide


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        (" sk-" + "a" * 12, True),
        (" sk-" + "a" * 11, False),
        (" sk-" + "a" * 11 + "!", False),
        ("xsk-" + "a" * 12, False),
        ("%3Dsk-" + "a" * 12, True),
        ("\\nsk-" + "a" * 12, True),
        (" gsk_ab" + "a" * 12, True),
        ("xgsk_ab" + "a" * 12, False),
        ("xabcdef" + "a" * 12, False),
        ("xseventy" + "a" * 12, True),
        ("xsk-long-head" + "a" * 12, True),
        ("xT3bLBx", True),
        ("MISTRAL_API_KEY=" + "a" * 20, True),
        ("MISTRAL_API_KEY=" + "a" * 19 + "!", False),
        ("xAPI_KEY=" + "a" * 20, True),
        ("L_API_KEY_2: " + "a" * 20, True),
        ("_API_KEY_2: " + "a" * 20, True),
        ("API_KEY: " + "a" * 20, True),
        ("PI_KEY: " + "a" * 20, False),
        ("api_key=" + "a" * 20, True),
        ("apiKey: '" + "a" * 20, True),
        ("A_TOKENS=" + "a" * 20, True),
        ('"token-' + "a" * 28, False),
        ("API_KEY-" + "a" * 20, True),
        ("xwordx", True),
        ("w\no\nr\nd", True),
        ("776f7264202020", True),
        ("776f72642020", False),
        ("77 6f 72 64 20 20 20", True),
        ("12345678x", False),
        ("123456789x", True),
        ("%41%42%43%44", True),
        ("%41%42%43", False),
        ("\\u0041\\u0042\\u0043\\u0044", True),
        ("\\u0041\\u0042\\u0043", False),
        ("\\x41\\x42\\x43\\x44", True),
        ("\\x41\\x42\\x43", False),
        ("=41=42=43=44", True),
        ("=41=42=43", False),
        ("&#65;&#66;&#67;&#68;", True),
        ("&#65;&#66;&#67;", False),
        ("<~abcdefgh", True),
        ("<~abcdefg", False),
        ("nothing of it", False),
    ],
)
def test_what_may_begin_a_key_is_let_through(text: str, passes: bool) -> None:
    assert is_let_through(text) is passes


@pytest.mark.parametrize(
    ("chars", "expected"),
    [("aab", "[ab]"), ("-a", "[a-]"), ("a", "a"), (".", "\\."), ("-", "-"), ("b-a", "[ab-]")],
)
def test_a_class_is_written_once(chars: str, expected: str) -> None:
    assert char_class(chars) == expected


def test_a_run_is_so_long() -> None:
    run = re.compile(run_pattern(5))
    assert [bool(run.search(each)) for each in ("a_-9z", "a\n_\n-\n9\nz", "a_-9", "a_-9!z")] == [
        *(True, True, False, False)
    ]
    assert [bool(run.fullmatch("6b" * each)) for each in (17, 18)] == [False, True]


def a_format(**changes: object) -> Format:
    usual: dict[str, object] = {
        "id": "a",
        "regex": "k-(x+)",
        "group": 1,
        "heads": ("k-", "longer-"),
        "lengths": (),
        "keywords": (),
        "sieve": "",
        "needs": "",
        "entropy": 2.5,
        "stopwords": ("Dummy",),
        "excluded": ("^x$",),
        "of_user": True,
        **changes,
    }
    return usual  # type: ignore[return-value]


def test_all_of_a_format_is_made_ready() -> None:
    made = compiled(a_format())
    patterns = [made.pattern.pattern, made.stopwords.pattern, [e.pattern for e in made.excluded]]
    assert patterns == [b"k-(x+)", b"dummy", [b"^x$"]]
    others = (made.id, made.group, made.heads, made.holds, made.entropy, made.bounded, made.of_user)
    assert others == ("a", 1, [b"k-", b"longer-"], None, 2.5, True, True)
    assert compiled(a_format(heads=("seventy",))).bounded is False
    assert compiled(a_format(heads=("six-66",))).bounded is True
    assert compiled(a_format(heads=())).bounded is False


@pytest.mark.parametrize(
    ("changes", "pattern", "ignores_case"),
    [
        ({"needs": "n", "sieve": "s", "keywords": ("k",)}, b"n", False),
        ({"sieve": "s", "keywords": ("k",)}, b"s", False),
        ({"keywords": ("k", "l")}, b"k|l", True),
    ],
)
def test_what_a_text_holds_is_looked_for(
    changes: dict[str, object], pattern: bytes, ignores_case: bool
) -> None:
    found = held(a_format(**changes))
    assert found
    assert (found.pattern, bool(found.flags & re.IGNORECASE)) == (pattern, ignores_case)


@pytest.mark.parametrize(
    ("value", "bits"), [(b"aaaa", 0.0), (b"abab", 1.0), (b"abcd", 2.0), (b"aaab", 0.811278)]
)
def test_bits_are_counted_as_gitleaks_does(value: bytes, bits: float) -> None:
    assert entropy(value) == pytest.approx(bits, abs=1e-6)


@pytest.mark.parametrize(
    ("run", "is_one"),
    [
        (base64.b64encode(b"a text of some length"), True),
        (base64.b64encode(b"\xff\xff\xff" + b"t" * 12 + b"\xff" * 3), True),
        (base64.b64encode(b"\xff\xff\xff" + b"t" * 11 + b"\xff" * 4), False),
        (base64.b64encode(b"\xff" + b"t\0" * 12 + b"\xff" * 2), True),
        (base64.b64encode(b"\x1f\x8b\x08" + b"\xff" * 30), True),
        (base64.b64encode(b"\xff" * 40), False),
        (b"6b" * 8, True),
        (b"6b" * 7, False),
        (b"ff" * 8, False),
        (b"6b00" * 6, True),
        (b"1f8b0800" + b"ff" * 9, True),
    ],
)
def test_a_run_may_be_a_text(run: bytes, is_one: bool) -> None:
    run, nothing = run.rstrip(b"="), base64.b64encode(b"\xff" * 42)
    for before in (0, 1, 2, 5):
        runs = [(at, nothing) for at in range(before)] + [(99, run), (100, nothing), (101, run)]
        assert likely(runs) == ([(99, run), (101, run)] if is_one else [])


def test_a_text_in_hex_begins_where_its_run_does() -> None:
    assert list(in_hex(b"zz" + b"6b" * 8 + b"z" + b"ff" * 9 + b"z" + b"6b" * 8)) == [2, 38]


def test_after_a_plain_head_letters_and_digits_follow() -> None:
    pattern = compiled_here(sieve_pattern(["sk_", "rt_"], ["T3Blb"], ["A_KEY"], [], ["sk_"]))
    key, name = "0af" * 4, "new_null_but_long"
    for text, is_let_through in (
        (f" sk_{key}", True),
        (f"_sk_{key}", True),
        (f"\\nsk%5F{key}", True),
        ("\0".join(f" sk_{key}").replace("\0", "\x01"), True),
        (f" sk_{key[:5]}\n{key[5:]}", True),
        (f" sk_{key[1:]}", False),
        (f" sk_{name}", False),
        (f" rt_{name}", True),
    ):
        assert bool(pattern.search(text.encode())) is is_let_through, text
