"""A key without a prefix is told by what stands beside it."""

import json

import pytest

from fixtures.keys.rules import made_up
from fixtures.settings.secret import Secret
from tests.survey.archive_files import tar_of
from tests.survey.vps import AUTH_TOKEN, GATEWAY_TOKEN, Vps

MISTRAL = {"type": "api_key", "provider": "mistral", "key": "{key}"}
BESIDE = {
    "camel case": '{{"mistralApiKey": "{key}"}}',
    "a class's field": "MistralApiKey: '{key}'",
    "kebab case": "mistral-api-key: {key}",
    "an option": "run --mistral-api-key {key}",
    "an option with =": "run --mistral-api-key={key}",
    "properties": "spring.ai.mistralai.api-key={key}",
    "one word": "MISTRAL_APIKEY={key}",
    "an older one": "MISTRAL_API_KEY_OLD={key}",
    "a second one": "MISTRAL_API_KEY2={key}",
    "several": "MISTRAL_API_KEYS={key}",
    "a longer name": "VITE_MISTRAL_API_KEY={key}",
    "OpenClaw's override": "OPENCLAW_LIVE_MISTRAL_API_KEY={key}",
    "a further provider": "VENICE_API_KEY={key}",
    "Value": '{{"Name": "MISTRAL_API_KEY", "Value": "{key}"}}',
    "openclaw.json": '{{"mistral": {{"baseUrl": "https://api.mistral.ai/v1", "apiKey": "{key}"}}}}',
    "a profile": '{{"mistral:default": {{"type": "api_key", "key": "{key}"}}}}',
    "a profile's provider": '{{"key": "{key}", "provider": "mistral"}}',
    "a profile in JSON5": "{{provider: 'mistral', 'key': '{key}'}}",
    "a profile in JSON": json.dumps(json.dumps({"mistral:a": MISTRAL})).replace("{", "{{")
    .replace("}", "}}").replace("{{key}}", "{key}"),
    "YAML": "providers:\n  mistral:\n    base: https://api.mistral.ai\n    api_key: {key}\n",
    "a section": '[mistral]\nurl = "https://api.mistral.ai"\napi_key = "{key}"\n',
    "behind what is none": '[own.mistral]\nenv_key = "OWN"\nheaders = {{ A = "Bearer {key}" }}\n',
    "curl": "curl https://api.mistral.ai/v1/models -H 'Authorization: Bearer {key}'",
    "LiteLLM's model": "- litellm_params:\n    model: mistral/large\n    api_key: {key}\n",
    "LiteLLM's, its key first": "params:\n  api_key: {key}\n  model: mistral/large\n",
    "a list's entry": "- name: a\n  provider: mistral\n  roles:\n    - chat\n  apiKey: {key}\n",
    "a list's entry, first": "models:\n  - provider: mistral\n    apiKey: {key}\n",
    "LiteLLM's model in JSON": '{{"model": "mistral/large", "api_key": "{key}"}}',
    "a plan": '{{"volcengine-plan:default": {{"type": "api_key", "key": "{key}"}}}}',
    "curl, the other way": 'curl -H "Authorization: bearer {key}" https://api.mistral.ai/v1/models',
    "a prefix": "LLM_PROVIDER=mistral\nLLM_MODEL=own\nLLM_API_KEY={key}\n",
    "a prefix, its key first": "LLM_API_KEY={key}\nLLM_BASE_URL=https://api.mistral.ai/v1\n",
    "a model of a prefix": "export LLM_MODEL='mistral/large'\nexport LLM_API_KEY='{key}'\n",
    "no prefix": "BASE_URL=https://api.mistral.ai/v1\nAPI_KEY={key}\n",
    "a token of a prefix": "LLM_PROVIDER=mistral\nLLM_AUTH_TOKEN={key}\n",
    "behind a token of anything": "BASE_URL=https://api.mistral.ai\nTOKEN={auth}\nAPI_KEY={key}\n",
    "behind the AUTH_TOKEN": "LLM_PROVIDER=mistral\nLLM_TOKEN={auth}\nLLM_API_KEY={key}\n",
    "TOML": '[llm]\nprovider = "mistral"\nmodel = "large"\napi_key = "{key}"\n',
    "TOML, by the address": '[own]\nbase_url = "https://api.mistral.ai"\nauth_token = "{key}"\n',
    "properties, by the address": "llm.url=https://api.mistral.ai\nllm.api-key={key}\n",
    "Python": 'Mistral(\n    api_key="{key}",\n)\n',
    "JavaScript": 'new ChatMistralAI({{ model: "large", apiKey: "{key}" }})',
    "Aider's option": "aider --model own --api-key mistral={key}",
    "Aider's list": "api-key:\n  - own={auth}\n  - mistral={key}\n",
    "LiteLLM's own name": "- litellm_params: {{model: together_ai/own, api_key: {key}}}\n",
    "XML": "<mistral><apiKey>{key}</apiKey></mistral>",
    "nginx": 'proxy_pass https://api.mistral.ai; proxy_set_header Authorization "Bearer {key}";',
    "Terraform's state": '{{"mistral_api_key": {{\n "value": "{key}",\n "type": "string"}}}}',
    "a provider that OpenClaw has not": "SAMBANOVA_API_KEY={key}",
    "as the provider calls it": "ARK_API_KEY={key}",
    ".NET's": '{{"Mistral": {{"ApiKey": "{key}", "Own": 1}}}}',
    ".NET's, flat": '{{"AI:Mistral:ApiKey": "{key}"}}',
    "n8n's": '{{"type": "mistralCloudApi", "data": {{"apiKey": "{key}"}}}}',
    "Flowise's": '{{"mistralAIAPIKey": "{key}"}}',
    "a list of keys": '{{"own": {{"urls": ["https://api.mistral.ai/v1"], "api_keys": ["{key}"]}}}}',
    "PHP": "'mistral' => ['api_key' => '{key}', 'url' => 'x'],",
    "a list of variables": "    - AI_ENDPOINT=https://api.mistral.ai/v1\n    - AI_API_KEY={key}\n",
}  # fmt: skip
NOT_BESIDE = {
    "of another provider": "mistral:\n  api_key: {auth}\n  own:\n    api_key: {key}\n",
    "of another section": "[mistral]\nurl = x\n[own]\napi_key = {key}\n",
    "of another object": '{{"mistral": {{"apiKey": "{auth}"}}, "own": {{"apiKey": "{key}"}}}}',
    "of another profile": '{{"mistral:a": {{"key": "{gateway}"}}, "own:a": {{"key": "{key}"}}}}',
    "of another call": "curl https://api.mistral.ai/\ncurl -H 'Authorization: Bearer {key}' own",
    "a variable": '{{"mistral": {{"apiKey": "${{MISTRAL_API_KEY_OF_PRODUCTION}}"}}}}',
    ".NET's other": '{{"Mistral": {{"ApiKey": "{auth}"}}, "Own": {{"ApiKey": "{key}"}}}}',
    "of another type": '{{"type": "ownApi", "apiKey": "{key}"}}, {{"type": "mistralCloudApi"}}',
    "of another list": '{{"urls": ["https://api.mistral.ai"], "keys": []}}, {{"keys": ["{key}"]}}',
    "a digest": "MISTRAL_API_KEY_SHA256={key}",
    "an identifier": "MISTRAL_API_KEY_ID={key}",
    "a file": "MISTRAL_API_KEY_FILE=/run/{key}",
    "a name that ends alike": "COINGECKO_API_KEY={key}",
    "a model": "mistral-large: key={key}",
    "a request": "mistral: request {key} took 12 ms",
    "a second name": "// KIMI_API_KEY / MOONSHOT_API_KEY\n  baseUrl: 'https://api.example'",
    "of another entry": "- model: mistral/large\n- model: own/model\n  api_key: {key}\n",
    "of the entry before": "- model: own/model\n  api_key: {key}\n- model: mistral/large\n",
    "of what is around": "own:\n  api_key: {key}\n  each:\n    model: mistral/large\n",
    "of another line": "LLM_PROVIDER=mistral\nOWN_API_KEY={key}\n",
    "of another prefix": "LLM_BASE_URL=https://api.mistral.ai/v1\nSMTP_API_KEY={key}\n",
    "of an app with a model": "APP_MODEL=mistral/large\nAPP_API_KEY={key}\n",
    "of no prefix": "LLM_BASE_URL=https://api.mistral.ai/v1\nAPI_KEY={key}\nTOKEN={key}\n",
    "a prefix's AUTH_TOKEN": "LLM_PROVIDER=mistral\nLLM_API_KEY={auth}\n",
    "of another section of TOML": 'provider = "mistral"\n[own]\napi_key = "{key}"\n',
    "of the section before": '[own]\napi_key = "{key}"\n[llm]\nprovider = "mistral"\n',
    "another's token": "model: mistral/large\ngithub_token: {key}\n",
    "of another call in code": 'Mistral()\nOwn(api_key="{key}")\n',
    "a token of anything": "TOKEN={key}\nBASE_URL=https://api.mistral.ai/v1\nAPI_KEY={auth}\n",
    "of what is below, in YAML": "provider: mistral\nown:\n  api_key: {key}\n",
    "of a function below": 'url = "https://api.mistral.ai"\ndef own():\n    token = "{key}"\n',
    "of a word in a name": 'putTogether(a, {{token: "{key}"}})',
    "no option": "curl -d mistral={key} https://own.example",
    "a path": '{{"mistral": {{"token": "secrets/mistral-ai/production-key-2026.txt"}}}}',
    "a model's name": '{{"mistral": {{"token": "mistral-large-instruct-2411-preview"}}}}',
    "a class": '{{"mistral": {{"key": "settings.providers.mistral.key_label.v2"}}}}',
    "code": '{{"mistral": {{"apiKey": "theKeyOfTheProviderInTheVault"}}}}',
}


