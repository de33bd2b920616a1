"""The survey finds every key of the labelled corpus and nothing else; and the score would tell."""

from pathlib import Path

import pytest

from fixtures.keys.rules import own_rules
from fixtures.vps import program, survey
from tests.corpus import Corpus, make_corpus
from tests.corpus.agent import survey_hits
from tests.corpus.scoring import Score, score

SEEDS = (20261123, 7)
MORE = [pytest.param(seed, marks=pytest.mark.exhaustive) for seed in range(11, 19)]
LOOK_ALIKES = 300
AROUND = ("container ", "proc/")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return make_corpus(tmp_path_factory.mktemp("corpus"), SEEDS[0])


def scored(corpus: Corpus) -> Score:
    return score(corpus, survey_hits(corpus))


@pytest.mark.parametrize("seed", [*SEEDS, *MORE])
@pytest.mark.sampled(20)
def test_every_key_is_found_over_ssh_and_there_is_no_false_alarm(tmp_path: Path, seed: int) -> None:
    corpus = make_corpus(tmp_path, seed)
    assert len(corpus.harmless) > LOOK_ALIKES
    result = scored(corpus)
    assert len(result.found) > 150
    assert result.missed == []
    assert result.false_alarms == []
    # The rehearsal's own container and processes have another token than the corpus.
    assert [each for each in result.elsewhere if not each.path.startswith(AROUND)] == []


@pytest.mark.parametrize("rule", ["anthropic", "github-copilot"])
@pytest.mark.sampled(2)
def test_the_score_tells_of_a_rule_that_is_missing(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    rules = [each for each in own_rules() if each.id != rule]
    monkeypatch.setattr(survey, "own_rules", lambda: rules)
    assert {key.format for key in scored(corpus).missed} == {rule}


BROKEN = {
    "base64": ('regions("base64", new, from_base64)', 'View("base64", b"", [])', "base64"),
    "hex": ('regions("hex", new, from_hex)', 'View("hex", b"", [])', "hex"),
    "base32": (
        'regions("base32", runs_of_base32(data), from_base32)',
        'View("base32", b"", [])',
        "base32",
    ),
    "utf-16": ("if is_wide(data):", "if False:", "utf-16"),
    "gzip": ('(b"\\x1f\\x8b", "gzip"),', "", "gz"),
    "databases": ('"sqlite": cells_of_file,', "", "database"),
    "leveldb": ('"table": of_file(blocks_of_table),', "", "leveldb"),
    "pg_dump": ('"pg_dump": pg_dump_members', '"pg_dump": lambda stream: ()', "pg-dump"),
    "dumps": ('"dump": dump_members', '"dump": lambda stream: ()', "redis-dump"),
}


@pytest.mark.parametrize("part", BROKEN)
@pytest.mark.sampled(10)
def test_the_score_tells_of_a_decoder_that_is_broken(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    right, wrong, chain = BROKEN[part]
    source = program.agent_source()
    assert source.count(right) == 1
    monkeypatch.setattr(program, "agent_source", lambda: source.replace(right, wrong))
    missed = scored(corpus).missed
    assert missed
    assert any(chain in step for key in missed for step in key.chain)


@pytest.mark.exhaustive
def test_the_score_tells_of_an_agent_that_takes_everything_for_a_key(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = program.agent_source()
    right = "def is_known(self, value: bytes) -> bool:"
    assert source.count(right) == 1
    wrong = f"{right}\n        return False"
    monkeypatch.setattr(program, "agent_source", lambda: source.replace(right, wrong))
    assert scored(corpus).false_alarms
