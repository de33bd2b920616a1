"""What each claim says of a file: all that is missing, with its places, word by word."""

from collections.abc import Callable

import pytest

from fixtures.providers.table import BASE_URL_VARIABLES, PLAN_VARIABLES
from fixtures.repository import key_claims as keys
from fixtures.repository import settings_claims as settings
from fixtures.repository import todays_claims as todays
from fixtures.repository.checkout import read_file
from fixtures.repository.document import Document

URL, TOKEN = "AI_GATEWAY_WORKER_URL", "AI_GATEWAY_AUTH_TOKEN"
BOTH = f"{URL}=https://x\n{TOKEN}=abc\n"
OF_URL = f"{URL}=${URL}\n"
MAPPED = "".join(
    [
        *(f"      - {name}=${{{TOKEN}}}\n" for name in PLAN_VARIABLES),
        *(f"      - {name}=${{{URL}}}\n" for name in BASE_URL_VARIABLES),
    ]
)
GATEWAY = f"services:\n  openclaw-Gateway:\n    environment:\n{MAPPED}"
NOT_SET = [f"{URL} is not set", f"{TOKEN} is not set"]
NOT_WRITTEN = [f"{URL} is not written into .env", f"{TOKEN} is not written into .env"]
Case = tuple[Callable[[Document], list[str]], str, list[str]]


def code(text: str, info: str = "bash") -> str:
    return f"```{info}\n{text}```\n"


def within(text: str) -> str:
    """It begins at line 2."""
    return f"cat > a/.env << EOF\n{text}EOF\n"


ENV: list[Case] = [
    (settings.settings_are_given, BOTH, []),
    (settings.settings_are_given, "", NOT_SET),
    (settings.settings_are_given, f"# {BOTH}",
     [f"{URL} is there only commented out (a.env:1)"]),
    (settings.settings_are_given, f"{BOTH}# {BOTH}", []),
    (settings.settings_are_given, f"# Optional\n{BOTH}",
     [f"{URL} is described as optional (a.env:2)", f"{TOKEN} is described as optional (a.env:3)"]),
    (settings.settings_are_given, f"# Optional\n{BOTH}\n\n{BOTH}", []),
    (settings.settings_are_given, f"# Not optional\n{BOTH}", []),
    (settings.settings_are_given, f"# Optional here, required there\n{BOTH}", []),
    (settings.settings_are_given, f"{URL}=1 # optional\n{TOKEN}=2",
     [f"{URL} is described as optional (a.env:1)"]),
    (settings.settings_are_filled, BOTH, []),
    (settings.settings_are_filled, f"{URL}=\n{TOKEN}=<token>",
     [f"{URL} is empty or still holds its placeholder (a.env:1)",
      f"{TOKEN} is empty or still holds its placeholder (a.env:2)"]),
    (settings.settings_are_filled, f"{BOTH}# {URL}=\n", []),
    (settings.settings_are_filled, f"{URL}=\n",
     [f"{TOKEN} is not set", f"{URL} is empty or still holds its placeholder (a.env:1)"]),
    (settings.settings_are_required, BOTH, []),
    (settings.settings_are_required, "", NOT_SET),
    (settings.settings_are_required, f"# Required\nA_B=1\n\n{BOTH}",
     [f"{URL} is not among the requirements (a.env:4)",
      f"{TOKEN} is not among the requirements (a.env:5)"]),
    (settings.settings_are_required, f"# Required\n{URL}=1\n\n{BOTH}",
     [f"{TOKEN} is not among the requirements (a.env:5)"]),
    (settings.settings_are_required, f"# Required\n{BOTH}\n\n{BOTH}", []),
    (settings.env_file_is_written, BOTH, NOT_WRITTEN),
    (settings.env_file_is_written, within(f"{URL}=${URL}\n{TOKEN}=\\${{{TOKEN}}}\n"), []),
    (settings.env_file_is_written, within(f"{URL}=<url>\n{TOKEN}=x\n"),
     [f"{TOKEN} gets a value other than its own (a.env:3)"]),
    (settings.env_file_is_written, within(f"{URL}=$A\n{URL}=${URL}\n"),
     [f"{TOKEN} is not written into .env (the block at a.env:2)"]),
    (settings.env_file_is_written, within(f"# {URL}=${URL}\nA_B=1\n"),
     [f"{each} (the block at a.env:3)" for each in NOT_WRITTEN]),
    (settings.env_file_is_written, within(f"{URL}=$AI_GATEWAY_WORKER_URLS\n"),
     [f"{URL} gets a value other than its own (a.env:2)",
      f"{TOKEN} is not written into .env (the block at a.env:2)"]),
    (settings.settings_are_asked_for, BOTH, []),
    (settings.settings_are_asked_for, f"# {BOTH}", [f"{URL} is not asked for"]),
    (todays.variables_are_there, "AI_GATEWAY_URL=\nAI_GATEWAY_TOKEN=\n", []),
    (todays.variables_are_there, "AI_GATEWAY_URL=\n# AI_GATEWAY_TOKEN=\n",
     ["AI_GATEWAY_TOKEN is not there to be set"]),
    (todays.containers_get_what_is_built, "", ["ANTHROPIC_BASE_URL is not set",
                                               "OPENAI_BASE_URL is not set"]),
    (todays.containers_get_what_is_built,
     ("- ANTHROPIC_BASE_URL={{this.url}}\n- OPENAI_BASE_URL={{x}}1\n- XAI_API_KEY={{{k}}}\n"
      "- A_KEY=1\n# GROQ_API_KEY=1\n- MISTRAL_API_KEY=1\n"),
     ["OPENAI_BASE_URL has a value of its own (a.env:2)",
      "MISTRAL_API_KEY has a value of its own (a.env:6)"]),
    (todays.token_stays_here, "A_B=1\n", []),
]  # fmt: skip
BASE = ["it is not stated for Anthropic's base URL", "it is not stated for OpenAI's base URL"]
NO_SENTENCE = ["no sentence says so"]
UNLISTED = [f"{URL} is not named", f"{TOKEN} is not named"]
UNCHECKED = [f"{URL} is not stated to be checked", f"{TOKEN} is not stated to be checked"]
UNTESTED = ["no task tests the routing through the AI Gateway"]
REST = ", ".join(PLAN_VARIABLES[1:])
ONE = PLAN_VARIABLES[0]

