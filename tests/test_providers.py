"""The table of providers is complete, agrees with itself, and is the only one."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from fixtures.keys.rules import own_rules
from fixtures.providers.provider import CLIENT_PATHS, HandledProvider, Provider
from fixtures.providers.table import (
    BASE_URL_VARIABLES,
    CONTAINER_VARIABLES,
    FILE_VARIABLES,
    HANDLED,
    MESSAGE_PROVIDER,
    PLAN_PROVIDERS,
    PLAN_VARIABLES,
    PROVIDERS,
    READ_BASE_URL_VARIABLES,
    UNHANDLED,
    find_provider,
    providers_at,
)
from fixtures.worker.contract import probes_of
from fixtures.worker.found import named_worker
from fixtures.worker.probes import RIGHT
from tests.builders import found_worker, settings

# Logins, servers of the operator's own, makers of images and videos: their keys are not the plan's.
NOT_SOUGHT = """
apple-fm claude-cli comfy copilot-proxy fal github-copilot google-gemini-cli llama-cpp llmman
lmstudio ollama pixverse radius runway sglang vllm vydra
"""
VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
# All that OpenClaw 2026.9.6 lets openclaw.json overlay (BUILT_IN_MODEL_PROVIDER_OVERLAY_IDS).
OF_OPENCLAW = """
amazon-bedrock amazon-bedrock-mantle anthropic anthropic-vertex arcee azure-openai-responses
byteplus byteplus-plan cerebras chutes claude-cli clawrouter cloudflare-ai-gateway codex comfy
copilot-proxy dashscope deepinfra deepseek fal fireworks github-copilot gmi gmi-cloud gmicloud
google google-antigravity google-gemini-cli google-vertex groq huggingface kilocode kimi
kimi-coding litellm lmstudio meta microsoft-foundry minimax minimax-portal mistral modelstudio
moonshot moonshot-ai moonshotai nvidia novita novita-ai novitaai ollama ollama-cloud openai
opencode opencode-go openrouter qianfan qwen qwen-token-plan qwencloud sglang stepfun
stepfun-plan synthetic tencent-tokenhub tencent-tokenplan together venice vercel-ai-gateway vllm
volcengine volcengine-plan vydra x-ai xai xiaomi xiaomi-token-plan z.ai z-ai zai
"""
# All that its plugins' manifests name for a key (setup.providers.envVars).
KEYS_OF_OPENCLAW = """
ANTHROPIC_API_KEY ANTHROPIC_OAUTH_TOKEN AZURE_OPENAI_API_KEY AZURE_SPEECH_API_KEY AZURE_SPEECH_KEY
CLAWROUTER_API_KEY COPILOT_GITHUB_TOKEN DASHSCOPE_API_KEY DEEPGRAM_API_KEY ELEVENLABS_API_KEY
FAL_API_KEY FAL_KEY GEMINI_API_KEY GOOGLE_API_KEY GOOGLE_CLOUD_API_KEY HF_TOKEN
HUGGINGFACE_HUB_TOKEN LITELLM_API_KEY LM_API_TOKEN MINIMAX_API_KEY MINIMAX_CODE_PLAN_KEY
MINIMAX_CODING_API_KEY MINIMAX_OAUTH_TOKEN MODELSTUDIO_API_KEY NVIDIA_API_KEY OLLAMA_API_KEY
OPENAI_API_KEY OPENCODE_API_KEY OPENCODE_ZEN_API_KEY OPENROUTER_API_KEY QWEN_API_KEY
RUNWAYML_API_SECRET RUNWAY_API_KEY SENSEAUDIO_API_KEY SGLANG_API_KEY SPEECH_KEY TOGETHER_API_KEY
VLLM_API_KEY XAI_API_KEY XI_API_KEY
"""
each_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda each: each.id)
each_of_plan = pytest.mark.parametrize("provider", PLAN_PROVIDERS, ids=lambda each: each.id)
each_handled = pytest.mark.parametrize("provider", HANDLED.values(), ids=lambda each: each.id)


def repeated(texts: Iterator[str]) -> list[str]:
    return [text for text, times in Counter(texts).items() if times > 1]


class TestEntries:
    def test_share_no_name(self) -> None:
        assert repeated(name for each in PROVIDERS for name in each.names) == []
        assert repeated(each.name.lower() for each in PROVIDERS) == []

    def test_share_no_variable(self) -> None:
        assert repeated(name for each in PROVIDERS for name in each.variables) == []
        assert (
            repeated(each.base_url_variable for each in PROVIDERS if each.base_url_variable) == []
        )

    def test_are_all_that_openclaw_knows(self) -> None:
        assert [name for name in OF_OPENCLAW.split() if find_provider(name) is None] == []

    def test_have_every_variable_from_which_openclaw_reads_a_key(self) -> None:
        known = {name for each in PROVIDERS for name in each.variables}
        assert [name for name in KEYS_OF_OPENCLAW.split() if name not in known] == []

    @pytest.mark.parametrize(
        ("name", "is_compared"),
        [("DEEPGRAM_API_KEY", True), ("SPEECH_KEY", True), ("XI_API_KEY", True),
         ("RUNWAY_API_KEY", False), ("AZURE_SPEECH_REGION", False)],
    )  # fmt: skip
    def test_are_compared_in_the_container_unless_they_only_draw(
        self, name: str, is_compared: bool
    ) -> None:
        assert (name in CONTAINER_VARIABLES) is is_compared

    @each_provider
    def test_are_written_in_lower_case_and_found_in_any(self, provider: Provider) -> None:
        for name in provider.names:
            assert re.fullmatch(r"[a-z0-9][a-z0-9.-]*", name)
            assert find_provider(f" {name.upper()}") is provider

    @each_provider
    def test_name_variables_as_the_environment_does(self, provider: Provider) -> None:
        named = [*provider.variables, *filter(None, [provider.base_url_variable])]
        assert [name for name in named if not VARIABLE.fullmatch(name)] == []

    @each_provider
    def test_use_the_key_of_another_only_where_that_has_one(self, provider: Provider) -> None:
        if provider.key_of:
            owner = find_provider(provider.key_of)
            assert owner is not None
            assert owner.variables
            assert not provider.variables

    @each_provider
    def test_have_addresses_without_anything_secret(self, provider: Provider) -> None:
        for address in filter(None, (provider.address, *provider.addresses)):
            parts = urlsplit(address)
            assert parts.scheme == "https" or parts.hostname in {"localhost", "127.0.0.1"}
            assert parts.hostname
            assert [*filter(None, (parts.username, parts.query, parts.fragment))] == []
            assert "*" not in provider.address

    @each_provider
    def test_name_formats_that_there_are(self, provider: Provider) -> None:
        assert {*provider.key_formats} <= {rule.id for rule in own_rules()}

    def test_have_each_format_but_none_twice_by_accident(self) -> None:
        of_entries = {kind for each in PROVIDERS for kind in each.key_formats}
        assert {rule.id for rule in own_rules()} == of_entries

    @pytest.mark.parametrize(
        ("host", "ids"),
        [
            ("api.openai.com", ["openai"]),
            ("eu.api.openai.com", ["openai"]),
            ("API.anthropic.com", ["anthropic", "claude-cli"]),
            ("chatgpt.com", ["openai", "openai-codex"]),
            ("europe-west1-aiplatform.googleapis.com", ["anthropic-vertex", "google-vertex"]),
            ("bedrock-runtime.eu-central-1.amazonaws.com", ["amazon-bedrock"]),
            ("eu-west-1.api.x.ai", ["xai"]),
            ("api.eu.mistral.ai", ["mistral"]),
            ("eu.openrouter.ai", ["openrouter"]),
            ("bedrock-runtime-fips.us-gov-west-1.amazonaws.com", ["amazon-bedrock"]),
            ("acme.openai.azure.us", ["azure-openai-responses"]),
            ("phi-3.eastus2.models.ai.azure.com", ["microsoft-foundry"]),
            ("daily-cloudcode-pa.googleapis.com", ["google-gemini-cli"]),
            ("bedrock-fips.us-east-1.amazonaws.com", []),  # it manages, and answers nothing
            ("acme.cognitiveservices.azure.com", []),  # of speech and vision, too
            ("docs.mistral.ai", []),
            ("docs.x.ai", []),
            ("openai.com.evil.example", []),
            ("worker.example", []),
        ],
    )
    def test_are_known_by_a_host(self, host: str, ids: list[str]) -> None:
        assert [each.id for each in providers_at(host)] == ids


class TestOfThePlan:
    def test_are_its_eight(self) -> None:
        assert (
            *("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GOOGLE_API_KEY", "XAI_API_KEY"),
            *("GROQ_API_KEY", "CEREBRAS_API_KEY", "MISTRAL_API_KEY", "OPENROUTER_API_KEY"),
        ) == PLAN_VARIABLES

    @each_of_plan
    def test_say_all_that_is_asked_of_them(self, provider: Provider) -> None:
        assert provider.words
        assert provider.key_pages
        assert provider.address
        assert provider.key_formats or provider.sections
        assert provider.sought

    @each_of_plan
    def test_are_called_in_texts_by_their_own_words(self, provider: Provider) -> None:
        """And by nobody else's: one sentence about one provider is about one."""
        called = [
            each.id
            for each in PLAN_PROVIDERS
            if re.search("|".join(each.words), f"the {provider.name} key", re.IGNORECASE)
        ]
        assert called == [provider.id]

    def test_end_at_the_worker_or_are_handled_there(self) -> None:
        assert {*HANDLED} | {*UNHANDLED} == {each.id for each in PLAN_PROVIDERS}
        assert not {*HANDLED} & {*UNHANDLED}
        assert all(each.native_paths for each in UNHANDLED.values())
        assert not any(each.native_paths for each in HANDLED.values())

    def test_have_a_path_that_is_theirs_alone(self) -> None:
        """Another's, or a handled one's, would tell nothing of them."""
        shared = {path for each in HANDLED.values() for path in (each.path, each.prefixed_path)}
        for each in UNHANDLED.values():
            own = {path for _, path in each.native_paths} - shared
            others = {p for o in UNHANDLED.values() if o is not each for _, p in o.native_paths}
            assert own - others

    def test_are_all_probed(self) -> None:
        own = settings()
        probes = [
            each
            for each in probes_of(named_worker(own.worker), own.run.providers_in_use)
            if each.credentials == RIGHT
        ]
        handled = {*found_worker().paths.values()}
        for each in UNHANDLED.values():
            asked = {(p.method, p.path) for p in probes if p.provider == each.name}
            assert asked == {path for path in each.native_paths if path[1] not in handled}


