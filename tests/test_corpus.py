"""The labelled corpus is what its labels say."""

import hashlib
import re
from pathlib import Path

import pytest

from tests.corpus import Corpus, make_corpus
from tests.corpus.builder import FORMATS_BY_VARIANT
from tests.corpus.recover import holds, views
from tests.runs import ROOT

SEED = 20261123
SALTED_BY_SQLITE = "-wal"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return make_corpus(tmp_path_factory.mktemp("corpus"), SEED)


def contents(corpus: Corpus) -> dict[str, str]:
    return {
        str(path.relative_to(corpus.root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in corpus.root.rglob("*")
        if path.is_file() and not path.name.endswith(SALTED_BY_SQLITE)
    }


def test_every_labelled_key_can_be_recovered_at_its_path(corpus: Corpus) -> None:
    missing = [key.path for key in corpus.keys if not holds(corpus.root / key.path, key.value)]
    assert missing == []


def test_a_labelled_line_holds_its_key(corpus: Corpus) -> None:
    for key in corpus.keys:
        if key.line is not None:
            lines = (corpus.root / key.path).read_bytes().split(b"\n")
            assert key.value.encode() in lines[key.line - 1], key.path


def test_no_key_is_where_no_label_says_so(corpus: Corpus) -> None:
    """Above all no look-alike holds one."""
    labelled = {key.path for key in corpus.keys}
    keys = [key.value.encode() for key in corpus.keys]
    for path in corpus.root.rglob("*"):
        name = str(path.relative_to(corpus.root)).removesuffix(SALTED_BY_SQLITE)
        if path.is_file() and name not in labelled:
            assert not [view for view in views(path.read_bytes()) if any(k in view for k in keys)]


def test_a_look_alike_is_in_no_keys_line(corpus: Corpus) -> None:
    lines = {(key.path, key.line) for key in corpus.keys if key.line}
    assert not lines & {(each.path, each.line) for each in corpus.harmless}
    paths = {key.path for key in corpus.keys}
    assert not paths & {each.path for each in corpus.harmless if each.line is None}


def test_every_labelled_look_alike_is_there(corpus: Corpus) -> None:
    for each in corpus.harmless:
        data = (corpus.root / each.path).read_bytes()
        assert data.split(b"\n")[(each.line or 1) - 1], each


def test_no_two_keys_are_equal(corpus: Corpus) -> None:
    values = [key.value for key in corpus.keys]
    assert len(set(values)) == len(values)


def test_each_format_has_the_length_that_its_vendor_gives_it(corpus: Corpus) -> None:
    lengths = {key.variant: len(key.value) for key in corpus.keys}
    expected = {
        "anthropic-api": 108, "anthropic-admin": 110, "anthropic-oauth": 108, "openai-legacy": 51,
        "openai-project": 164, "openai-project-132": 132, "openai-project-56": 56,
        "openai-service": 167, "openai-admin": 133, "google": 39, "google-ai-studio": 53,
        "xai": 84, "groq": 56, "cerebras": 52, "mistral": 32, "openrouter": 73, "deepseek": 35,
        "moonshot": 51, "together": 50, "together-old": 64, "perplexity": 53, "cohere": 40,
        "hugging-face": 37, "replicate": 40, "fireworks": 27, "nvidia": 70, "voyage": 46,
        "azure-old": 32, "azure-openai": 84, "zai": 49, "elevenlabs": 51, "langsmith": 51,
        "cloudflare-user": 53, "cloudflare-old": 40, "cloudflare-global": 37,
        "copilot-oauth": 40, "copilot-pat": 93,
    }  # fmt: skip
    assert {variant: lengths[variant] for variant in expected} == expected


def test_every_format_is_planted_plainly(corpus: Corpus) -> None:
    plain = {key.variant for key in corpus.keys if key.chain == ("plain",) and not key.context}
    assert plain == FORMATS_BY_VARIANT.keys()


def test_the_same_seed_makes_the_same_corpus(corpus: Corpus, tmp_path: Path) -> None:
    again = make_corpus(tmp_path, SEED)
    assert (again.keys, again.harmless) == (corpus.keys, corpus.harmless)
    assert contents(again) == contents(corpus)


def test_another_seed_makes_other_keys(corpus: Corpus, tmp_path: Path) -> None:
    other = make_corpus(tmp_path, SEED + 1)
    assert not {key.value for key in other.keys} & {key.value for key in corpus.keys}


def test_fingerprints_are_of_the_keys_that_nothing_else_tells(corpus: Corpus) -> None:
    values = [key.value for key in corpus.keys if key.by == "fingerprint"]
    assert corpus.fingerprints == [hashlib.sha256(value.encode()).hexdigest() for value in values]


def test_no_key_is_in_the_source(corpus: Corpus) -> None:
    """A key in the source would be one that scanners of this repository find, too."""
    source = "\n".join(path.read_text() for path in sorted((ROOT / "tests/corpus").glob("*.py")))
    assert not re.findall(r"sk-ant-[a-z]+\d\d-[\w-]{40,}", source)
    assert not [key for key in corpus.keys if key.value in source]


def test_no_label_shows_its_key(corpus: Corpus) -> None:
    assert not [key for key in corpus.keys if key.value in repr(corpus)]
