"""A checkout: which files are read, by what they are known, and what is none."""

from pathlib import Path

import pytest

from fixtures.keys.rules import made_up, own_rules
from fixtures.repository.checkout import (
    CONFIG_FILE,
    PLAN_FILES,
    PLANS_LAYOUT,
    TODAYS_FILES,
    TODAYS_LAYOUT,
    Checkout,
    CheckoutError,
    PlanFile,
    Repository,
    open_checkout,
    read_file,
    text_of,
)
from fixtures.repository.document import Document, SourcePlace
from fixtures.repository.markdown import read_markdown
from tests.repository.examples import CONFIG, after, write
from tests.repository.test_todays import RIGHT as TODAYS

PLANS = "openclaw-config.env.example, playbooks/04-vps1-openclaw.md, playbooks/08-workers.md"
LOOKED_FOR = f"{PLANS}, stack.yml.example, docker-compose.yml.hbs"
GIVE_TOP = "Give the top folder of a checkout of the deployment's repository"


def test_every_file_of_the_layout_is_read(tmp_path: Path) -> None:
    folder = write(tmp_path, {name: after()[name] for name in ("README.md", CONFIG, "TODO.md")})
    (folder / "TODO.md").write_bytes(b"\xff")
    checkout = Checkout(folder)
    read = checkout.read()
    assert [*read.files] == [*PLAN_FILES]
    assert read.missed == ()
    assert read.files["README.md"] == PlanFile(
        name="README.md",
        path="README.md",
        document=read_markdown("README.md", after()["README.md"]),
        is_layout_known=False,
    )
    assert read.files["TODO.md"] == PlanFile(
        name="TODO.md", path="TODO.md", problem="it is not UTF-8", is_layout_known=False
    )
    assert read.files["playbook 08"] == PlanFile(
        name="playbook 08", path="playbooks/08-workers.md", is_layout_known=False
    )
    assert (checkout.label, checkout.layout, checkout.lacks) == ("repository", PLANS_LAYOUT, "")
    assert checkout.unused_tags == {TODAYS_LAYOUT}
    assert (checkout.is_layout_known, checkout.has_playbooks) == (False, False)
    (folder / CONFIG).unlink()
    assert checkout.lacks == "no openclaw-config.env"
    assert checkout.unused_tags == {TODAYS_LAYOUT, "config"}


def test_every_file_of_todays_layout_is_read(tmp_path: Path) -> None:
    checkout = Checkout(write(tmp_path, TODAYS))
    read = checkout.read()
    assert [*read.files] == [*TODAYS_FILES]
    assert [(each.path, each.problem, each.keys) for each in read.files.values()] == [
        (path, "", ()) for path in TODAYS
    ]
    assert all(each.document and each.is_layout_known for each in read.files.values())
    assert (checkout.layout, checkout.lacks) == (TODAYS_LAYOUT, "")
    assert (checkout.other_layout, checkout.has_playbooks) == (PLANS_LAYOUT, True)
    assert checkout.unused_tags == {PLANS_LAYOUT, "config"}


@pytest.mark.parametrize("name", ["stack.yml.example", "docker-compose.yml.hbs"])
def test_one_file_tells_todays_layout(tmp_path: Path, name: str) -> None:
    checkout = Checkout(write(tmp_path, {name: "", CONFIG: ""}))
    assert (checkout.layout, checkout.is_layout_known) == (TODAYS_LAYOUT, True)
    assert checkout.has_config_file is True


def test_keys_of_all_of_several_files_are_told(tmp_path: Path) -> None:
    key = made_up("sk-ant-api03-<93>AA")
    names = [f"openclaw/{each}/openclaw.jsonc" for each in ("a", "b")]
    folder = write(tmp_path, {**TODAYS, **dict.fromkeys(names, f'{{"x": "{key}"}}')})
    (found,) = [each for each in Checkout(folder).read().files.values() if each.keys]
    assert [each.place.file for each in found.keys] == names
    assert found.path == names[0]
    assert found.document
    assert {each.place.file for each in found.document.assignments} >= {*names}


def test_a_compose_file_of_the_repository_counts_as_the_playbooks(tmp_path: Path) -> None:
    text = "services:\n  gateway:\n    environment:\n      - A_B=1\n"
    files = {
        "playbooks/04-vps1-openclaw.md": "# A\n",
        "compose.yaml": text,
        "docker-compose.x.yml": text,
        "deploy/my-compose.yml": text,
        "other/compose.yml": text,
        "docker-compose.bad.yml": "a: [",
    }
    folder = write(tmp_path, files)
    (folder / "compose.broken.yml").write_bytes(b"\xff")
    document = Checkout(folder).read().files["playbook 04"].document
    assert document
    assert [(each.place, each.service) for each in document.environments] == [
        (SourcePlace(name, 3), "gateway")
        for name in ("docker-compose.x.yml", "compose.yaml", "deploy/my-compose.yml")
    ]


@pytest.mark.parametrize(
    ("name", "made"),
    [("A.YML.EXAMPLE", 1), ("a.yaml.example", 1), ("a.JSONC", 1), ("a.Md", 0), ("b.other", 1)],
)
def test_a_file_is_read_by_its_name(name: str, made: int) -> None:
    text = {"A": "a: 1", "a": '{"a": "1"}', "b": "A_B=1"}[name[0]]
    assert len(read_file(name, text).assignments) == made


def test_a_text_has_line_ends_of_one_kind(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes("\ufeffa\r\nb\rc\nd".encode())
    assert text_of(tmp_path / "a") == "a\nb\nc\nd"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("file", "is a file. Give a checkout of the deployment's repository"),
        ("nowhere", "no such folder. Give a checkout of the deployment's repository"),
        (
            "folder",
            f"none of {LOOKED_FOR} exists there. {GIVE_TOP}",
        ),
    ],
)
def test_what_is_no_checkout_is_refused_with_a_remedy(
    tmp_path: Path, name: str, message: str
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(CheckoutError) as caught:
        open_checkout(tmp_path / name, ())
    assert str(caught.value) == f"--repository {tmp_path / name}: {message}"


@pytest.mark.parametrize("name", ["playbooks/any.md", "stack.yml.example"])
def test_what_looks_like_a_checkout_is_one(tmp_path: Path, name: str) -> None:
    rules = own_rules()[:1]
    checkout = open_checkout(write(tmp_path, {name: ""}), rules)
    assert checkout == Checkout(tmp_path, rules=tuple(rules))
    assert repr(checkout) == f"Checkout(folder={tmp_path!r})"
    assert isinstance(checkout.read(), Repository)
    assert CONFIG_FILE in PLAN_FILES


def test_parts_are_added_behind_ones_own() -> None:
    own, other = read_markdown("a.md", "One"), read_markdown("b.md", "Two\n\n```\nA_B=1\n```")
    both = own.with_parts_of(other)
    assert both == Document(
        file="a.md",
        statements=(*own.statements, *other.statements),
        assignments=other.assignments,
    )
