"""What OpenClaw's process loads besides OpenClaw, by its command line and by what is mounted."""

from typing import Any

import pytest

from fixtures.vps.agent.configuration import Located, Reading
from fixtures.vps.agent.loading import flags, overlaid, preloaded, runtime_flags
from tests.routes.configured import configuration, reading, redaction_of
from tests.routes.judged import judged

GATEWAY = ["node", "dist/index.js", "gateway"]
STATE = "/home/node/.openclaw"
REDACTION = redaction_of({}, {})


def told(command: list[str], *mounts: str, folder: str = "/app") -> dict[str, Any]:
    docker = {
        "Config.Entrypoint": ["tini", "-s", "--"],
        "Config.Cmd": command,
        "Config.WorkingDir": folder,
        "Mounts": [{"Destination": each, "Source": "/data"} for each in (STATE, *mounts)],
    }
    usual = reading({})
    located = Located(docker, {}, "/nowhere", "")
    return Reading(usual.request, usual.values, usual.formats, located).loaded()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["node", "--import", "/hooks/redirect.mjs", "dist/index.js", "gateway"], "--import"),
        (["node", "--import=/x.mjs", "-r", "/x.cjs", "dist/index.js", "gateway"], "--import, -r"),
        (["node", "--experimental_loader=/x.mjs", "openclaw.mjs"], "--experimental-loader"),
        (["sh", "-c", "cd /app && exec node -r /x.js dist/index.js gateway"], "-r"),
        (["node", "--experimental-config-file=x", "dist/index.js"], "--experimental-config-file"),
        (["bun", "--preload", "./x.ts", "dist/index.js", "gateway"], "--preload"),
    ],
)
def test_a_command_line_that_loads_more_is_not_understood(command: list[str], words: str) -> None:
    said = judged(configuration(environment=told(command)))
    assert said.verdict == "inconclusive"
    assert f"the command loads another program ({words})" in said.words


@pytest.mark.parametrize(
    "command",
    [
        GATEWAY,
        ["node", "--max-old-space-size=2048", "dist/index.js", "gateway"],
        ["node", "--title", "claw", "/app/openclaw.mjs", "gateway", "-r", "x"],
        ["openclaw", "gateway", "--import"],
        ["sh", "-c", "sed -r s/a/b/ x; node dist/index.js gateway"],
    ],
)
def test_a_command_line_that_loads_nothing_more_is_right(command: list[str]) -> None:
    assert judged(configuration(environment=told(command))).verdict == "passed"


@pytest.mark.parametrize(
    ("command", "mount", "words"),
    [
        (GATEWAY, "/app/dist/index.js", "dist"),
        (GATEWAY, "/app/node_modules/undici", "node_modules"),
        (["node", "/srv/openclaw.mjs", "gateway"], "/srv/node_modules", "node_modules"),
        (["openclaw", "gateway"], "/usr/lib/node_modules/openclaw/dist", "dist"),
    ],
)
def test_a_mount_over_a_part_of_openclaw_is_not_understood(
    command: list[str], mount: str, words: str
) -> None:
    said = judged(configuration(environment=told(command, mount)))
    assert said.verdict == "inconclusive"
    assert f"a mount replaces a part of OpenClaw ({words})" in said.words


@pytest.mark.parametrize(
    "mounts",
    [
        ("/app/.env", "/app/skills", "/app/data/dist"),
        ("/app", "/app/node_modules"),  # a checkout that is mounted, with its packages apart
        ("/usr/lib/node_modules",),
        ("/usr/lib/node_modules/openclaw",),
        ("/application/dist",),
    ],
)
def test_what_is_mounted_beside_openclaw_is_right(mounts: tuple[str, ...]) -> None:
    assert judged(configuration(environment=told(GATEWAY, *mounts))).verdict == "passed"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("/hooks/redirect.so", "redirect.so"),
        ("libjemalloc.so.2:/hooks/libredirect.so.1", "libredirect.so.1"),
        ("/usr/lib/libjemalloc.so.2 /hooks/libtcmalloc_redirect", "a-file-of-another-name"),
    ],
)
def test_a_library_that_is_loaded_first_is_not_understood(value: str, words: str) -> None:
    """It may send each connection elsewhere."""
    environment = {"LD_PRELOAD": value}
    said = judged(
        configuration(environment=reading(environment).environment(environment, REDACTION))
    )
    assert said.verdict == "inconclusive"
    assert f"LD_PRELOAD loads another program ({words})" in said.words


@pytest.mark.parametrize(
    "value",
    [
        "",
        "libjemalloc.so.2",
        "/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4",
        "libmimalloc.so",
    ],
)
def test_a_library_that_manages_memory_is_right(value: str) -> None:
    environment = {"LD_PRELOAD": value}
    assert reading(environment).environment(environment, REDACTION) == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"--require" "/x.js"', ["--require"]),
        ("--experimental_loader=/x.mjs --no-warnings", ["--experimental-loader", "--no-warnings"]),
        ('--title="it\'s" -r /x', ["--title", "-r"]),
        ("--title='broken --import x", ["--title", "--import"]),
    ],
)
def test_options_are_read_as_node_reads_them(text: str, found: list[str]) -> None:
    assert flags(text) == found


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("node -r /x.js --import /y.mjs dist/index.js -r z", ["-r", "--import"]),
        ("tini -- /usr/bin/node --import=/y.mjs dist/index.js", ["--import"]),
        ("env A=1 nodejs --loader x --preload y index.cjs", ["--loader", "--preload"]),
        ("node node -r x", ["-r"]),
        ("node -r", ["-r"]),
        ("node -x.js -r y index.mjs", ["-r"]),
        ("node --title=x index.ts --import y", ["--import"]),
        ("python -r x node", []),
        ("-r x node index.js", []),
        ("-r node index.js", []),
        ("a b -r node index.js", []),
        ("", []),
    ],
)
def test_all_options_before_the_program_are_found(command: str, found: list[str]) -> None:
    assert runtime_flags(command.split()) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/a/one.so:/b/libjemalloc.so.2  two.so.1\tlibmimalloc-secure.so", ["one.so", "two.so.1"]),
        (f"/a/{'x' * 60}.so", [f"{'x' * 60}.so"]),
        (f"/a/{'x' * 61}.so", ["a-file-of-another-name"]),
        (" : ", []),
    ],
)
def test_all_libraries_are_found(text: str, found: list[str]) -> None:
    assert preloaded(text) == found


@pytest.mark.parametrize(
    ("command", "mounts", "parts"),
    [
        ("node dist/index.js", ["/app/dist", "/app/x", "/app/package.json"],
         {"dist", "package.json"}),
        ("node ../srv/dist/entry.js", ["/srv/node_modules/x"], {"node_modules"}),
        ("node /dist/index.js", ["/openclaw.mjs"], {"openclaw.mjs"}),
        ("node dist/index.js", ["/app/distant", "/other/dist"], set()),
        ("node dist/index.js", ["/app/dist", "/app"], set()),
        ("x", ["/a/node_modules/openclaw", "/a/node_modules/openclaw/dist"], set()),
        ("x", ["/a/node_modules/openclaw/dist/b"], {"dist"}),
        ("x", [], set()),
    ],
)  # fmt: skip
def test_all_parts_that_are_replaced_are_found(
    command: str, mounts: list[str], parts: set[str]
) -> None:
    assert overlaid(command.split(), "/app", mounts) == parts