PROSE: list[Case] = [
    (settings.settings_are_named, f"{URL} and {TOKEN}.", []),
    (settings.settings_are_named, f"# {URL}\n\n{TOKEN}", UNLISTED[:1]),
    (settings.settings_are_named, f"# A\n\n{URL}\n\n## History\n\n{TOKEN}", UNLISTED[1:]),
    (settings.settings_are_named, code(f"# {URL}\n{TOKEN}=1\n"), UNLISTED),
    (settings.settings_are_listed, f"- `{URL}`: x\n- the {TOKEN}\n", UNLISTED[1:]),
    (settings.settings_are_listed, f"{URL}\n\n- {TOKEN}\n", UNLISTED[:1]),
    (settings.settings_are_listed, f"| A |\n|-|\n| `{URL}` |\n| {TOKEN}S |\n", UNLISTED[1:]),
    (settings.settings_are_checked, f"{URL} must be set. {TOKEN} is nice.", UNCHECKED[1:]),
    (settings.settings_are_checked, f"Check these:\n\n- {URL}\n- {TOKEN}\n", []),
    (settings.settings_are_checked, "It must be set.", UNCHECKED),
    (settings.settings_are_asked_for, "The Worker's address, and its auth token.", []),
    (settings.settings_are_asked_for, "An ai gateway worker URL",
     [f"{TOKEN} is not asked for"]),
    (settings.settings_are_asked_for, "A token", [f"{URL} is not asked for",
                                                  f"{TOKEN} is not asked for"]),
    (settings.env_file_is_written, f"# A\n\n## The `.env`\n\n{code(OF_URL)}",
     [f"{TOKEN} is not written into .env (the block at a.md:6)"]),
    (settings.env_file_is_written, f"# A\n\n## The x.env.example\n\n{code(BOTH)}", NOT_WRITTEN),
    (settings.env_file_is_written, f"Environment file:\n\n{code('# ' + BOTH)}", [
        f"{URL} is not written into .env (the block at a.md:5)",
        f"{TOKEN} gets a value other than its own (a.md:5)"]),
    (settings.providers_are_mapped, code(GATEWAY, "yaml"), []),
    (settings.providers_are_mapped, code(f"environment:\n{MAPPED}", "yaml"), []),
    (settings.providers_are_mapped, code("environment:\n  - A_B=1\n", "yaml"),
     ["no compose file sets the gateway's environment"]),
    (settings.providers_are_mapped, code(GATEWAY.replace("Gateway", "other"), "yaml"),
     ["no compose file sets the gateway's environment"]),
    (settings.providers_are_mapped,
     code(GATEWAY.replace(f"      - {ONE}=${{{TOKEN}}}\n", "")
          .replace(f"=${{{URL}}}", f"=${{{TOKEN}}}", 1), "yaml"),
     [f"{ONE} is not mapped to {TOKEN} (the environment at a.md:4)",
      f"{BASE_URL_VARIABLES[0]} is mapped to something other than {URL} (a.md:12)"]),
    (keys.keys_are_the_token, "Every provider's key is the AUTH_TOKEN.", []),
    (keys.keys_are_the_token, f"{ONE} is the AUTH_TOKEN.",
     [f"it is not stated for {REST} (a.md:1 mentions others)"]),
    (keys.keys_are_the_token, f"{ONE} is the AUTH_TOKEN.\n\n{ONE} is the AUTH_TOKEN.",
     [f"it is not stated for {REST} (a.md:1 mentions others)"]),
    (keys.keys_are_the_token, "The key is the AUTH_TOKEN.",
     [f"it is not stated for {', '.join(PLAN_VARIABLES)}"]),
    (keys.keys_are_the_token, f"{', '.join(PLAN_VARIABLES)} are the AUTH_TOKEN.", []),
    (keys.keys_are_the_token,
     "Every key is the AUTH_TOKEN.\n\nOn the VPS the OpenAI key is the AUTH_TOKEN.",
     ["a.md:3 still mentions only one provider's key"]),
    (keys.keys_are_the_token,
     ("Every key is the AUTH_TOKEN.\n\nOn the VPS the OpenAI key and Anthropic's are the "
      "AUTH_TOKEN.\n\nThe OpenAI key is the AUTH_TOKEN."), []),
    (keys.addresses_are_the_worker, "All base URLs are the Worker's.", []),
    (keys.addresses_are_the_worker, "Anthropic's base URL is the Worker's.", BASE[1:]),
    (keys.addresses_are_the_worker, "All base URLs are Cloudflare's.", BASE),
    (keys.addresses_are_the_worker, "All are the Worker's.", BASE),
    (keys.keys_are_off_the_vps, "No real key is on the VPS.", []),
    (keys.keys_are_off_the_vps, "No real OpenAI key is on the VPS.", NO_SENTENCE),
    (keys.keys_are_off_the_vps, "No real key is on the VPS when the AI Gateway is used.",
     NO_SENTENCE),
    (keys.keys_are_off_the_vps, "A real key is on the VPS.", NO_SENTENCE),
    (keys.keys_are_off_the_vps, "No real key is at home.", NO_SENTENCE),
    (keys.keys_are_off_the_vps, "No model is on the VPS.", NO_SENTENCE),
    (keys.keys_are_worker_secrets, "The real keys are the Worker's secrets.", []),
    (keys.keys_are_worker_secrets, "The real keys are secrets.", NO_SENTENCE),
    (keys.keys_are_worker_secrets, "All others are the Worker's secrets.", NO_SENTENCE),
    (keys.worker_is_a_requirement, "# A\n\n## Requirements\n\n- AI Gateway Worker\n", []),
    (keys.worker_is_a_requirement, "# A\n\n## More\n\n- AI Gateway Worker\n",
     ["it is not among the requirements"]),
    (keys.worker_is_a_requirement, "# A\n\n## Requirements\n\n- AI Gateway Worker (optional)\n",
     ["it is not among the requirements"]),
    (keys.routing_is_tested, "- [ ] Test the routing of all through the Worker\n", []),
    (keys.routing_is_tested, "- [ ] Route all through the Worker\n", UNTESTED),
    (keys.routing_is_tested, "- [ ] Test the Worker\n", UNTESTED),
    (keys.routing_is_tested, "- [ ] Test the routing\n", UNTESTED),
    (keys.routing_is_tested, "- [ ] Test the routing of ANTHROPIC_BASE_URL by the Worker\n",
     ["a.md:1 still tests ANTHROPIC_BASE_URL", *UNTESTED]),
    (keys.routing_is_tested, "- [x] Test ANTHROPIC_BASE_URL\n- Test the Worker's routing\n", []),
    (todays.no_login_is_put_there, "Save the setup token on the VPS.",
     ["a.md:1 puts a subscription's login on the VPS"]),
    (todays.no_login_is_put_there, "# Save the setup token on the VPS", []),
    (todays.no_login_is_put_there, "Save the file on the VPS.", []),
    (todays.no_login_is_put_there, "Save the setup token at home.", []),
    (todays.no_login_is_put_there, "A setup token on the VPS?", []),
    (todays.no_login_is_put_there, "Never save the setup token on the VPS.", []),
]  # fmt: skip
STACK = "stack:\n  ai_gateway:\n    url: ${AI_GATEWAY_URL}/x\n    token: "
SETTING = '"%s": {"baseUrl": "${%s_BASE_URL}"}'
JSON = '{"models": {"providers": {%s, %s}}}'
FILES: list[tuple[str, *Case]] = [
    ("a.yml.example", todays.stack_has_the_worker, f"{STACK}${{AI_GATEWAY_TOKEN:?x}}", []),
    ("a.yml.example", todays.stack_has_the_worker, f"{STACK}abc",
     ["stack.ai_gateway.token is not ${AI_GATEWAY_TOKEN} (a.yml.example:4)"]),
    ("a.yml.example", todays.stack_has_the_worker, "stack: 1",
     ["stack.ai_gateway.url is not ${AI_GATEWAY_URL}",
      "stack.ai_gateway.token is not ${AI_GATEWAY_TOKEN}"]),
    ("a.jsonc", todays.addresses_are_the_containers,
     JSON % (SETTING % ("anthropic", "ANTHROPIC"), SETTING % ("openai", "OPENAI")), []),
    ("a.jsonc", todays.addresses_are_the_containers,
     JSON % (SETTING % ("anthropic", "OPENAI"), SETTING % ("other", "OPENAI")),
     ["models.providers.anthropic.baseUrl is not ${ANTHROPIC_BASE_URL} (a.jsonc)",
      "models.providers.openai.baseUrl is not ${OPENAI_BASE_URL} (a.jsonc)"]),
    ("a.jsonc", todays.addresses_are_the_containers, "{}", ["no file sets any address"]),
    ("a.mjs", todays.token_stays_here, "envVars = [\n'A_B',\n'CLOUDFLARE_API_TOKEN']",
     ["a.mjs:3 writes CLOUDFLARE_API_TOKEN to stack.env"]),
]  # fmt: skip
CASES = [
    *(("a.env", *each) for each in ENV),
    *(("a.md", *each) for each in PROSE),
    *FILES,
]


@pytest.mark.parametrize(
    ("file", "claim", "text", "expected"),
    CASES,
    ids=[f"{number}-{claim.__name__}" for number, (_, claim, *_) in enumerate(CASES)],
)
def test_a_claim_tells_all_that_is_missing(
    file: str, claim: Callable[[Document], list[str]], text: str, expected: list[str]
) -> None:
    assert claim(read_file(file, text)) == expected
