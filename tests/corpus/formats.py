"""Every format of a key that the survey is to know, as a template to make one from.

Formats from the rules of gitleaks, betterleaks, trufflehog, kingfisher and secretlint, and from
the vendors' documentation.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass

from tests.corpus.draw import Draw

FORMAT, VARIABLE = "format", "variable"


@dataclass(frozen=True)
class KeyFormat:
    """`variant` names the template, `format` the rule that covers it.

    `by` says how it can be told: by its format, or only by its variable's name.
    """

    variant: str
    format: str
    variable: str
    template: str
    by: str = FORMAT

    def key(self, draw: Draw) -> str:
        return CODED.get(self.variant, Draw.filled)(draw, self.template)


def _long_bedrock(draw: Draw, template: str) -> str:
    return "ABSK" + base64.b64encode(draw.filled(template).encode()).decode()


def _short_bedrock(draw: Draw, template: str) -> str:
    coded = base64.b64encode(draw.filled(template).encode()).decode()
    return f"bedrock-api-key-{coded}&Version=1"


CODED: dict[str, Callable[[Draw, str], str]] = {
    "aws-bedrock-long": _long_bedrock,
    "aws-bedrock-short": _short_bedrock,
}
SIGNED_URL = (
    "bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Credential=<20>&X-Amz-Signature=<64>"
)

FORMATS = (
    KeyFormat("anthropic-api", "anthropic", "ANTHROPIC_API_KEY", "sk-ant-api03-<93:url>AA"),
    KeyFormat("anthropic-admin", "anthropic", "ANTHROPIC_ADMIN_KEY", "sk-ant-admin01-<93:url>AA"),
    KeyFormat("anthropic-oauth", "anthropic", "CLAUDE_CODE_OAUTH_TOKEN", "sk-ant-oat01-<95:url>"),
    KeyFormat("anthropic-refresh", "anthropic", "REFRESH_TOKEN", "sk-ant-ort01-<95:url>"),
    KeyFormat("openai-legacy", "openai", "OPENAI_API_KEY", "sk-<20>T3BlbkFJ<20>"),
    KeyFormat("openai-project", "openai", "OPENAI_API_KEY", "sk-proj-<74:url>T3BlbkFJ<74:url>"),
    KeyFormat("openai-project-132", "openai", "OPENAI_KEY", "sk-proj-<58:url>T3BlbkFJ<58:url>"),
    KeyFormat("openai-project-56", "openai", "OPENAI_KEY", "sk-proj-<20>T3BlbkFJ<20>"),
    KeyFormat("openai-service", "openai", "OPENAI_KEY", "sk-svcacct-<74:url>T3BlbkFJ<74:url>"),
    KeyFormat("openai-admin", "openai", "OPENAI_ADMIN_KEY", "sk-admin-<58:url>T3BlbkFJ<58:url>"),
    KeyFormat("google", "google", "GOOGLE_API_KEY", "AIza<35:url>"),
    KeyFormat("google-ai-studio", "google-ai-studio", "GEMINI_API_KEY", "AQ.<50:url>"),
    KeyFormat("google-access", "google-oauth", "ACCESS_TOKEN", "ya29.a0A<150:url>"),
    KeyFormat("google-refresh", "google-oauth", "REFRESH_TOKEN", "1//0<99:url>"),
    KeyFormat("openai-refresh", "openai-oauth", "REFRESH_TOKEN", "rt_<41>A1.<43>"),
    KeyFormat("vercel", "vercel", "AI_GATEWAY_API_KEY", "vck_<56>"),
    KeyFormat("xai", "xai", "XAI_API_KEY", "xai-<80>"),
    KeyFormat("groq", "groq", "GROQ_API_KEY", "gsk_<20>WGdyb3FY<24>"),
    KeyFormat("cerebras", "cerebras", "CEREBRAS_API_KEY", "csk-<48:lower>"),
    KeyFormat("mistral", "mistral", "MISTRAL_API_KEY", "<32>", VARIABLE),
    KeyFormat("openrouter", "openrouter", "OPENROUTER_API_KEY", "sk-or-v1-<64:hex>"),
    KeyFormat("deepseek", "openai", "DEEPSEEK_API_KEY", "sk-<32:hex>"),
    KeyFormat("moonshot", "openai", "MOONSHOT_API_KEY", "sk-<48>"),
    KeyFormat("together", "together", "TOGETHER_API_KEY", "tgp_v1_<43:url>"),
    KeyFormat("together-old", "together-old", "TOGETHER_API_KEY", "<64:hex>", VARIABLE),
    KeyFormat("perplexity", "perplexity", "PERPLEXITY_API_KEY", "pplx-<48>"),
    KeyFormat("cohere", "cohere", "COHERE_API_KEY", "<40>", VARIABLE),
    KeyFormat("hugging-face", "hugging-face", "HF_TOKEN", "hf_<34:letters>"),
    KeyFormat("hugging-face-org", "hugging-face", "HF_TOKEN", "api_org_<34:letters>"),
    KeyFormat("replicate", "replicate", "REPLICATE_API_TOKEN", "r8_<37>"),
    KeyFormat("fireworks", "fireworks", "FIREWORKS_API_KEY", "fw_<24>"),
    KeyFormat("nvidia", "nvidia", "NVIDIA_API_KEY", "nvapi-<64:url>"),
    KeyFormat("voyage", "voyage", "VOYAGE_API_KEY", "pa-<43:url>"),
    KeyFormat("voyage-al", "voyage", "VOYAGE_API_KEY", "al-<43:url>"),
    KeyFormat("azure-old", "azure-openai-old", "AZURE_OPENAI_API_KEY", "<32:hex>", VARIABLE),
    KeyFormat(
        "azure-openai", "azure-openai", "AZURE_OPENAI_API_KEY", "<52>JQQJ99BKAC<5>XJ3w3AAABACOG<4>"
    ),
    KeyFormat(
        "aws-bedrock-long",
        "aws-bedrock",
        "AWS_BEARER_TOKEN_BEDROCK",
        "BedrockAPIKey-<4:lower>-at-<12:digits>:<44:base64>",
    ),
    KeyFormat("aws-bedrock-short", "aws-bedrock", "AWS_BEARER_TOKEN_BEDROCK", SIGNED_URL),
    KeyFormat("zai", "zai", "ZAI_API_KEY", "<32:hex>.<16>"),
    KeyFormat("elevenlabs", "elevenlabs", "ELEVENLABS_API_KEY", "sk_<48:hex>"),
    KeyFormat("langsmith", "langsmith", "LANGSMITH_API_KEY", "lsv2_pt_<32:hex>_<10:hex>"),
    KeyFormat("langsmith-service", "langsmith", "LANGSMITH_API_KEY", "lsv2_sk_<32:hex>_<10:hex>"),
    KeyFormat("cloudflare-user", "cloudflare", "CLOUDFLARE_API_TOKEN", "cfut_<40><8:hex>"),
    KeyFormat("cloudflare-account", "cloudflare", "CLOUDFLARE_API_TOKEN", "cfat_<40><8:hex>"),
    KeyFormat("cloudflare-key", "cloudflare", "CLOUDFLARE_API_KEY", "cfk_<40><8:hex>"),
    KeyFormat("cloudflare-old", "cloudflare-old", "CLOUDFLARE_API_TOKEN", "<40>", VARIABLE),
    KeyFormat("cloudflare-global", "cloudflare-global", "CLOUDFLARE_API_KEY", "<37:hex>", VARIABLE),
    KeyFormat("copilot-oauth", "github-copilot", "COPILOT_TOKEN", "gho_<36>"),
    KeyFormat("copilot-user", "github-copilot", "COPILOT_TOKEN", "ghu_<36>"),
    KeyFormat("copilot-pat", "github-copilot", "GITHUB_TOKEN", "github_pat_<22>_<59>"),
)
