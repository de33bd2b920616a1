"""The public name, the gateway's own authentication, and the token's permissions, as measured."""

import httpx
import pytest

from fixtures.rehearsal import Cloud, Rehearsal
from fixtures.rehearsal.faults.table import cloud_faults
from tests import plain_http

CHAT = {"model": "no-such-agent", "messages": []}


def at_gateway(rehearsal: Rehearsal, path: str, body: object) -> httpx.Response:
    port = rehearsal.settings["OPENCLAW_GATEWAY_PORT"]
    return plain_http.post(f"http://127.0.0.1:{port}{path}", json=body)


def test_the_public_name_is_behind_access(healthy: Rehearsal) -> None:
    answer = plain_http.get(healthy.settings["OPENCLAW_DOMAIN"] + "/v1/models")
    assert answer.status_code == 302
    assert "cloudflareaccess.com" in answer.headers["location"]
    assert answer.headers["cf-ray"]


def test_without_access_the_gateway_itself_answers() -> None:
    with Rehearsal(["public-without-access"]) as rehearsal:
        name = rehearsal.settings["OPENCLAW_DOMAIN"]
        assert plain_http.get(f"{name}/v1/models").status_code == 401
        page = plain_http.get(name + rehearsal.settings["OPENCLAW_DOMAIN_PATH"])
        assert page.headers["content-type"].startswith("text/html")


def test_a_tunnel_to_a_stopped_gateway_fails() -> None:
    with Rehearsal(["public-without-access", "gateway-down"]) as rehearsal:
        answer = plain_http.get(rehearsal.settings["OPENCLAW_DOMAIN"])
        assert answer.status_code == 502
        assert answer.headers["cf-ray"]


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/tools/invoke"])
def test_the_gateway_refuses_before_it_reads_the_request(healthy: Rehearsal, path: str) -> None:
    answer = at_gateway(healthy, path, {})
    assert answer.status_code == 401
    assert answer.json() == {"error": {"message": "Unauthorized", "type": "unauthorized"}}


def test_an_open_gateway_complains_about_the_request_only() -> None:
    with Rehearsal(["gateway-open"]) as rehearsal:
        chat = at_gateway(rehearsal, "/v1/chat/completions", CHAT)
        assert chat.status_code == 400
        assert chat.json()["error"]["type"] == "invalid_request_error"
        tools = at_gateway(rehearsal, "/tools/invoke", {})
        assert (tools.status_code, tools.json()["error"]["type"]) == (400, "invalid_request")
        unknown = at_gateway(rehearsal, "/tools/invoke", {"tool": "none"})
        assert unknown.status_code == 404


def asked(cloud: Cloud, path: str) -> httpx.Response:
    settings = cloud.settings
    headers = {"authorization": f"Bearer {settings['CLOUDFLARE_API_TOKEN']}"}
    path = path.format(account=settings["CLOUDFLARE_ACCOUNT_ID"])
    return plain_http.get(settings["CLOUDFLARE_BASE_URL"] + path, headers=headers)


def test_a_narrow_token_is_refused_and_sees_no_zones() -> None:
    with Cloud() as cloud:
        scripts = asked(cloud, "/accounts/{account}/workers/scripts")
        assert scripts.status_code == 403
        assert asked(cloud, "/zones").json()["result"] == []


def test_a_deploying_token_is_shown_what_it_deploys() -> None:
    with Cloud(cloud_faults(["api-token-too-wide"])) as cloud:
        assert asked(cloud, "/accounts/{account}/workers/scripts").json()["result"]
        assert asked(cloud, "/accounts/{account}/cfd_tunnel").status_code == 403


def test_an_expired_token_is_told_so_and_nothing_else() -> None:
    with Cloud(cloud_faults(["api-token-expired"])) as cloud:
        paths = {"user": "/user/tokens/verify", "account": "/accounts/{account}/tokens/verify"}
        verified = asked(cloud, paths[cloud.plan.api.token_kind])
        assert verified.json()["result"]["status"] == "expired"
        assert asked(cloud, "/zones").status_code == 401
