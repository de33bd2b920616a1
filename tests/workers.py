"""Workers as tests make them up: a right one, and ones that are wrong somewhere."""

from typing import Any

import httpx
import respx

from fixtures.settings.settings import Settings
from fixtures.worker.contract import Contract, observe_contract
from fixtures.worker.found import named_worker
from tests.builders import leak_finder, settings

TOKEN = "the-auth-token"
HOST = "worker.example"
ROUTED = {"cf-aig-log-id": "log-1"}


def own(status: int, message: str = "no", **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"error": {"message": message}}, headers=headers)


def right_worker(request: httpx.Request) -> httpx.Response:
    if request.url.scheme == "http":
        return httpx.Response(301, headers={"location": f"https://{HOST}{request.url.path}"})
    if request.method == "OPTIONS":
        return httpx.Response(204)
    if request.url.path == "/health":
        return httpx.Response(200, json={"status": "ok"})
    held = (request.headers.get("authorization"), request.headers.get("x-api-key"))
    if f"Bearer {TOKEN}" not in held and TOKEN not in held:
        return own(401)
    if request.url.path in ("/v1/messages", "/v1/chat/completions") and request.method == "POST":
        return httpx.Response(400, json={"type": "error"}, headers=ROUTED)
    return own(404)


def contract_of(own: Settings) -> Contract:
    return observe_contract(named_worker(own.worker), own.run.providers_in_use, leak_finder())


def observed(web: respx.MockRouter, answer: Any = right_worker) -> Contract:
    web.route().mock(side_effect=answer)
    return contract_of(settings())


def always(response: httpx.Response) -> Any:
    return lambda _: httpx.Response(
        response.status_code, content=response.content, headers=response.headers
    )


def broken_at(path: str, response: httpx.Response) -> Any:
    """A Worker that is right but for whoever holds the AUTH_TOKEN, at this path."""

    def answer(request: httpx.Request) -> httpx.Response:
        held = request.headers.get("authorization") == f"Bearer {TOKEN}"
        return (
            always(response)(request)
            if held and request.url.path == path
            else right_worker(request)
        )

    return answer