# By what stands beside a key it is one, whatever it looks like.
LOOKS = {
    "letters and digits": "<30>A1",
    "a UUID": "<8:0123456789abcdef>-<4:0123456789>-4<3:abcdef0123>-a<3:0123456789>-<12:a1b2c3d4>",
    "a JWT": "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJ<60>.<40>-<20>_<20>",
    "for addresses": "<12>-<14>_<12>A1",
    "with a dot": "<20>1.<20>",
}


def written(text: str, look: str = LOOKS["letters and digits"]) -> str:
    return text.format(key=made_up(look), auth=AUTH_TOKEN, gateway=GATEWAY_TOKEN)


@pytest.mark.parametrize("has_grep", [True, False], ids=["with grep", "without grep"])
def test_it_is_known_by_its_name_in_any_style_and_by_its_provider(vps: Vps, has_grep: bool) -> None:
    vps.has_grep = has_grep
    for name, text in BESIDE.items():
        vps.write(f"data/{name}", written(text))
    found = {each.path.rpartition("/")[2]: each.kind for each in vps.survey().findings}
    assert found == dict.fromkeys(BESIDE, "unrecognised-value")


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.sampled(3)
def test_it_is_known_whatever_it_looks_like(vps: Vps, look: str) -> None:
    for name, text in BESIDE.items():
        vps.write(f"data/{name}", written(text, LOOKS[look]))
    found = {each.path.rpartition("/")[2]: each.kind for each in vps.survey().findings}
    assert found == dict.fromkeys(BESIDE, "unrecognised-value")


