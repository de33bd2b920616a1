"""Clients of the tests' own: they share nothing with the suite's."""

import contextlib
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import paramiko
from cloudflare import Cloudflare
from cloudflare.types.ai_gateway import LogListResponse

from fixtures.rehearsal import Cloud, Rehearsal
from tests import plain_http

MESSAGES = [{"role": "user", "content": "nonce-of-the-test"}]
MESSAGE = {"model": "claude-haiku-4-5", "max_tokens": 16, "messages": MESSAGES}
CHAT = {"model": "gpt-4.1-mini", "messages": MESSAGES}
VERSION = {"anthropic-version": "2023-06-01"}


def to_worker(
    cloud: Cloud,
    path: str = "/v1/messages",
    body: Mapping[str, Any] = MESSAGE,
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    token = {"authorization": f"Bearer {cloud.auth_token}"}
    sent = VERSION | token | dict(headers or {})
    return plain_http.post(cloud.worker_url + path, json=body, headers=sent)


@dataclass
class Log:
    """The log of the settings' AI Gateway, through Cloudflare's SDK."""

    client: Cloudflare
    account_id: str
    gateway_id: str

    def rows(self, **query: Any) -> list[LogListResponse]:
        found = self.client.ai_gateway.logs.list(
            self.gateway_id, account_id=self.account_id, **query
        )
        return found.result

    def request(self, row_id: str) -> str:
        answer = self.client.ai_gateway.logs.with_raw_response.request(
            row_id, account_id=self.account_id, gateway_id=self.gateway_id
        )
        return answer.text()


@contextlib.contextmanager
def log_of(cloud: Cloud) -> Iterator[Log]:
    settings = cloud.settings
    with Cloudflare(
        api_token=settings["CLOUDFLARE_API_TOKEN"],
        base_url=settings["CLOUDFLARE_BASE_URL"],
        max_retries=0,
    ) as client:
        account, gateway = "CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_AI_GATEWAY_ID"
        yield Log(client, settings[account], settings[gateway])


@contextlib.contextmanager
def open_ssh(
    rehearsal: Rehearsal, user: str = "adminclaw", key_path: str | None = None
) -> Iterator[paramiko.SSHClient]:
    settings = rehearsal.settings
    kind, data = settings["SSH_HOST_KEY"].split()
    port = int(settings["SSH_PORT"])
    with paramiko.SSHClient() as client:
        key = paramiko.Ed25519Key(data=b64decode(data))
        client.get_host_keys().add(f"[{settings['VPS1_IP']}]:{port}", kind, key)
        client.connect(
            settings["VPS1_IP"],
            port=port,
            username=user,
            key_filename=key_path or settings["SSH_KEY_PATH"],
            look_for_keys=False,
            allow_agent=False,
        )
        yield client


@dataclass(frozen=True)
class Done:
    status: int
    stdout: str
    stderr: str


def run(client: paramiko.SSHClient, command: str, stdin: str = "") -> Done:
    streams = client.exec_command(command, timeout=60)
    with contextlib.ExitStack() as stack:
        given, stdout, stderr = (stack.enter_context(stream) for stream in streams)
        given.write(stdin)
        given.channel.shutdown_write()
        out, err = stdout.read().decode(), stderr.read().decode()
        return Done(stdout.channel.recv_exit_status(), out, err)


def ask_openclaw(rehearsal: Rehearsal, text: str = "hello", **headers: str) -> httpx.Response:
    """A message through the gateway's HTTP endpoint, from the VPS's own loopback."""
    settings = rehearsal.settings
    token = rehearsal.secrets["OPENCLAW_GATEWAY_TOKEN"]
    sent = {"authorization": f"Bearer {token}"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    address = f"http://127.0.0.1:{settings['OPENCLAW_GATEWAY_PORT']}/v1/chat/completions"
    body = {"model": "openclaw", "messages": [{"role": "user", "content": text}]}
    return plain_http.post(address, json=body, headers=sent, timeout=60)


def arrived(cloud: Cloud, party: str, nonce: str) -> list[str]:
    """The paths of the requests with the nonce that a party has received."""
    received = cloud.requests
    return [each.path for each in received if each.party == party and nonce in each.body]
