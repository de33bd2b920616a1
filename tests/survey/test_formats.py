"""What is a key, and what only looks like one."""

import hashlib
import uuid
from base64 import b64encode
from secrets import token_hex

import pytest

from fixtures.keys.engine.compiled import DISTINCTIVE
from fixtures.keys.rules import made_up, own_rules
from tests.survey.vps import AUTH_TOKEN, GATEWAY_TOKEN, Vps, new_key

TEMPLATES = [(rule.id, template) for rule in own_rules() for template in rule.canaries]
PREFIXLESS = {
    "MISTRAL_API_KEY": "<32>",
    "COHERE_API_KEY": "<40>",
    "AZURE_OPENAI_API_KEY": "<32:0123456789abcdef>",
    "TOGETHER_API_KEY": "<64:0123456789abcdef>",
    "CLOUDFLARE_API_KEY": "<37:0123456789abcdef>",
}
NAMED = {
    "env": "{name}={key}",
    "export": "export {name}='{key}'",
    "commented out": "# {name}={key}",
    "JSON": '{{"{name}": "{key}"}}',
    "JSON in JSON": '{{"env": "{{\\"{name}\\": \\"{key}\\"}}"}}',
    "JSON pair": '{{"name": "{name}", "value": "{key}"}}',
    "YAML": "  {name}: {key}",
    "YAML pair": "- name: {name}\n  value: {key}",
    "YAML folded": "{name}: >-\n  {key}",
    "Docker": '"Env":["A=1","{name}={key}","B=2"]',
    "Dockerfile": "ENV {name} {key}",
    "systemd": 'Environment="{name}={key}"',
    "Python": 'os.environ["{name}"] = "{key}"',
    "fish": "set -gx {name} {key}",
    "XML": "<{name}>{key}</{name}>",
    "CSV": "{name},{key}",
    "URL": "?{name}={key}&b=1",
    "NUL": "A=1\0{name}={key}\0B=2",
}
HARMLESS = [
    "ANTHROPIC_API_KEY=${{AI_GATEWAY_AUTH_TOKEN}}",
    "ANTHROPIC_API_KEY={auth}",
    "MISTRAL_API_KEY={auth} # the Worker's",
    '{{"ANTHROPIC_API_KEY": "{auth}"}}',
    "ANTHROPIC_AUTH_TOKEN=sk-ant-oat-{gateway}",
    "OPENAI_API_KEY={gateway}",
    "KEY=sk-ant-oat01-{gateway}",
    "ANTHROPIC_API_KEY=sk-ant-...",
    "sk-ant…QAAA and sk-ant-***",
    "OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "OPENAI_API_KEY=sk-your-openai-api-key-goes-here-please-and-thank-you",
    "sk-ant-api03-XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX-XXXXXXXXXXXX",
    "sk-1234567890abcdefghijklmnopqrstuvwxyz1234567890",
    "GOOGLE_API_KEY=AIzaSyXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
    "MISTRAL_API_KEY=your-mistral-api-key-from-the-console",
    "MISTRAL_API_KEY=<paste the key of your account here>",
    "COHERE_API_KEY: process.env.COHERE_API_KEY,",
    'key = os.environ.get("MISTRAL_API_KEY", os.environ["OTHER_API_KEY"])',
    "MISTRAL_API_KEY=\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
    "const MISTRAL_API_KEY = getRequiredEnvironmentVariable()",
    "task-management-and-scheduling-of-everything-there-is",
    "https://example.com/a-task-0123456789abcdef0123456789abcdef",
    "disk-{uuid}",
    "ssh keys of sk-ssh-ed25519-cert-v01@openssh.com and sk-ecdsa-sha2-nistp256@openssh.com",
    "md5 {md5}  sha {sha}  {uuid}",
    "{md5}.tar",
    "ghs_getSomethingVeryLongThatIsAFunctionOfTheBuildScript",
    "hf_hub_download_with_progress_bar_and_retry_on_failure",
    "global-settings-for-the-very-long-names-of-things-in-here",
    "pa-dss-and-other-payment-standards-of-the-industry-today",
    "{random}",
    "| `HUGGINGFACE_HUB_TOKEN` or `HF_TOKEN`          | `huggingface/deepseek-ai/DeepSeek-R1` |",
    "pip/x.py,sha256=qaN-fw_htIgX0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0,1234",
]


