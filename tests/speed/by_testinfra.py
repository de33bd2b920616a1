"""The questions of the survey's smoke tier, asked one by one with pytest-testinfra.

It runs in an environment that has testinfra: `python by_testinfra.py BACKEND SSH_CONFIG HOME`.
"""

import sys

import testinfra  # type: ignore[import-not-found]

# A provider's key, as a pattern for grep.
KEYS = "sk-ant-[A-Za-z0-9_-]{20}|sk-proj-[A-Za-z0-9_-]{20}|AIza[A-Za-z0-9_-]{35}"


def main(backend: str, config: str, home: str) -> None:
    host = testinfra.get_host(f"{backend}://vps", ssh_config=config)
    env = host.file(f"{home}/openclaw/.env")
    assert env.exists
    assert env.mode == 0o600
    assert env.contains("AI_GATEWAY_AUTH_TOKEN")
    assert not env.contains("sk-ant-")
    state = host.file(f"{home}/.openclaw/openclaw.json")
    assert state.exists
    assert "baseUrl" in state.content_string
    assert host.run("docker inspect openclaw-gateway").rc == 0
    assert host.run(f"grep -rlE '{KEYS}' {home}").rc == 1
    assert host.run(f"grep -lE '{KEYS}' /proc/[0-9]*/environ").rc in {0, 1, 2}
    for table in ("tcp", "tcp6"):
        assert host.run(f"cat /proc/net/{table}").rc == 0
    for name in ("models.json", "auth-profiles.json"):
        assert not host.file(f"{home}/.openclaw/agents/main/agent/{name}").exists
    assert not host.file(f"{home}/openclaw/docker-compose.yml").exists
    assert host.run("docker ps --all --quiet --no-trunc").succeeded
    assert host.run(f"grep -lE '{KEYS}' /proc/[0-9]*/cmdline").rc in {0, 1, 2}


if __name__ == "__main__":
    main(*sys.argv[1:])
