"""Real programs deployed by the plan, with Cloudflare's side as stand-ins."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fixtures.rehearsal import Cloud
from tests.real.stack import RealStack, real_stack

# What the plan leaves in openclaw.json: the agent's model, and nothing about providers.
PLAN_ALONE: dict[str, object] = {
    "agents": {"defaults": {"model": {"primary": "anthropic/claude-sonnet-4-6"}}}
}


@dataclass(frozen=True)
class Deployed:
    """A deployment of real programs with Cloudflare's side as stand-ins."""

    stack: RealStack
    cloud: Cloud

    @property
    def settings(self) -> dict[str, str]:
        return {
            **self.cloud.settings,
            "VPS1_IP": "127.0.0.1",
            "SSH_USER": self.stack.ssh_user,
            "SSH_PORT": str(self.stack.ssh_port),
            "SSH_KEY_PATH": str(self.stack.ssh_key_path),
            "SSH_HOST_KEY": self.stack.ssh_host_key,
            "OPENCLAW_GATEWAY_PORT": str(self.stack.gateway_port),
            "OPENCLAW_HOME": str(self.stack.home),
            "SURVEY_ROOT": str(self.stack.root),
        }

    @property
    def secrets(self) -> dict[str, str]:
        return {**self.cloud.secrets, "OPENCLAW_GATEWAY_TOKEN": self.stack.gateway_token}

    def routed(self, *, endpoint: bool) -> dict[str, object]:
        return routed(self.cloud.worker_url, endpoint=endpoint)


def routed(worker: str, *, endpoint: bool) -> dict[str, object]:
    """The openclaw.json with which OpenClaw 2026.9.6 goes through the Worker."""
    providers = {
        "anthropic": {"baseUrl": worker, "api": "anthropic-messages", "models": []},
        "openai": {"baseUrl": f"{worker}/v1", "models": []},
    }
    http = {"endpoints": {"chatCompletions": {"enabled": endpoint}}}
    return {**PLAN_ALONE, "models": {"providers": providers}, "gateway": {"http": http}}


@contextmanager
def deployed_by_the_plan() -> Iterator[Deployed]:
    """To the letter: its requests go past the Worker until `openclaw.json` says otherwise."""
    with Cloud() as cloud, real_stack(cloud.worker_url, cloud.auth_token, PLAN_ALONE) as stack:
        yield Deployed(stack, cloud)
