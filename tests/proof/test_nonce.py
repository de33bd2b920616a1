"""What of a recorded request is the message, and what only quotes it."""

import json
from typing import Any

import pytest

from fixtures.proof.nonce import Nonces, nonces_in, prompt_with
from tests.proof.fake_log import FakeApi
from tests.proof.searches import NONCE, look

BLANK = r"\n" * 200_000

QUOTES: dict[str, dict[str, Any]] = {
    "recap": {
        "messages": [{"role": "user", "content": json.dumps([f"user: {prompt_with(NONCE)}"])}]
    },
    "embedding": {"input": [f"User: {prompt_with(NONCE)}\nAssistant: OK"]},
    "system prompt": {"messages": [{"role": "system", "content": prompt_with(NONCE)}]},
    "recap at the start of a line": {
        "messages": [{"role": "user", "content": f"Sum up:\n{prompt_with(NONCE)}\nAssistant: OK"}]
    },
    "title": {"messages": [{"role": "user", "content": f"Find a title:\n{prompt_with(NONCE)}"}]},
    "tools": {
        "messages": [{"role": "user", "content": f"Sum up:\n{prompt_with(NONCE)}\nAssistant: OK"}],
        "tools": [{"name": "read"}],
    },
    "history": {"messages": [{"role": "user", "content": f"Earlier: {prompt_with(NONCE)}"}]},
}


MESSAGES = {
    "stamped": {"input": [{"role": "user", "content": f"[Mon 20:22 UTC] {prompt_with(NONCE)}\n"}]},
    "after an event": {
        "messages": [
            {"role": "user", "content": [{"text": f"System: started\n\n{prompt_with(NONCE)}"}]}
        ],
        "tools": [{"name": "read"}],
    },
}


@pytest.mark.parametrize("form", MESSAGES)
def test_the_message_itself_is_the_proof_in_whichever_form(api: FakeApi, form: str) -> None:
    api.add("own", json.dumps(MESSAGES[form]))
    assert look(api).succeeded


@pytest.mark.parametrize("quote", QUOTES)
def test_a_request_of_openclaws_own_that_quotes_the_nonce_is_no_proof(
    api: FakeApi, quote: str
) -> None:
    api.add("recap", json.dumps(QUOTES[quote]))
    search = look(api)
    assert not search.matches
    assert search.mentions == 1


TOOLS = [{"name": "read", "description": "x" * 999}]


def cut(request: dict[str, Any], size: int = 400) -> str:
    """What is left of it in Workers Observability, which keeps 128 kB."""
    return json.dumps(request | {"tools": TOOLS})[:size]


def test_a_message_before_the_cut_is_the_proof(api: FakeApi) -> None:
    """Anthropic's clients send the messages before the tools."""
    api.add("own", cut({"messages": [{"role": "user", "content": f"[Mon] {prompt_with(NONCE)}"}]}))
    assert look(api).succeeded


@pytest.mark.parametrize("quote", sorted({*QUOTES} - {"system prompt"}))
def test_of_a_request_that_was_cut_a_quotation_is_no_proof(api: FakeApi, quote: str) -> None:
    api.add("recap", cut(QUOTES[quote]))
    search = look(api)
    assert (search.matches, search.cut) == ((), 1)


def test_a_recap_of_stamped_messages_is_no_proof_where_it_was_cut(api: FakeApi) -> None:
    told = json.dumps([f"user: [Mon 20:22 UTC] {prompt_with(NONCE)}"])
    api.add("recap", cut({"messages": [{"role": "user", "content": told}]}))
    assert not look(api).matches


def test_a_request_that_was_cut_before_its_message_may_be_the_own(api: FakeApi) -> None:
    request = {"system": "x" * 999, "messages": [{"role": "user", "content": prompt_with(NONCE)}]}
    api.add("own", cut(request))
    api.add("recap", cut(request), provider="openai")
    assert look(api).cut == 1
    assert nonces_in(json.dumps(request)).messages == {NONCE}


@pytest.mark.parametrize("body", ['{"messages": []}', "[1, 2", "--form", "", '{"a": {}} '])
def test_what_is_whole_or_no_json_is_not_cut(body: str) -> None:
    assert not nonces_in(body).is_cut


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        f'{{"input": [{{"role": "user", "content": "{BLANK}"}}]}}',
        "",
        '{"messages": 7}',
    ],
    ids=["deep", "blank lines", "empty", "other"],
)
def test_a_body_of_any_form_is_read(body: str) -> None:
    """Whoever uses the AI Gateway decides what is recorded there."""
    assert nonces_in(body) == Nonces(messages=frozenset(), anywhere=frozenset())
