"""A key without a prefix is told by a name or a heading that has its provider, in either order."""

import pytest

from tests.survey.test_documents import names, place
from tests.survey.vps import HOME, Vps

OWN = f"~/{HOME}/own"
CALLED = {
    "token.env": "MISTRAL_TOKEN={key}\n",
    "secret.env": "COHERE_SECRET={key}\n",
    "secret-key.yaml": "mistral:\n  own: x\nmistral_secret_key: {key}\n",
    "access.properties": "mistral.access.token={key}\n",
    "behind.env": "API_KEY_MISTRAL={key}\n",
    "behind.yaml": "apiKeyMistral: '{key}'\n",
    "key_behind.conf": "key_mistral = {key}\n",
    "secrets.json": '{{"api_key_mistralai": [{{"id": "a", "value": "{key}"}}]}}',
    f"{OWN}/key.go": 'const mistralKey = "{key}"\n',
    f"{OWN}/key.kt": 'val mistralToken = "{key}"\n',
    f"{OWN}/behind.py": 'KEY_MISTRAL = "{key}"\n',
    f"{OWN}/a.rb": "Mistral.configure do |config|\n  config.access_token = '{key}'\nend\n",
    "runtime.exs": 'config :own, :mistral,\n  api_key: "{key}"\n',
    "llm.rb.conf": "RubyLLM.configure(:mistral, api_key: '{key}')\n",
    "application.conf": 'mistral {{\n  api-key = "{key}"\n}}\n',
    "values.yaml": "llm:\n  mistral:\n    auth:\n      apiKey: {key}\n",
    "list.yaml": "keys:\n- name: mistral\n  value: {key}\n",
    "settings.json": '{{"provider": "mistral", "secret": "{key}"}}',
    "config.json": '{{"credential": "{key}", "service": "mistral"}}',
    "vault.json": '{{"title": "Mistral", "fields": [{{"label": "credential", "value": "{key}"}}]}}',
    "strings.toml": 'mistral_api_key = """\n{key}"""\n',
    "anchor.yaml": "mistral_api_key: &own {key}\n",
    "tag.yaml": "mistral_api_key: !!str {key}\n",
    "info.html": '<tr><td>MISTRAL_API_KEY </td><td class="v">{key}</td></tr>\n',
    "title.html": "<tr><th>Mistral API key</th><td>{key}</td></tr>\n",
    "nginx.conf": "upstream a {{ server api.mistral.ai:443; }}\nserver {{\n  location / {{\n"
    '    proxy_set_header Authorization "Bearer {key}";\n  }}\n}}\n',
    ".bash_history": "etcdctl put /llm/mistral/api_key {key}\n",
    "trace.http": "it has\nown authorization: bearer {hex}\n\nGET https://api.mistral.ai/v1/models\n"
    "Authorization: Bearer {key}\n",
    "a.service": "ExecStart=/usr/bin/own --mistral-key={key}\n",
    f"{OWN}/table.md": "| provider | key |\n|---|:---:|\n| own | x |\n| Mistral | {key} |\n",
    f"{OWN}/heading.md": "# Accounts\n\n## Mistral (own)\n\nsince 2024\n\n- API key: {key}\n",
    f"{OWN}/heading.org": "* Mistral\n- key :: {key}\n* Own\n",
    f"{OWN}/list.md": "- **Mistral**: {key}\n- Own: x\n",
    f"{OWN}/code.md": "* Mistral: `{key}`\n",
    "var/mail/root": "the Mistral API key:\n\n{key}\n",
    "Maildir/new/1795": "> the Mistral key:\r\n> {key}\r\n",
    "mail.eml": "Subject: own\n\nour new Mistral API key:\n\n{key}\n",
}  # fmt: skip
OTHERS = {
    "token.env": "MISTRAL_TOKEN={auth}\nMISTRAL_TOKENS=mistral-large-latest-instruct-2411\n",
    "tokens.py": "mistral_tokens = tokenizer.encode_with_special_tokens(text)\n",
    "behind.env": "CACHE_KEY_MISTRAL={key}\nAPI_KEY_OWN={key}\nAPI_KEY_MISTRAL={auth}\n",
    "runtime.exs": 'config :mistral, Own\nconfig :own,\n  api_key: "{key}"\n',
    "application.conf": 'mistral {{\n  model = "own"\n}}\nown {{\n  api-key = "{key}"\n}}\n',
    "values.yaml": "llm:\n  mistral:\n    auth:\n      own: x\n  own:\n    apiKey: {key}\n",
    "list.yaml": "keys:\n- name: mistral\n  value: own\n- name: own\n  value: {key}\n",
    "settings.json": '{{"name": "mistral", "digest": "{key}", "value": "{hex}"}}',
    "config.json": '[{{"service": "mistral"}}, {{"credential": "{key}"}}]',
    "nginx.conf": "upstream a {{ server api.mistral.ai:443; }}\nserver {{\n  location / {{\n"
    "    proxy_pass https://own.example.com;\n"
    '    proxy_set_header Authorization "Bearer {key}";\n  }}\n}}\n',
    f"{OWN}/table.md": "| provider | digest |\n|---|---|\n| mistral | {key} |\n",
    f"{OWN}/heading.md": "## Mistral\n\nkey: {auth}\n\n## Own\n\n- API key: {key}\n",
    f"{OWN}/list.md": "- **Own**: {key}\n- **Mistral**: {hex}\n- mistral: {key}\n",
    f"{OWN}/key.go": 'const ownKey = "{key}"\nmistral.New()\n',
    "mail.eml": "Subject: Mistral API key\n\n{key}\n",
    ".bash_history": "open https://console.mistral.ai/api-keys/{hex}\n",
    "info.html": "<tr><td>MISTRAL_API_KEY</td><td>no value</td></tr><tr><td>{key}</td></tr>\n",
}  # fmt: skip


@pytest.mark.parametrize("has_grep", [True, False], ids=["with grep", "without grep"])
def test_a_key_is_found_by_what_is_called_after_its_provider(vps: Vps, has_grep: bool) -> None:
    vps.has_grep = has_grep
    place(vps, CALLED)
    assert names(vps) == sorted(CALLED)


def test_what_is_called_after_something_else_is_none(vps: Vps) -> None:
    place(vps, OTHERS)
    assert names(vps) == []
