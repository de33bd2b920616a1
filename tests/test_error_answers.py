"""What an answer says is read in every party's form, and nothing else is taken for it."""

import json
from typing import Any

import httpx
import pytest

from fixtures.providers.error_answers import (
    AI_GATEWAY_ERROR,
    API_ERROR,
    body_of,
    read_error,
    says_healthy,
    short,
)


def answer(body: Any, status: int = 200) -> httpx.Response:
    """Text as it is, anything else as JSON."""
    return httpx.Response(status, text=body if isinstance(body, str) else json.dumps(body))


@pytest.mark.parametrize(
    "body",
    [
        {"ok": True, "status": "anything"},
        {"status": "ok"},
        {"status": "live"},
        {"status": "healthy"},
        "ok",
        " Healthy\n",
        "LIVE",
    ],
)
def test_health_is_said_in_json_or_in_a_word(body: Any) -> None:
    assert says_healthy(answer(body)) is True


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ok": False},
        {"ok": "true"},
        {"ok": 1},
        {"status": "starting"},
        {"healthy": True},
        ["ok"],
        True,
        '"ok"',
        "",
        "not ok",
        "<!doctype html><title>Control UI</title>ok",
    ],
)
def test_nothing_else_says_it(body: Any) -> None:
    assert says_healthy(answer(body)) is False


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"success": False, "error": [{"code": 2001, "message": "no"}], "name": "AiGateway"},
            ("AiGateway", (2001,), "[{'code': 2001, 'message': 'no'}]"),
        ),
        (
            {"success": False, "error": {"code": 2016, "message": "denied"}},
            (AI_GATEWAY_ERROR, (2016,), "denied"),
        ),
        (
            {"success": False, "errors": [{"code": 10000, "message": "no"}, {"code": "x"}]},
            (API_ERROR, (10000,), "[{'code': 10000, 'message': 'no'}]"),
        ),
        (
            {"error": {"type": "overloaded_error", "message": "Overloaded"}},
            ("overloaded_error", (), "Overloaded"),
        ),
        (
            {"error": {"code": "invalid_api_key", "type": "x", "message": "wrong"}},
            ("invalid_api_key", (), "wrong"),
        ),
        ({"error": {"code": 401, "type": "auth", "message": "wrong"}}, ("auth", (), "wrong")),
        ({"error": {}}, ("", (), "")),
        ({"error": "no such path"}, ("", (), "no such path")),
        ({"errors": [{"code": 1}]}, ("", (), "{'errors': [{'code': 1}]}")),
        (["no"], ("", (), '["no"]')),
        ("upstream is down", ("", (), "upstream is down")),
    ],
)
def test_an_error_is_read_in_every_partys_form(
    body: Any, expected: tuple[str, tuple[int, ...], str]
) -> None:
    assert read_error(answer(body, 500)) == expected
    assert read_error(answer(body, 200)) == ("", (), "")


def test_a_text_is_cut_between_words_only() -> None:
    assert short("a \n b") == "a b"
    assert short(f"{'word ' * 30}{'x' * 80}") == " ".join(["word"] * 30) + " …"


def test_a_body_that_is_no_json_is_none() -> None:
    assert body_of(answer("ok")) is None
    assert body_of(answer({"a": 1})) == {"a": 1}
