"""A key without a prefix is told by the form of what it is in, and by how its file is called."""

import base64
import json

import pytest

from fixtures.keys.rules import made_up
from tests.survey.archive_files import tar_of
from tests.survey.vps import AUTH_TOKEN, HOME, Vps

KEY = "<30>A1"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: own\n"
ROWS = "id,provider,url,api_key\n1,own,https://own.example,{auth}\n2,mistral,,{key}\n"
COPY = "COPY public.providers (id, name, api_key) FROM stdin;\n1\tcohere\t{key}\n\\.\n"
CREATED = "CREATE TABLE `channels` (\n  `id` int,\n  `url` text,\n  `token` text\n);\n"
INSERTED = "INSERT INTO `channels` VALUES (1,'https://api.mistral.ai','{key}');\n"
DOCUMENTS = {
    "io.datasette.llm/keys.json": '{{"// Note": "Do not share!", "mistral": "{key}"}}',
    "old/api_keys.yaml": "openai: {auth}\nmistral: {key}\n",
    "stack/secrets.toml": 'mistral-key = "{key}"\n',
    "secret.yaml": SECRET + "stringData:\n  mistral: {key}\n",
    "secret-key.yml": SECRET + "stringData:\n  own: {auth}\n  mistral-key: '{key}'\n",
    "encoded.yaml": SECRET + "data:\n  mistral: {base64}\n",
    "before.yaml": "data:\n  cohere-api-key-prod: {base64}\nkind: Secret\n---\nkind: Service\n",
    ".netrc": "machine own.example login a password b\n"
    "machine api.mistral.ai login x password {key}\n",
    "_netrc": "machine api.cohere.com\n  login x\n  password {key}\n",
    ".authinfo": "machine api.mistral.ai login apikey port https password {key}\n",
    "vars.tf": 'variable "mistral_api_key" {{\n  default = "{key}"\n}}\n',
    "typed.tf": 'variable "cohere_api_key" {{\n  type = string\n  description = "a = b"\n'
    '  sensitive   = true\n  default     = "{key}"\n}}\n',
    "other.tf": 'variable "sambanova_api_key" {{ default = "{key}" }}\n',
    "vars.tf.json": '{{"variable": {{"mistral_api_key": {{"type": "a", "default": "{key}"}}}}}}',
    f"~/{HOME}/own/call.py": 'client = Mistral("{key}")\n',
    f"~/{HOME}/own/call.js": "const a = new ChatMistralAI('{key}')\n",
    f"~/{HOME}/own/cohere.py": 'import cohere\nco = cohere.Client("{key}")\n',
    f"~/{HOME}/own/second.py": 'co = cohere.ClientV2(\n    "{key}",\n)\n',
    "haproxy.cfg": "backend b\n  server s api.mistral.ai:443 ssl\n"
    '  http-request set-header Authorization "Bearer {key}"\n',
    "Caddyfile": 'reverse_proxy https://api.mistral.ai {{\n'
    '  header_up Authorization "Bearer {key}"\n}}\n',
    "config.ini": "[own]\nkey = {auth}\n[cohere]\nkey = {key}\n",
    "credentials": "[mistral]\nkey={key}\n",
    "rows.csv": ROWS,
    "rows.tsv": ROWS.replace(",", "\t"),
    "named.sql": "INSERT INTO providers (name, url, api_key) VALUES "
    "('own', 'https://own.example', '{auth}'), ('mistral', 'https://api.mistral.ai/v1', '{key}');",
    "created.sql": CREATED + INSERTED,
    "copied.sql": COPY,
    "request.http": "POST https://api.mistral.ai/v1/chat/completions\nAccept: */*\n"
    "Authorization: Bearer {key}\n\n{{}}\n",
    "curl.txt": "> POST /v1/chat HTTP/2\n> Host: api.mistral.ai\n> x-api-key: {key}\n> \n",
    "trace.md": "GET /v1/models HTTP/1.1\r\nauthorization: bearer {key}\r\n"
    "host: api.mistral.ai\r\n",
    f"~/{HOME}/own/MEMORY.md": "- **Mistral API key**: `{key}`\n",
    f"~/{HOME}/own/notes.txt": "the mistral.ai account, old\nMistral's key is {key}\n",
    "credentials.xml": "<entry><id>mistral-api-key</id>\n <secret>{key}</secret></entry>\n",
    "own.plist": "<dict><key>MISTRAL_API_KEY</key>\n  <string>{key}</string></dict>\n",
    f"~/{HOME}/own/a.rs": 'const MISTRAL_API_KEY: &str = "{key}";\n',
    f"~/{HOME}/own/a.ts": "export const mistralApiKey: string = '{key}'\n",
    f"~/{HOME}/own/a.go": 'var mistralAPIKey string = "{key}"\n',
    f"~/{HOME}/own/A.java": 'm = MistralAiChatModel.builder().apiKey("{key}").build();',
    "secret.env": "LLM_PROVIDER=mistral\nLLM_SECRET={key}\n",
    "short.env": "LLM_PROVIDER=mistral\nLLM_KEY={key}\n",
}  # fmt: skip
OTHERS = {
    "keys.json": '{{"own": "{key}", "mistral": "{auth}", "mistral-model": "own"}}',
    "versions.json": '{{"mistral": "{key}"}}',
    "map.yaml": "kind: ConfigMap\ndata:\n  mistral: {key}\n",
    "sealed.yaml": "kind: SealedSecret\nencryptedData:\n  mistral: {key}\n",
    "beside.yaml": SECRET + "data:\n  own: x\n---\nkind: ConfigMap\ndata:\n  mistral: {key}\n",
    "own.yaml": SECRET + "stringData:\n  own: {key}\n  mistral: {auth}\n",
    "token.yaml": SECRET + "data:\n  mistral: {auth64}\n  cohere: {path64}\n",
    ".netrc": "machine own.example login mistral password {key}\nmachine api.mistral.ai login x\n",
    "_netrc": "machine api.mistral.ai login x password {auth}\n",
    "vars.tf": 'variable "mistral_api_key" {{\n  type = string\n}}\nvariable "own" {{\n'
    '  default = "{key}"\n}}\n',
    "ref.tf": 'variable "mistral_api_key" {{ default = "{auth}" }}\n'
    'locals {{ default = "{key}" }}\n',
    f"~/{HOME}/own/call.py": 'Mistral(os.environ["{key}"])\nOwn("{key}")\nmistral.chat("{key}")\n',
    f"~/{HOME}/own/auth.py": 'Mistral("{auth}")\nMistral("mistral-large-latest-instruct-2411")\n',
    "haproxy.cfg": "backend b\n  server s api.mistral.ai:443 ssl\n"
    'backend own\n  http-request set-header Authorization "Bearer {key}"\n',
    "config.ini": "[cohere]\nmodel = own\n[own]\nkey = {key}\n",
    "usage.csv": "provider,request_id,checksum\nmistral,{key},{key}\n",
    "cache.csv": "key,provider\n{hex},mistral\n",
    "rows.csv": "provider,api_key\nown,{key}\nmistral,{auth}\n",
    "ids.sql": "INSERT INTO uses (id, provider, api_key) VALUES ('{key}', 'mistral', NULL);",
    "unnamed.sql": "INSERT INTO uses VALUES ('{key}', 'mistral', 1);",
    "own.sql": "INSERT INTO keys (name, api_key) VALUES ('mistral', '{auth}'), ('own', '{key}');",
    "request.http": "POST https://api.mistral.ai/v1\nAccept: */*\n\n"
    "GET https://own.example\nAuthorization: Bearer {key}\n",
    "requests.http": "GET https://own.example\n\nPOST https://api.mistral.ai/v1\nAccept: */*\n\n"
    "GET https://own.example\nAuthorization: Bearer {key}\n",
    "curl.txt": "> Host: own.example\n> x-api-key: {key}\n> \n> Host: api.mistral.ai\n",
    f"~/{HOME}/own/MEMORY.md": "- Mistral API key: `{auth}`\n- the mistral key has {hex}\n"
    "- Mistral API key: see vault/secrets/mistral-production-2026.txt\n",
    "credentials.xml": "<id>own-api-key</id><secret>{key}</secret>\n<id>mistral</id>\n",
    "own.plist": "<key>MISTRAL_API_KEY</key>\n<true/><key>a</key><string>{key}</string>\n",
    f"~/{HOME}/own/a.ts": "const mistralApiKeyName: string = '{key}'\n",
    f"~/{HOME}/own/A.java": 'Mistral.builder().build();\nOwn.builder().apiKey("{key}");\n',
    "app.env": "LLM_PROVIDER=mistral\nSECRET={key}\nAPP_SECRET={key}\nSESSION_KEY={key}\n",
}  # fmt: skip


