"""Makes the corpus: a VPS's tree with keys in every format, place and encoding, and look-alikes.

Every key is made up from the seed at run time; none is real, and none is in this source.
"""

import re
from pathlib import Path

from fixtures.rehearsal.faults.databases import DATABASES
from fixtures.rehearsal.faults.encodings import FORMS, whole_env
from fixtures.rehearsal.faults.key_places import ENV, JSON, OPENCLAW, PLACES, STATE, KeyPlace
from fixtures.rehearsal.faults.packs import PACKS, file_name, swap_file, tar, zipped
from fixtures.rehearsal.vps.machine import docker_files, machine_files
from tests.corpus import harmless, harmless_tools
from tests.corpus.builder import Builder
from tests.corpus.formats import FORMATS
from tests.corpus.labels import FINGERPRINT, Corpus

ONE = "anthropic-api"  # the format that is in every place and every encoding
# Forms in which a variable's name stands by its value, as far as a scanner can be asked to see.
NAMED = ("quoted", "export", "commented-out", "json", "yaml", "nul-separated", "base64-file")
SUSPICIOUS = re.compile(rb"sk-|sha|[0-9a-f]{32}|API_KEY")
TOKEN_VARIABLES = ("MISTRAL_API_KEY", "COHERE_API_KEY", "ANTHROPIC_API_KEY", "TOGETHER_API_KEY")
OWN_PLACES = (
    KeyPlace("env", "smoke", "", f"{OPENCLAW}/.env", ENV, ""),
    KeyPlace("compose", "smoke", "", f"{OPENCLAW}/docker-compose.yml", f"      - {ENV}", ""),
    KeyPlace("openclaw-json", "nightly", "", f"{STATE}/openclaw.json", JSON, ""),
)


def make_corpus(root: Path, seed: int) -> Corpus:
    """Write the tree below `root`, and give its labels. The same for the same seed."""
    builder = Builder(root, seed)
    tokens = (builder.corpus.auth_token, builder.corpus.gateway_token)
    for path, data in machine_files(*tokens, builder.draw.hex_of).items():
        builder.add(path, data)
        builder.label_harmless(path, SUSPICIOUS)
    _add_harmless(builder)
    _add_formats(builder)
    _add_places(builder)
    _add_archives_and_databases(builder)
    _add_encodings(builder)
    _add_prefixless(builder)
    return builder.write()


def _add_formats(builder: Builder) -> None:
    for each in FORMATS:
        value, path = each.key(builder.draw), f"opt/services/{each.variant}/.env"
        builder.add(path, whole_env(each.variable, value))
        builder.label(each, value, path)


def _add_places(builder: Builder) -> None:
    for place in (*OWN_PLACES, *PLACES):
        kind, value = builder.new_key(ONE)
        builder.add(place.path, place.written(value))
        context = f"place: {place.name.removeprefix('key-in-')}"
        builder.label(kind, value, place.path, tier=place.tier, context=context)
    _add_docker(builder)


def _add_docker(builder: Builder) -> None:
    kind, value = builder.new_key(ONE)
    env = {kind.variable: value, "TZ": "UTC"}
    files = docker_files(builder.draw.hex_of(32), env, builder.draw.hex_of)
    config, log = files
    builder.add(config, files[config])
    builder.label(kind, value, config, tier="nightly", context="place: docker-config")
    kind, value = builder.new_key(ONE)
    builder.add(log, files[log] + FORMS["json-line"](kind.variable, value))
    builder.label(kind, value, log, tier="nightly", context="place: docker-log")