def test_a_uuid_is_known_though_each_of_its_parts_looks_like_a_word_or_a_number(vps: Vps) -> None:
    vps.write("data/a", "MISTRAL_API_KEY=edeedbc5-7816-4ece-a908-3b3424223213")
    vps.write("data/b", "MISTRAL_API_KEY=deadbeef-dead-beef-dead-beefdeadbeef")
    vps.write("data/c", "MISTRAL_API_KEY=12345678-1234-1234-1234-123456789012")
    vps.write("data/d", "MISTRAL_API_KEY=00000000-0000-4000-8000-000000000001")
    assert [each.path.rpartition("/")[2] for each in vps.survey().findings] == ["a"]


def test_what_stands_beside_something_else_is_not_taken_for_it(vps: Vps) -> None:
    for name, text in NOT_BESIDE.items():
        vps.write(f"data/{name}", written(text))
    assert vps.survey().findings == ()


NAMED_FILES = ("run/mistral_api_key", "secrets/MISTRAL_API_KEY.txt", "credentials/mistral.key")
OTHER_FILES = {
    "token/mistral_api_key": "{auth}",
    "empty/mistral_api_key": "to-be-filled-in-by-the-operator",
    "prose/mistral_api_key": "The key is not here. {key}",
    "digest/mistral_api_key.sha256": "{key}",
    "notion_api_key": "{key}",
    "mistral": "{key}",
}