def place(vps: Vps, documents: dict[str, str]) -> None:
    for number, (name, text) in enumerate(documents.items()):
        path = name[2:] if name.startswith("~/") else f"data/{number}/{name}"
        vps.write(path, written(text))


def written(text: str) -> str:
    key = made_up(KEY)
    encoded = {
        "base64": key,
        "auth64": AUTH_TOKEN,
        "path64": "/var/lib/own/secrets/of-the-provider-2026.txt",
    }
    told = {name: base64.b64encode(each.encode()).decode() for name, each in encoded.items()}
    return text.format(key=key, auth=AUTH_TOKEN, hex=made_up("<64:0123456789abcdef>"), **told)


def names(vps: Vps, tier: str = "acceptance") -> list[str]:
    paths = [each.path.removeprefix(f"{vps.root}/") for each in vps.survey(tier).findings]
    return sorted(f"~/{each}" if each.startswith(HOME) else each.split("/", 2)[2] for each in paths)


@pytest.mark.parametrize("has_grep", [True, False], ids=["with grep", "without grep"])
def test_a_key_is_found_by_the_form_of_its_document(vps: Vps, has_grep: bool) -> None:
    vps.has_grep = has_grep
    place(vps, DOCUMENTS)
    assert names(vps) == sorted(DOCUMENTS)


