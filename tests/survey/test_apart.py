"""A key without a prefix is told by a name that is elsewhere: in its command, object or request."""

import json
from pathlib import Path

import pytest

from fixtures.keys.rules import made_up
from tests.survey.vps import AUTH_TOKEN, HOME, Vps

KEY = "<30>A1"
HISTORY, SH = f"{HOME}/N/.bash_history", f"{HOME}/N/deploy.sh"
JSON, YAML, SQL = "data/N/config.json", "data/N/config.yaml", "data/N/a.sql"
FLOW = {"type": "str", "advanced": False, "display_name": "Mistral API Key", "value": "{key}"}
ENVOY = """\
request_headers_to_add:
- header:
    key: {header}
    value: "Bearer {{key}}"
clusters:
- name: own
  endpoint: {{{{ address: {{{{ socket_address: {{{{ address: {host}, port_value: 443 }}}} }}}} }}}}
"""
KONG = """\
services:
- name: first
  url: https://own.example
- name: second
  url: https://{host}
  plugins:
  - config:
      headers:
      - 'Authorization:Bearer {{key}}'
"""
INSOMNIA = """\
- url: https://api.mistral.ai/v1/models
  name: own
  method: GET
  authentication:
    type: bearer
    token: {key}
"""
BRUNO = """\
get {{
  url: https://api.mistral.ai/v1
}}

auth:bearer {{
  token: {key}
}}
"""


def braced(value: object) -> str:
    """JSON, with its braces as `format` wants them."""
    return json.dumps(value).replace("{", "{{").replace("}", "}}").replace("{{key}}", "{key}")


def request(url: str, **more: object) -> str:
    """As a collection of Postman's has one, beside one of somebody else."""
    own = {"name": "own", "request": {"url": {"raw": "https://own.example/v1"}}}
    return braced({"item": [own, {"name": "x", "request": {**more, "url": {"raw": url}}}]})