def test_a_small_file_with_a_keys_name_holds_one(vps: Vps) -> None:
    for path in NAMED_FILES:
        vps.write(f"data/{path}", written("{key}\n"))
    vps.write("data/backup.tar", tar_of({"secrets/mistral_api_key": written("{key}").encode()}))
    found = {each.path.partition("/data/")[2]: each.variable for each in vps.survey().findings}
    assert found.keys() == {*NAMED_FILES, "backup.tar"}
    assert {each.upper() for each in found.values()} == {"MISTRAL_API_KEY", "MISTRAL.KEY"}


def test_a_small_file_of_something_else_holds_none(vps: Vps) -> None:
    for path, text in OTHER_FILES.items():
        vps.write(f"data/{path}", written(text))
    assert vps.survey().findings == ()


IDENTIFIERS = (
    ".sk-chatWindow-headerContainer__closeButton--u8jzP",
    "import './sk-component-library/sk-dialogContainerWithOverlayAndFooter.vue'",
    ".xai-Button-module__primaryVariant--IxNKu8-isActive",
    "fw_loadFirmwareFromUserspaceFallback()",
    "hf_convertTransformerModelToOnnxFormatAndSave()",
    "gsk_renderNodeSerializeToFileWithOptionsAndContext()",
    "r8_readConfigurationDescriptorFromDeviceMemory()",
    "slice_error_fail_rt_RNvNtCsgEmfK2I1SDS_4core3str19slice_error_fail_rtfloor_char_boundary",
    "begin_panic_rt_paniciEB4__RINvNtCsjrHSEGnQ3l9_3std9panicking11begin_panicNtNtCs8uuN1nrGffB",
    "_RNvYINvNtCsh0g7Hz38UNf_3std2rt15handle_rt_panicuEINtNtNtCs8uuN1nrGffB_4core3ops8FnOnceTINt",
    "_ZN2rt15handle_rt_panicI3FnONtNtCs8uuN1nrGffB4core3ops8function6FnOnceTINtNtE17h0123456789abE",
    "key=AIzaSyYOUR_API_KEY_HERE_REPLACE_WITH_REAL_ONE",
    "HF_TOKEN=hf_yourHuggingFaceTokenHerePleaseReplaceIt",
)


def test_names_of_classes_and_functions_are_no_keys(vps: Vps) -> None:
    vps.write("data/x", "\n".join(IDENTIFIERS))
    assert vps.survey().findings == ()


def test_a_key_behind_an_underscore_is_one(vps: Vps) -> None:
    for number, before in enumerate(("the_", "x _", "__", "_Real_", "_zone_")):
        vps.write(f"data/{number}", f"{before}{made_up('rt_<41>A1')}")
    assert vps.survey().kinds == ["openai-oauth"] * 5


PLAIN = (
    "ANTHROPIC_API_KEY={key}\n",
    "ANTHROPIC_API_KEY={key}\0OPENAI_API_KEY='{key}'\0",
    "- ANTHROPIC_API_KEY: {key}\n- OPENAI_API_KEY={key}\n",
    '["ANTHROPIC_API_KEY={key}", "X=1"]',
    '{{"anthropic": {{"apiKey": "{key}"}}}}',
)


@pytest.mark.parametrize("end", ["", "=", "/a="])
@pytest.mark.exhaustive
def test_a_token_may_begin_with_what_looks_like_an_escape_or_with_a_sign(
    vps: Vps, end: str
) -> None:
    for begin in ("2526", "257d", "253d", "3d", "3D41", "253d41", "253d3d", "+", "-", "/2F"):
        token = begin + AUTH_TOKEN[:40] + end
        for number, text in enumerate(PLAIN):
            vps.write(f"data/{number}", text.format(key=token))
        own = Secret("AI_GATEWAY_AUTH_TOKEN", token)
        assert vps.survey(auth_token=own).findings == (), token
        vps.write("data/other", PLAIN[0].format(key=f"{token[:-1]}b"))
        assert vps.survey(auth_token=own).kinds == ["unrecognised-value"]
        (vps.root / "data/other").unlink()
