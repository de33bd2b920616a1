"""What an answer may not hold is found in it, and nothing else is taken for it."""

from dataclasses import replace

import httpx
import pytest

from fixtures.keys.rules import made_up, own_rules
from fixtures.worker.leaks import STACK, TOKEN, LeakFinder
from tests.builders import leak_finder, settings

TEMPLATES = [(rule.id, template) for rule in own_rules() for template in rule.canaries]
NODE = "TypeError: x is not a function\n    at Object.fetch (file:///worker/index.ts:12:3)"
TRACES = [
    NODE,
    NODE.replace("\n", "\\n"),
    "Error\n    at index.js:1:2",
    "at async handle (worker.mjs:10:20)",
    "at new Foo (https://x.example/a.js:1:2)",
    "at JSON.parse (<anonymous>:1:2)",
    "at process.processTicks (node:internal/process/task_queues:95:5)",
    "at Object.fetch [as handler] (index.js:1:2)",
    'Traceback (most recent call last):\n  File "/app/worker.py", line 3, in fetch',
    '{"error": "File \\"/app/worker.py\\", line 3"}',
]
HARMLESS = [
    '{"status":"ok"}',
    '{"error":{"message":"Invalid or missing auth credentials"}}',
    "Incorrect API key provided: sk-proj-********************aB3d. You can find it at https://x.",
    '{"id":"msg_01XFDUDYJgAACzvnptvVoYEL","type":"message","request_id":"req_011CSHoEeqs5C35K2UUqR7Fy"}',
    '{"id":"chatcmpl-9a8b7c6d5e4f3a2b1c0d9e8f7a6b","system_fingerprint":"fp_44709d6fcb"}',
    "try again at 2026-11-23T12:30:45Z, or at 12:30:45",
    "see the docs at https://docs.example/errors.html",
    "look at index.js for more",
    "the file at line 3",
    "put your key into ANTHROPIC_API_KEY=sk-ant-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
]


@pytest.mark.parametrize(("kind", "template"), TEMPLATES)
def test_a_key_of_every_format_is_found(kind: str, template: str) -> None:
    key = made_up(template)
    for text in (key, f'{{"error":"refused {key}."}}', f"x-api-key: {key}\r\n"):
        assert leak_finder().find(text.encode()) == (f"a key ({kind})",)


@pytest.mark.parametrize("trace", TRACES)
def test_a_stack_trace_is_found(trace: str) -> None:
    assert leak_finder().find(trace.encode()) == (STACK,)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_a_right_answer_says_is_no_finding(text: str) -> None:
    assert leak_finder().find(text.encode()) == ()


def test_the_token_is_found_and_is_no_key_whatever_its_form() -> None:
    token = made_up("sk-ant-oat01-<95>")
    secret = settings().worker.auth_token.__class__("AI_GATEWAY_AUTH_TOKEN", token)
    assert leak_finder(auth_token=secret).find(f"no route for {token}".encode()) == (TOKEN,)


def test_headers_are_looked_at_but_for_cloudflares_cookies() -> None:
    key = made_up("sk-ant-api03-<93>AA")
    find = leak_finder()
    assert find(httpx.Response(404, headers={"x-debug": key}))
    assert find(httpx.Response(404, headers={"set-cookie": f"session={key}"}))
    assert not find(httpx.Response(404, headers={"set-cookie": f"__cf_bm={key}; path=/"}))


def test_a_search_that_is_blind_to_something_says_so() -> None:
    [first, *others] = own_rules()
    blind = replace(first, regex="never-such-a-key")
    assert leak_finder().missed() == ()
    assert set(LeakFinder(settings().worker.auth_token, (), [blind, *others]).missed()) == {
        first.id
    }