def harmless(template: str) -> str:
    return template.format(
        auth=AUTH_TOKEN,
        gateway=GATEWAY_TOKEN,
        uuid=uuid.uuid4(),
        md5=token_hex(16),
        sha=hashlib.sha256(token_hex(9).encode()).hexdigest(),
        random=b64encode(bytes(range(256)) * 3).decode(),
    )


def test_a_key_of_each_format_is_found_under_a_neutral_name(vps: Vps) -> None:
    keys = [(kind, made_up(template)) for kind, template in TEMPLATES]
    vps.write("data/notes", "\n".join(f"it is {key}" for _, key in keys))
    found = {(each.line, each.kind, each.length) for each in vps.survey().findings}
    assert found == {(line, kind, len(key)) for line, (kind, key) in enumerate(keys, 1)}


def test_a_long_head_begins_a_key_wherever_it_stands(vps: Vps) -> None:
    """A short one behind a letter or a digit is the end of a word, as in task-management."""
    rules = [rule for rule in own_rules() if rule.heads]
    long = {rule.id for rule in rules if min(map(len, rule.heads)) >= DISTINCTIVE}
    for rule in rules:
        vps.write(f"data/{rule.id}", f"it is x{made_up(rule.canaries[0])}\n")
    assert {each.kind for each in vps.survey().findings} == long
    assert {"anthropic", "openrouter"} <= long


@pytest.mark.parametrize("form", NAMED.values(), ids=NAMED)
@pytest.mark.sampled(5)
def test_a_key_without_prefix_is_found_by_its_variable(vps: Vps, form: str) -> None:
    for name, template in PREFIXLESS.items():
        vps.write(f"data/{name}", form.format(name=name, key=made_up(template)))
    answer = vps.survey()
    assert answer.kinds == ["unrecognised-value"] * len(PREFIXLESS)
    assert {each.path.rpartition("/")[2] for each in answer.findings} == set(PREFIXLESS)


def test_what_only_looks_like_a_key_is_not_reported(vps: Vps) -> None:
    for number, template in enumerate(HARMLESS):
        vps.write(f"data/{number}", harmless(template) + "\n")
    found = [HARMLESS[int(each.path.rpartition("/")[2])] for each in vps.survey().findings]
    assert found == []


@pytest.mark.parametrize("note", ["# gitleaks:allow", "// nosec", "# pragma: allowlist secret"])
def test_a_comment_silences_nothing(vps: Vps, note: str) -> None:
    vps.write("data/x", f"KEY={new_key()} {note}\n")
    assert vps.survey().kinds == ["anthropic"]


def test_a_finding_says_where_it_is_and_nothing_of_the_key(vps: Vps) -> None:
    key = new_key()
    vps.write("data/app.conf", f"a\nb\n  # export MY_KEY='{key}'\n")
    answer = vps.survey()
    (finding,) = answer.findings
    assert (finding.line, finding.variable, finding.active) == (3, "MY_KEY", False)
    assert (finding.length, finding.place) == (len(key), "extra")
    assert finding.path.endswith("data/app.conf")
    assert not any(key[at : at + 8].encode() in answer.output for at in range(13, 90))


def test_a_key_in_a_files_name_is_masked(vps: Vps) -> None:
    key = new_key()
    vps.write(f"data/{key}.txt", f"KEY={key}")
    answer = vps.survey()
    assert answer.findings[0].path.endswith("data/[a key].txt")
    assert key[20:60].encode() not in answer.output


def test_the_gateways_token_is_known_from_env(vps: Vps) -> None:
    vps.write("data/x", f"OPENAI_API_KEY={GATEWAY_TOKEN}\nMISTRAL_API_KEY={token_hex(32)}\n")
    assert [each.line for each in vps.survey().findings] == [2]


def test_github_tokens_are_outside_the_plan(vps: Vps) -> None:
    vps.write("data/x", f"{made_up('gho_<36>')} {new_key()}")
    assert {each.kind: each.outside_plan for each in vps.survey().findings} == {
        "github-copilot": True,
        "anthropic": False,
    }
