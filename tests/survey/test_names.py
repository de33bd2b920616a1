"""A key without a prefix is told by what stands beside it."""

import json

import pytest

from fixtures.keys.rules import made_up
from fixtures.settings.secret import Secret
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
    "curl": "curl https://api.mistral.ai/v1/models -H 'Authorization: Bearer {key}'",
    "curl, the other way": 'curl -H "Authorization: bearer {key}" https://api.mistral.ai/v1/models',
}  # fmt: skip
NOT_BESIDE = {
    "of another provider": "mistral:\n  api_key: {auth}\n  own:\n    api_key: {key}\n",
    "of another section": "[mistral]\nurl = x\n[own]\napi_key = {key}\n",
    "of another object": '{{"mistral": {{"apiKey": "{auth}"}}, "own": {{"apiKey": "{key}"}}}}',
    "of another profile": '{{"mistral:a": {{"key": "{gateway}"}}, "own:a": {{"key": "{key}"}}}}',
    "of another call": "curl https://api.mistral.ai/\ncurl -H 'Authorization: Bearer {key}' own",
    "a variable": '{{"mistral": {{"apiKey": "${{MISTRAL_API_KEY_OF_PRODUCTION}}"}}}}',
    "a digest": "MISTRAL_API_KEY_SHA256={key}",
    "an identifier": "MISTRAL_API_KEY_ID={key}",
    "a file": "MISTRAL_API_KEY_FILE=/run/{key}",
    "a name that ends alike": "COINGECKO_API_KEY={key}",
    "a model": "mistral-large: key={key}",
    "a request": "mistral: request {key} took 12 ms",
    "a second name": "// KIMI_API_KEY / MOONSHOT_API_KEY\n  baseUrl: 'https://api.example'",
    "code": '{{"mistral": {{"apiKey": "theKeyOfTheProviderInTheVault"}}}}',
}


def written(text: str) -> str:
    return text.format(key=made_up("<30>A1"), auth=AUTH_TOKEN, gateway=GATEWAY_TOKEN)


@pytest.mark.parametrize("has_grep", [True, False], ids=["with grep", "without grep"])
def test_it_is_known_by_its_name_in_any_style_and_by_its_provider(vps: Vps, has_grep: bool) -> None:
    vps.has_grep = has_grep
    for name, text in BESIDE.items():
        vps.write(f"data/{name}", written(text))
    found = {each.path.rpartition("/")[2]: each.kind for each in vps.survey().findings}
    assert found == dict.fromkeys(BESIDE, "unrecognised-value")


def test_what_stands_beside_something_else_is_not_taken_for_it(vps: Vps) -> None:
    for name, text in NOT_BESIDE.items():
        vps.write(f"data/{name}", written(text))
    assert vps.survey().findings == ()


IDENTIFIERS = (
    ".sk-chatWindow-headerContainer__closeButton--u8jzP",
    "import './sk-component-library/sk-dialogContainerWithOverlayAndFooter.vue'",
    ".xai-Button-module__primaryVariant--IxNKu8-isActive",
    "fw_loadFirmwareFromUserspaceFallback()",
    "hf_convertTransformerModelToOnnxFormatAndSave()",
    "gsk_renderNodeSerializeToFileWithOptionsAndContext()",
    "r8_readConfigurationDescriptorFromDeviceMemory()",
    "key=AIzaSyYOUR_API_KEY_HERE_REPLACE_WITH_REAL_ONE",
    "HF_TOKEN=hf_yourHuggingFaceTokenHerePleaseReplaceIt",
)


def test_names_of_classes_and_functions_are_no_keys(vps: Vps) -> None:
    vps.write("data/x", "\n".join(IDENTIFIERS))
    assert vps.survey().findings == ()


PLAIN = (
    "ANTHROPIC_API_KEY={key}\n",
    "ANTHROPIC_API_KEY={key}\0OPENAI_API_KEY='{key}'\0",
    "- ANTHROPIC_API_KEY: {key}\n- OPENAI_API_KEY={key}\n",
    '["ANTHROPIC_API_KEY={key}", "X=1"]',
    '{{"anthropic": {{"apiKey": "{key}"}}}}',
)


@pytest.mark.parametrize("end", ["", "=", "/a="])
@pytest.mark.sampled(3)
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