BEARER = {"type": "bearer", "bearer": [{"key": "token", "value": "{key}", "type": "string"}]}
HEADERS = [{"key": "Authorization", "value": "Bearer {key}", "type": "text"}]
# Where it is, and what it is in.
COMMANDS = {
    "gh, with its body": (HISTORY, "gh secret set MISTRAL_API_KEY --body {key}\n"),
    "gh, in short": (HISTORY, "gh secret set MISTRAL_API_KEY -b '{key}'\n"),
    "gh, its body first": (HISTORY, 'gh secret set --body "{key}" MISTRAL_API_KEY\n'),
    "gh, by a pipe": (HISTORY, "echo {key} | gh secret set MISTRAL_API_KEY\n"),
    "wrangler": (SH, "echo '{key}' | npx wrangler secret put MISTRAL_API_KEY\n"),
    "wrangler, by a here-string": (SH, 'wrangler secret put MISTRAL_API_KEY <<< "{key}"\n'),
    "a here-document": (SH, "wrangler secret put MISTRAL_API_KEY <<EOF\n{key}\nEOF\n"),
    "GitHub's output": (SH, "MISTRAL_API_KEY<<gh_5ca1c0e1-6bd9-4f38-9e51-f8c0f5\n{key}\ngh_5\n"),
    "read": (SH, "read -r MISTRAL_API_KEY <<'EOF'\n{key}\nEOF\n"),
    "Docker": (HISTORY, "printf {key} | docker secret create mistral_api_key -\n"),
    "Docker, with a form": (HISTORY, 'printf "%s" "{key}" | docker secret create cohere_api_key -'),
    "into a file": (HISTORY, "echo -n {key} > /run/secrets/mistral_api_key\n"),
    "systemd": (HISTORY, "echo {key} | systemd-creds encrypt --name=mistral_api_key - x\n"),
    "AWS": (HISTORY, "aws ssm put-parameter --name /own/MISTRAL_API_KEY --value {key}\n"),
    "AWS, the other way": (SH, 'aws ssm put-parameter --value "{key}" --name /mistral_api_key\n'),
    "Azure": (HISTORY, "az keyvault secret set --name mistral-api-key --value {key}\n"),
    "in zsh": (f"{HOME}/N/.zsh_history", ": 1767:0;echo {key} | vercel env add CO_API_KEY\n"),
    "Vault": (HISTORY, "vault kv put secret/mistral api_key={key}\n"),
    "Vault, by its name": (HISTORY, "vault kv put secret/own mistral={key}\n"),
    "Kubernetes": (HISTORY, "kubectl create secret generic mistral --from-literal=api-key={key}\n"),
    "pass": (HISTORY, "pass insert -m own/mistral <<< {key}\n"),
    "llm": (HISTORY, "llm keys set mistral --value {key}\n"),
    "OpenClaw, by a pipe": (SH, "echo {key} | openclaw models auth paste-token --provider=cohere"),
    "OpenClaw's first start": (SH, "openclaw onboard --token-provider mistral --token {key}\n"),
    "curl's user": (HISTORY, "curl -u {key}: https://api.mistral.ai/v1/models\n"),
    "in a schedule": ("etc/N/cron.d/own", "@hourly root curl -u x:{key} https://api.mistral.ai\n"),
    "an address's user": (HISTORY, "curl https://{key}@api.mistral.ai/v1/models\n"),
    "an address's password": ("data/N/own.conf", "url = https://user:{key}@api.mistral.ai/v1\n"),
    "in a long history": (HISTORY, "ls\n" * 40_000 + "llm keys set cohere --value {key}"),
}  # fmt: skip
OBJECTS = {
    "Name and Value": (JSON, '[{{"Name": "/own/MISTRAL_API_KEY", "Type": "a", "Value": "{key}"}}]'),
    "Value and Name": (JSON, '[{{"Value": "{key}", "Type": "a", "Name": "MISTRAL_API_KEY"}}]'),
    "over lines": (JSON, '[{{\n  "Value": "{key}",\n  "Type": 1,\n  "Name": "co_api_key"\n}}]'),
    "of Kubernetes": (YAML, "env:\n  - value: {key}\n    name: MISTRAL_API_KEY\n"),
    "of an interface": (JSON, '{{"name": "MISTRAL_API_KEY", "content": "{key}"}}'),
    "Postman's environment": ("srv/N/a.postman_environment.json",
        '{{"values": [{{"key": "MISTRAL_API_KEY", "type": "secret", "value": "{key}"}}]}}'),
    "Langflow's": (JSON, braced({"mistral_api_key": FLOW})),
    "Langflow's, by title": (JSON, braced({"api_key": FLOW})),
    "Bitwarden's": (JSON, '{{"name": "Mistral API key", "login": {{"password": "{key}"}}}}'),
    "several keys": (f"{HOME}/N/.env", "OPENAI_API_KEYS={auth};{key}\n"),
    "a list": (YAML, "own:\n  mistral:\n    keys:\n      - {key}\n"),
    "a list that is not indented": (YAML, "mistral:\n  keys:\n  - {key}\n"),
    "its second": (YAML, "mistral:\n  api_keys:\n    - {auth}\n    - '{key}'\n"),
    "a list's second in JSON": (JSON, '{{"mistral": {{"apiKeys": ["{auth}", "{key}"]}}}}'),
    "a list in TOML": ("data/N/a.toml", '[mistral]\nkeys = [\n  "{auth}",\n  "{key}",\n]\n'),
    "a list of objects": (YAML, "mistral:\n  api-key-entries:\n    - api-key: {key}\n"),
    "a list in a file of keys": ("data/N/keys.yaml", "mistral:\n  - {key}\n"),
    "an object of keys": (JSON, '{{"api_keys": {{"own": "{auth}", "mistral": "{key}"}}}}'),
    "a map of keys": ("data/N/own.tfvars", 'keys = {{\n  mistral = "{key}"\n}}\n'),
    "a program's arguments": (JSON, '{{"args": ["-y", "mistral-ocr", "--api-key", "{key}"]}}'),
    "TOML in a line": ("data/N/a.toml", 'mistral = {{ url = "x", api_key = "{key}" }}\n'),
    "Lisp": (f"{HOME}/N/init.el",
        '(gptel-make-openai "own"\n  :host "api.mistral.ai"\n  :key "{key}"\n  :models nil)\n'),
    "SQL": (SQL, "INSERT INTO t VALUES ('own', '{auth}'), ('mistral', '{key}');\n"),
    "SQL, by its table": (SQL, "INSERT INTO provider_keys VALUES (1,'cohere','{key}',1);"),
}  # fmt: skip
REQUESTS = {
    "Envoy": ("data/N/envoy.yaml", ENVOY.format(header="authorization", host="api.mistral.ai")),
    "Envoy's x-api-key": ("data/N/a.yaml", ENVOY.format(header="x-api-key", host="api.cohere.com")),
    "Kong": ("data/N/kong.yml", KONG.format(host="api.mistral.ai")),
    "Kong's provider": (YAML, "auth:\n  header_value: Bearer {key}\nmodel:\n  provider: mistral\n"),
    "Postman's token": ("srv/N/postman.json", request("https://api.mistral.ai", auth=BEARER)),
    "Postman's header": (JSON, request("https://api.mistral.ai/v1", method="GET", header=HEADERS)),
    "Insomnia's": ("data/N/insomnia.yaml", INSOMNIA),
    "Bruno's": ("data/N/own.bru", BRUNO),
    "a browser's": ("srv/N/own.har", braced({"request": {"url": "https://api.mistral.ai/v1",
        "headers": [{"name": "Authorization", "value": "Bearer {key}"}]}})),
}  # fmt: skip
FORMS = COMMANDS | OBJECTS | REQUESTS
OTHERS = {
    "a variable": (HISTORY, 'gh secret set MISTRAL_API_KEY --body "$MISTRAL_API_KEY_OF_STAGE_2"'),
    "our token": (HISTORY, "echo {auth} | gh secret set MISTRAL_API_KEY\n"),
    "an identifier": (HISTORY, "gh secret set MISTRAL_API_KEY_ID --body {key}\n"),
    "another's": (HISTORY, "gh secret set OWN_API_KEY --body {key} # not MISTRAL\n"),
    "another option": (HISTORY, "MISTRAL_API_KEY=$KEY own --value {key}\n"),
    "a checksum": (HISTORY, "echo {hex} mistral-7b.gguf | sha256sum -c\n"),
    "a checksum of a file": (HISTORY, "echo '{hex}  mistral_api_key.txt' | sha256sum -c\n"),
    "a commit": (HISTORY, "git checkout {hex} # the mistral key\n"),
    "another command": (HISTORY, "curl -d mistral={key} https://own.example\n"),
    "another host": (HISTORY, "curl -u {key}: https://own.example # not https://mistral\n"),
    "another's user": (HISTORY, "git clone https://{key}@own.example/mistral.ai\n"),
    "another's here-document": (SH, "MISTRAL_API_KEY=$A own <<EOF\n{key}\nEOF\n"),
    "another object": (JSON, '[{{"Name": "CO_API_KEY", "Value": "x"}}, {{"Value": "{key}"}}]'),
    "an object's identifier": (JSON, '[{{"Name": "MISTRAL_API_KEY_ID", "Value": "{key}"}}]'),
    "an object's digest": (JSON, '[{{"Name": "MISTRAL_API_KEY", "ValueSha256": "{hex}"}}]'),
    "another title": (JSON, '{{"name": "Mistral API key label", "password": "{key}"}}'),
    "several of ours": (f"{HOME}/N/.env", "OPENAI_API_KEYS={auth};{auth}\n"),
    "a row": ("data/N/rows.txt", "MISTRAL_API_KEY,{auth},{hex}\n"),
    "another list": (YAML, "mistral:\n  models:\n    - {hex}\n  digests:\n    - {hex}\n"),
    "a list of ours": (YAML, "mistral:\n  api_keys:\n    - {auth}\nown:\n  keys:\n    - {key}\n"),
    "other keys": (JSON, '{{"api_keys": {{"mistral": "{auth}", "own": "{key}"}}}}'),
    "no keys": (JSON, '{{"checksums": {{"mistral": "{hex}"}}}}'),
    "another program": (JSON, '[{{"args": ["mistral"]}}, {{"args": ["--api-key", "{key}"]}}]'),
    "a placeholder": (f"{HOME}/N/a.el", '(x :host "mistral.ai" :key "your-key-goes-here-123456")'),
    "SQL of uses": (SQL, "INSERT INTO uses VALUES (1,'mistral','{key}');\n"),
    "SQL of digests": (SQL, "INSERT INTO provider_keys VALUES (1,'mistral','{hex}');"),
    "Envoy's own": ("data/N/e.yaml", ENVOY.format(header="authorization", host="own.example")),
    "Envoy, another header": ("data/N/e.yaml", ENVOY.format(header="x-own", host="api.mistral.ai")),
    "Kong's own": ("data/N/kong.yml", KONG.format(host="own.example") + "# api.mistral.ai\n"),
    "Kong's other": ("data/N/kong.yml", KONG.format(host="api.mistral.ai").replace("key", "auth")),
    "another request": (JSON, request("https://own.example/mistral", header=HEADERS)),
    "beside a request": (JSON, braced({"a": [{"url": "https://own.example", "headers": HEADERS}],
        "b": [{"url": "https://api.mistral.ai"}]})),
}  # fmt: skip


