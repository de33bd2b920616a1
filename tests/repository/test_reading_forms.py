"""Markdown, compose files and today's other files, taken apart: every part with its line."""

from typing import Any

import pytest

from fixtures.repository.compose import read_environments
from fixtures.repository.document import Environment, Part, SourcePlace
from fixtures.repository.markdown import read_markdown
from fixtures.repository.todays_files import BUILT, read_build, read_json, read_stack

MARKDOWN = """\
# Title

Intro. Second *sentence*; Third
wrapped (see [link](https://x.example)).

## Section One

Do this:

- First item. More of it
  - inner `item`
- [x] done item
- [ ] open item

### Deep

| A | B |
|---|---|
| one | **two** |

Lead words

```bash
# comment
A_NAME=1
```

    B_NAME=2

## Section Two

1. number
2. other

After lists.
"""
COMPOSE = """\
x-keys: &keys
  A_KEY: ${TOKEN}
services:
  gateway:
    environment:
      <<: *keys
      B_KEY: two
      C_KEY:
      D_KEY: [1]
  other:
    environment:
      - E_KEY=five=5
      - " F_KEY "
      - [1]
"""


def test_every_part_of_a_markdown_file_has_its_place() -> None:
    read = read_markdown("a.md", MARKDOWN)
    one, deep, two = ("Title", "Section One"), ("Title", "Section One", "Deep"), "Section Two"
    within = "Do this: First item. More of it"
    assert [
        (each.place.line, each.kind, each.text, each.done, each.sections, each.lead)
        for each in read.statements
    ] == [
        (1, "heading", "Title", False, ("Title",), ""),
        (3, "prose", "Intro.", False, ("Title",), ""),
        (3, "prose", "Second sentence;", False, ("Title",), ""),
        (3, "prose", "Third wrapped (see link (https://x.example)).", False, ("Title",), ""),
        (6, "heading", "Section One", False, one, ""),
        (8, "prose", "Do this:", False, one, ""),
        (10, "item", "First item.", False, one, "Do this:"),
        (10, "item", "More of it", False, one, "Do this:"),
        (11, "item", "inner item", False, one, within),
        (12, "item", "done item", True, one, within),
        (13, "item", "open item", False, one, "Do this: [x] done item"),
        (15, "heading", "Deep", False, deep, ""),
        (17, "row", "A | B", False, deep, ""),
        (19, "row", "one | two", False, deep, ""),
        (21, "prose", "Lead words", False, deep, ""),
        (24, "comment", "comment", False, deep, "Lead words"),
        (30, "heading", two, False, ("Title", two), ""),
        (32, "item", "number", False, ("Title", two), ""),
        (33, "item", "other", False, ("Title", two), "number"),
        (35, "prose", "After lists.", False, ("Title", two), ""),
    ]
    assert [
        (each.place.line, each.name, each.sections, each.lead) for each in read.assignments
    ] == [(25, "A_NAME", deep, "Lead words"), (28, "B_NAME", deep, "Lead words")]
    assert {each.place.file for each in (*read.statements, *read.assignments)} == {"a.md"}


@pytest.mark.parametrize(
    ("lead", "introduction"),
    [
        ("Set these", "Set these"),
        ("one two three four five six", "one two three four five six"),
        ("one two three four five six seven", ""),
        ("one two three four five six seven:", "one two three four five six seven:"),
        ("It is set.", ""),
        ("", ""),
    ],
)
def test_a_lead_introduces_where_it_says_what_follows(lead: str, introduction: str) -> None:
    part = Part(place=SourcePlace("a.md", 1), sections=("Title", "One", "Two"), lead=lead)
    assert part.introduction == introduction
    assert part.around == f"One > Two > {introduction}"


def environments(found: list[Environment] | None) -> list[tuple[Any, ...]]:
    return [
        (
            each.service,
            each.place.line,
            *((own.place.line, own.name, own.value) for own in each.variables),
        )
        for each in found or []
    ]


def test_every_service_s_environment_is_read_in_either_form() -> None:
    found = read_environments("c.yml", COMPOSE, 11)
    assert environments(found) == [
        ("gateway", 15, (12, "A_KEY", "${TOKEN}"), (17, "B_KEY", "two"), (18, "C_KEY", None)),
        ("other", 21, (22, "E_KEY", "five=5"), (23, "F_KEY", None)),
    ]
    assert {each.place.file for each in found or []} == {"c.yml"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- A_KEY=1\n- B_KEY", [("", 1, (1, "A_KEY", "1"), (2, "B_KEY", None))]),
        ("\nA_KEY: 1\nB_KEY: 2", [("", 2, (2, "A_KEY", "1"), (3, "B_KEY", "2"))]),
        ("environment:\n  A_KEY: 1", [("", 1, (2, "A_KEY", "1"))]),
        ("environment: word", [("", 1)]),
        ("a: &x {A_A: 1}\nb: &y {B_B: 2}\nenvironment:\n  <<: [*x, *y]",
         [("", 3, (1, "A_A", "1"), (2, "B_B", "2"))]),
        *(("", []), ("word", []), ("- [1]", [])),
    ],
)  # fmt: skip
def test_a_fragment_is_read_as_the_environment_of_no_service(
    text: str, expected: list[tuple[Any, ...]]
) -> None:
    assert environments(read_environments("c.yml", text, 1)) == expected


def test_what_is_no_yaml_has_no_environments() -> None:
    assert read_environments("c.yml", "a: [", 1) is None


def test_the_files_of_todays_layout_are_read_by_their_paths() -> None:
    stack = read_stack("s.yml", "a:\n  b: 1\n  c:\n    - x\n    d: y\n".replace("    - x\n", ""))
    found = [(each.place.line, each.name, each.value) for each in stack.assignments]
    assert found == [(2, "a.b", "1"), (4, "a.c.d", "y")]
    own = read_json("a.jsonc", '{a: {b: "x", c: 1, d: {e: "y"}}, /* z */ f: ["g"]}')
    assert [(each.name, each.value, each.place) for each in own.assignments] == [
        *(("a.b", "x", SourcePlace("a.jsonc", 1)), ("a.d.e", "y", SourcePlace("a.jsonc", 1))),
    ]
    built = read_build("b.mjs", "x\nconst envVars = [\n'A_B', \"C_D\",\n 'e',\n 'F_G' ]\n'H_I'")
    assert [
        (each.place.line, each.name, each.value, each.target) for each in built.assignments
    ] == [(3, "A_B", None, BUILT), (3, "C_D", None, BUILT), (5, "F_G", None, BUILT)]
    with pytest.raises(ValueError, match=r"^it is not YAML$"):
        read_stack("s.yml", "a: [")
    with pytest.raises(ValueError, match=r"^what it copies from \.env into stack\.env is not "):
        read_build("b.mjs", "")
