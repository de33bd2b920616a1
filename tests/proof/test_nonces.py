"""All that is told of a recorded body, for each form that one may have."""

import json
from typing import Any

import pytest

from fixtures.proof.nonce import NONCE, Nonces, fresh_nonce, is_cut, nonces_in, prompt_with

OWN, OTHER = "verify-" + "0" * 24, "verify-" + "f" * 24
PROMPT = prompt_with(OWN)
TOOLS = {"tools": [{"name": "read"}]}


def said(content: Any, role: str = "user") -> dict[str, Any]:
    return {"role": role, "content": content}


def nonces(*messages: str, anywhere: tuple[str, ...] = (OWN,), is_cut: bool = False) -> Nonces:
    return Nonces(messages=frozenset(messages), anywhere=frozenset(anywhere), is_cut=is_cut)


def test_a_nonce_is_new_and_of_one_form() -> None:
    made = {fresh_nonce() for _ in range(9)}
    assert len(made) == 9
    assert all(NONCE.fullmatch(each) for each in made)
    assert prompt_with("a-nonce") == (
        "Connection check a-nonce. Reply with the single word OK and do nothing else."
    )


REQUESTS: dict[str, tuple[dict[str, Any], Nonces]] = {
    "a text": ({"messages": [said(PROMPT)]}, nonces(OWN)),
    "an input": ({"input": [said(PROMPT)]}, nonces(OWN)),
    "messages before an input": ({"messages": [said(PROMPT)], "input": 7}, nonces(OWN)),
    "no messages, but an input": ({"messages": [], "input": [said(PROMPT)]}, nonces(OWN)),
    "the last of several": ({"messages": [said("before"), said(PROMPT)]}, nonces(OWN)),
    "a part among others": ({"input": [said([{"type": "image"}, {"text": PROMPT}])]}, nonces(OWN)),
    "two messages": (
        {"messages": [said(PROMPT), said(prompt_with(OTHER))]},
        nonces(OWN, OTHER, anywhere=(OWN, OTHER)),
    ),
    "with stamps": ({"input": [said(f"  [Mon] [web] {PROMPT} \n\n")]}, nonces(OWN)),
    "with blanks before": ({"input": [said(f"\n \n{PROMPT}")]}, nonces(OWN)),
    "of the assistant": ({"messages": [said(PROMPT, "assistant")]}, nonces()),
    "of whom sorts later": ({"messages": [said(PROMPT, "users")]}, nonces()),
    "of the system": ({"messages": [said(PROMPT, "system")]}, nonces()),
    "after an event": ({"messages": [said(f"Event\n{PROMPT}")]} | TOOLS, nonces(OWN)),
    "quoted": ({"messages": [said(f"Event\n{PROMPT}")]}, nonces()),
    "quoted, with no tools in the list": (
        {"messages": [said(f"Event\n{PROMPT}")], "tools": []},
        nonces(),
    ),
    "within a line": ({"messages": [said(f"Event: {PROMPT}")]} | TOOLS, nonces()),
    "with more after it": ({"messages": [said(f"{PROMPT}\nmore")]} | TOOLS, nonces()),
    "other words": ({"messages": [said(f"Look for {OWN}")]} | TOOLS, nonces()),
    "no nonce": ({"messages": [said("Hello")]}, nonces(anywhere=())),
    "messages that are none": ({"messages": [PROMPT]}, nonces()),
    "a message without a role": ({"messages": [{"content": PROMPT}, said(PROMPT)]}, nonces()),
    "a part that is none": ({"messages": [said([7])], "of": OWN}, nonces()),
    "a part that is no text": ({"messages": [said([{"text": 7}])], "of": OWN}, nonces()),
    "a list": ([said(PROMPT)], nonces()),  # type: ignore[dict-item]
}


@pytest.mark.parametrize("form", REQUESTS)
def test_of_a_whole_body_only_the_message_is_one(form: str) -> None:
    request, expected = REQUESTS[form]
    assert nonces_in(json.dumps(request)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f'{{"content": "{PROMPT}", "x', nonces(OWN, is_cut=True)),
        (f'{{"text" : "[Mon]\t{PROMPT}\\n \\n", "x', nonces(OWN, is_cut=True)),
        (f' {{"a": [{{"text":"{PROMPT}"', nonces(OWN, is_cut=True)),
        (f'{{"content": "{PROMPT} more", "x', nonces(is_cut=True)),
        (f'{{"content": "so: {PROMPT}", "x', nonces(is_cut=True)),
        (f'{{"title": "{PROMPT}", "x', nonces(is_cut=True)),
        (f'{{"content": "{PROMPT}', nonces(is_cut=True)),
        (f'{{"content": "{PROMPT}"}}x}}', nonces()),
        (f'"content": "{PROMPT}"', nonces()),
        ("", nonces(anywhere=())),
    ],
)
def test_of_a_cut_body_the_whole_text_of_a_message_is_one(body: str, expected: Nonces) -> None:
    assert nonces_in(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        *(("{", True), ('{"a', True), (' \n{"a": 1 ', True), ('{"a": 1} x', True)),
        *(("{}", False), (' {"a": 1} \n', False), ("[", False), ("x{", False), ("}{", False)),
    ],
)
def test_what_begins_as_an_object_and_does_not_end_is_cut(body: str, expected: bool) -> None:
    assert is_cut(body) is expected