class TestHandled:
    @each_handled
    def test_have_a_path_that_their_client_asks_for(self, provider: HandledProvider) -> None:
        for path in (provider.path, provider.prefixed_path):
            assert path.endswith(CLIENT_PATHS[provider.client])
            assert provider.base_path(path) + CLIENT_PATHS[provider.client] == path
        assert provider.api in CLIENT_PATHS

    @each_handled
    def test_have_settings_of_their_own(self, provider: HandledProvider) -> None:
        assert found_worker().paths[provider.id] == provider.path
        assert settings().run.probe_models[provider.id] == provider.probe.model
        assert provider.path_setting == f"WORKER_{provider.id.upper()}_PATH"

    @each_handled
    def test_have_answers_that_are_not_the_workers(self, provider: HandledProvider) -> None:
        assert not provider.answers.matches({"error": {"message": "no"}})
        assert not provider.answers.matches({})
        assert not provider.answers.matches({"error": "no"})

    def test_share_no_path(self) -> None:
        for paths in (
            [each.path for each in HANDLED.values()],
            [each.prefixed_path for each in HANDLED.values()],
        ):
            assert len({*paths}) == len(HANDLED)

    def test_of_them_one_gets_the_plans_message(self) -> None:
        assert MESSAGE_PROVIDER in HANDLED.values()

    def test_have_a_variable_that_is_compared_where_it_is_read(self) -> None:
        assert {*READ_BASE_URL_VARIABLES} <= {*BASE_URL_VARIABLES}


def test_the_keys_of_all_others_are_sought() -> None:
    assert sorted(each.id for each in PROVIDERS if not each.sought) == NOT_SOUGHT.split()


def test_what_is_sought_in_files_ends_like_a_key() -> None:
    """The survey's first stage goes by the ends of names: an odd one would make it slow."""
    odd = [name for name in FILE_VARIABLES if not name.endswith(("_KEY", "_TOKEN", "_BEDROCK"))]
    assert odd == []
    assert {*PLAN_VARIABLES} <= {*FILE_VARIABLES} & {*CONTAINER_VARIABLES}