def test_what_is_in_such_a_document_and_of_something_else_is_none(vps: Vps) -> None:
    place(vps, OTHERS)
    assert names(vps) == []


def test_it_is_found_in_an_archive_and_in_a_processes_environment(vps: Vps) -> None:
    members = {name: written(DOCUMENTS[name]).encode() for name in (".netrc", "config.ini")}
    vps.write("data/x.tar", tar_of(members))
    environ = written("LLM_PROVIDER=mistral\nLLM_SECRET={key}\n").replace("\n", "\0")
    vps.write("proc/17/environ", environ)
    found = {
        (each.path.removeprefix(str(vps.root)), each.members)
        for each in vps.survey("acceptance").findings
    }
    assert found == {("/data/x.tar", (name,)) for name in members} | {("/proc/17/environ", ())}


def test_it_is_found_in_the_source_of_what_is_installed(vps: Vps) -> None:
    text = written(DOCUMENTS[f"~/{HOME}/own/call.py"])
    places = [vps.write("usr/lib/own/call.py", text)]
    places.append(vps.write(f"{HOME}/node_modules/own/call.js", text))
    found = [each.path for each in vps.survey("acceptance").findings]
    assert sorted(found) == sorted(map(str, places))


def test_a_document_of_json_in_json_is_one(vps: Vps) -> None:
    text = written('{{"kind":"Secret","stringData":{{"mistral":"{key}"}}}}')
    vps.write("data/x.yaml", f"annotation: {json.dumps(text)}\n")
    assert vps.survey().kinds == ["unrecognised-value"]