def told(vps: Vps, forms: dict[str, tuple[str, str]]) -> list[str]:
    """The names of those forms in which something is found; each is on a VPS of its own."""
    values = {"key": KEY, "hex": "<64:0123456789abcdef>"}
    paths = {}
    for number, (name, (path, text)) in enumerate(forms.items()):
        place = path.replace("N", str(number))
        made = {each: made_up(template) for each, template in values.items()}
        paths[str(vps.write(place, text.format(auth=AUTH_TOKEN, **made)))] = name
    survey = vps.survey("acceptance")
    assert survey.unseen == {}
    return sorted(paths[each.path] for each in survey.findings)


@pytest.mark.parametrize("has_grep", [True, False], ids=["with grep", "without grep"])
def test_it_is_found_by_the_name_in_its_command_its_object_and_its_request(
    vps: Vps, has_grep: bool
) -> None:
    vps.has_grep = has_grep
    assert told(vps, FORMS) == sorted(FORMS)


def test_what_stands_with_another_name_is_none(vps: Vps) -> None:
    assert told(vps, OTHERS) == []


SKILL = '---\nname: {}\nmetadata: {{"openclaw": {{"primaryEnv": "{}"{}}}}}\n---\nname: other\n'


def with_skills(vps: Vps, name: str, key: str) -> Path:
    entries = {"entries": {name: {"enabled": True, "env": {"A": "b"}, "apiKey": key}}}
    return vps.write(f"{HOME}/.openclaw/openclaw.json", json.dumps({"skills": entries}))