def _add_archives_and_databases(builder: Builder) -> None:
    backups = f"{STATE}/backups"
    packed = {
        f"{backups}/openclaw_backup_20261122.tar.gz": ("backup", PACKS["tar-gz"]),
        f"{backups}/openclaw_month_202611.tar.gz": (
            "nested-backup",
            lambda data: tar(tar(data, compression="gz"), "backups/day.tar.gz", "gz"),
        ),
        f"{backups}/before-upgrade.bak": ("renamed-backup", zipped),
        f"{OPENCLAW}/.env.swo": ("vim-swap-file", swap_file),
    }
    for path, (name, pack) in packed.items():
        kind, value = builder.new_key(ONE)
        builder.add(path, pack(whole_env(kind.variable, value)))
        builder.label(
            kind, value, path, tier="nightly", chain=("plain", name), context=f"place: {name}"
        )
    for name, files in DATABASES.items():
        kind, value = builder.new_key(ONE)
        path = f"{STATE}/agents/{name}/agent/openclaw-agent.sqlite"
        for suffix, data in files(value).items():
            builder.add(path + suffix, data)
        builder.label(kind, value, path, tier="nightly", chain=(name,), context=f"place: {name}")


def _add_encodings(builder: Builder) -> None:
    for form in filter("plain".__ne__, FORMS):
        builder.plant(ONE, f"srv/forms/{form}", form, context=f"as: {form}")
    for name, pack in PACKS.items():
        kind, value = builder.new_key(ONE)
        path = f"srv/packs/{file_name(name)}"
        builder.add(path, pack(whole_env(kind.variable, value)))
        builder.label(kind, value, path, chain=("plain", name), context=f"as: {name}")


def _add_prefixless(builder: Builder) -> None:
    """Keys without a prefix: by their variables' names, or by nothing but their fingerprints."""
    for form in NAMED:
        builder.plant("mistral", f"srv/named/mistral/{form}", form)
        builder.plant("cohere", f"srv/named/cohere/{form}", form)
    for variant in ("mistral", "cohere", "azure-old", "together-old"):
        for form in ("plain", "csv", "base64-value", "utf-16-le"):
            path = f"srv/neutral/{variant}/{form}"
            builder.plant(variant, path, form, variable="SERVICE_SETTING", by=FINGERPRINT)
    for variant in ("mistral", "cloudflare-old", "cloudflare-global"):
        kind, value = builder.new_key(variant)
        path = f"root/bare/{variant}.txt"
        builder.add(path, f"{value}\n".encode())
        builder.label(kind, value, path, by=FINGERPRINT)


def _add_harmless(builder: Builder) -> None:
    auth, gateway = builder.corpus.auth_token, builder.corpus.gateway_token
    for path, lines in {**harmless.LINES, **harmless_tools.LINES}.items():
        filled = [builder.draw.filled(line) for line in lines]
        whole = [_with_tokens(line, auth, gateway) for line in filled]
        builder.harmless_lines(path, path.rpartition("/")[2], whole)
    for number, form in enumerate(FORMS):
        variable = TOKEN_VARIABLES[number % len(TOKEN_VARIABLES)]
        builder.harmless_file(f"srv/own/auth/{form}", form, FORMS[form](variable, auth))
    for form in ("json", "url-query", "base64-file", "hex", "utf-16-le", "nul-separated", "xml"):
        data = FORMS[form]("OPENCLAW_GATEWAY_TOKEN", gateway)
        builder.harmless_file(f"srv/own/gateway/{form}", form, data)
    for name, pack in PACKS.items():
        data = pack(whole_env("MISTRAL_API_KEY", auth))
        builder.harmless_file(f"srv/own/packs/{file_name(name)}", name, data)
    for name, data in DATABASES["database"](auth).items():
        builder.harmless_file(f"srv/own/token.sqlite{name}", "database", data)


def _with_tokens(line: str, auth: str, gateway: str) -> str:
    """The words at a line's end or before a delimiter, not those within variables' names."""
    for word, token in (("AUTH", auth), ("GATEWAY", gateway)):
        for before in ("=", "='", '="', "Bearer ", "-oat-"):
            line = line.replace(f"{before}{word}", f"{before}{token}")
    return line