@pytest.mark.parametrize(
    ("skill", "folder"),
    [
        (SKILL.format("own", "MISTRAL_API_KEY", ""), "skills/own"),
        (SKILL.format("own", "COHERE_API_KEY", ""), "workspace/skills/of-another-name"),
        (SKILL.format("x", "MISTRAL_API_KEY", ', "skillKey": "own"'), "workspace-b/skills/x"),
        ("primaryEnv: MISTRAL_API_KEY\n", "skills/own"),
    ],
    ids=["its name", "in a workspace", "its key in the configuration", "its folder"],
)
def test_a_skills_key_is_what_the_skill_says_that_it_is(vps: Vps, skill: str, folder: str) -> None:
    path = with_skills(vps, "own", made_up(KEY))
    assert vps.survey("nightly").kinds == []
    vps.write(f"{HOME}/.openclaw/{folder}/SKILL.md", skill)
    vps.write(
        f"{HOME}/.bash_history", made_up(f"openclaw config set skills.entries.own.apiKey {KEY}\n")
    )
    found = {each.path for each in vps.survey("nightly").findings}
    assert found == {str(path), f"{vps.root}/{HOME}/.bash_history"}


def test_a_skill_is_a_providers_that_is_called_after_it(vps: Vps) -> None:
    for name in ("mistral-ocr", "ocr-mistral"):
        with_skills(vps, name, made_up(KEY))
        assert vps.survey("nightly").kinds == ["unrecognised-value"]
        with_skills(vps, name, AUTH_TOKEN)
        assert vps.survey("nightly").kinds == []


def test_another_skills_key_is_its_own(vps: Vps) -> None:
    vps.write(f"{HOME}/.openclaw/skills/own/SKILL.md", SKILL.format("own", "NOTION_API_KEY", ""))
    with_skills(vps, "own", made_up(KEY))
    vps.write("data/other.json", made_up(f'{{"entries": {{"own-ocr": {{"apiKey": "{KEY}"}}}}}}'))
    assert vps.survey("acceptance").kinds == []
