"""Code and text, taken apart: every part with its line and what it stands under."""

from typing import Any

import pytest

from fixtures.repository.code import assigned, pieces, read_code, read_env, written_by
from fixtures.repository.document import Document, Part, SourcePlace
from fixtures.repository.sentences import plain, sentences

CODE = """\
#!/bin/bash
# First of all
# ---- needed. Second
# (and more
# of it; Third part
FIRST_NAME=1  # a note
export SECOND_NAME="two words"

# Group
- THIRD_NAME: three,
# apart
FOURTH_NAME='4'
// FIFTH_NAME=5
#   SIXTH_NAME = 6
-- # SEVENTH_NAME=7 # off

# Head,
# Tail
#
# Next
EIGHTH_NAME=8

cat > "/home/a/.env" << 'EOF'
NINTH_NAME=${NINTH_NAME}
EOF
TENTH_NAME=10
docker run -e ELEVENTH_NAME -e TWELFTH_NAME=12 --env LAST_NAME x; A_B='c d' B_C=$D
# Last
"""


def statements(document: Document) -> list[tuple[Any, ...]]:
    return [(each.place.line, each.kind, each.text) for each in document.statements]


def assignments(document: Document) -> list[tuple[Any, ...]]:
    return [
        (each.place.line, each.name, each.value, each.active, each.group, each.note, each.target)
        for each in document.assignments
    ]


def test_of_code_the_sentences_of_comments_are_read() -> None:
    read = read_env("a.env", CODE)
    assert {each.place.file for each in (*read.statements, *read.assignments)} == {"a.env"}
    assert statements(read) == [
        (2, "comment", "First of all"),
        (3, "comment", "---- needed."),
        (3, "comment", "Second (and more of it;"),
        (5, "comment", "Third part"),
        (9, "comment", "Group"),
        (11, "comment", "apart"),
        (14, "comment", "SIXTH_NAME = 6"),
        (17, "comment", "Head, Tail"),
        (20, "comment", "Next"),
        (28, "comment", "Last"),
    ]


def test_of_code_the_variables_are_read_with_what_is_over_and_behind_them() -> None:
    above = " ---- needed. Second (and more of it; Third part"
    assert assignments(read_env("a.env", CODE)) == [
        (6, "FIRST_NAME", "1", True, above, "a note", ""),
        (7, "SECOND_NAME", "two words", True, above, "", ""),
        (10, "THIRD_NAME", "three", True, "Group", "", ""),
        (12, "FOURTH_NAME", "4", True, "Group apart", "", ""),
        (13, "FIFTH_NAME", "5", False, "Group apart", "", ""),
        (15, "SEVENTH_NAME", "7", False, "Group   SIXTH_NAME = 6", "off", ""),
        (21, "EIGHTH_NAME", "8", True, "Head, Tail Next", "", ""),
        (24, "NINTH_NAME", "${NINTH_NAME}", True, "", "", "/home/a/.env"),
        (26, "TENTH_NAME", "10", True, "", "", ""),
        (27, "TWELFTH_NAME", "12", True, "", "", ""),
        (27, "A_B", "c d", True, "", "", ""),
        (27, "B_C", "$D", True, "", "", ""),
        (27, "ELEVENTH_NAME", None, True, "", "", ""),
        (27, "LAST_NAME", None, True, "", "", ""),
    ]


FIRST = Part(place=SourcePlace("a.md", 10), sections=("A", "B"), lead="Do this:")


def test_code_stands_under_what_its_block_stands_under() -> None:
    read = read_code("# Note\nA_NAME=1", FIRST)
    for part in (*read.statements, *read.assignments):
        assert (part.sections, part.lead) == (("A", "B"), "Do this:")
    assert [each.place.line for each in (*read.statements, *read.assignments)] == [10, 11]
    secret = read_code("wrangler  secret put A_NAME\nA_NAME=1", FIRST)
    assert [each.lead for each in secret.assignments] == ["wrangler secret put:"]
    assert secret.environments == read.environments == ()


@pytest.mark.parametrize("info", ["yaml", " YML "])
def test_of_a_block_of_yaml_the_environments_are_read(info: str) -> None:
    text = "  environment:\n    - A_NAME=1\n"
    [found] = read_code(text, FIRST, info).environments
    assert (found.place.line, [each.place.line for each in found.variables]) == (10, [11])
    assert read_code(text, FIRST, "bash").environments == ()


def test_what_is_no_yaml_is_read_line_by_line() -> None:
    """Only what stands in it, and not what stands before it in the same block."""
    text = "Z_NAME=0\ncat > docker-compose.yml << EOF\na: [\n- A_NAME=1\nEOF\nB_NAME=2"
    [found] = read_code(text, FIRST).environments
    assert (found.place, found.service) == (SourcePlace("a.md", 12), "")
    assert [each.name for each in found.variables] == ["A_NAME"]


def test_a_compose_file_that_code_writes_is_read() -> None:
    text = "x\ntee compose.override.yaml << EOF\nenvironment:\n  - A_NAME=1\nEOF\n"
    [found] = read_code(text, FIRST).environments
    assert [(each.place.line, each.name) for each in found.variables] == [(13, "A_NAME")]


@pytest.mark.parametrize(
    ("line", "file"),
    [
        *(("cat > .env", ".env"), ("cat >> 'a b'", "a"), ("echo 2>err >&2 > out", "out")),
        *(("sudo tee -a /etc/x > /dev/null", "/etc/x"), ("a > /dev/null", ""), ("cat < in", "")),
    ],
)
def test_the_file_that_a_command_writes(line: str, file: str) -> None:
    assert written_by(line) == file


def test_here_documents_are_pieces_of_their_own() -> None:
    text = 'one\ncat > a << A\ntwo\nA\nthree <<B\nfour << C\nB\ncat > b <<-"D"\nfive'
    assert [*pieces(text)] == [
        (0, ["one", "cat > a << A"], ""),
        (2, ["two"], "a"),
        (3, ["A", "three <<B"], ""),
        (5, ["four << C"], ""),
        (6, ["B", 'cat > b <<-"D"'], ""),
        (8, ["five"], "b"),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A_B=1 # two # three", [("A_B", "1", "two # three")]),
        ("A_B=# note", [("A_B", "", "note")]),
        ("A_B=", [("A_B", "", "")]),
        ("A_B: 'x',", [("A_B", "x", "")]),
        ("A_B=x#y", [("A_B", "x#y", "")]),
        ("echo A_B=1|x; C_D=2", [("A_B", "1", ""), ("C_D", "2", "")]),
        ("read -rs A_B", [("A_B", None, "")]),
        *(("AB=1", []), ("echo $A_B", []), ("a_b=1", [])),
    ],
)
def test_the_variables_that_a_line_gives_a_value(line: str, expected: list[Any]) -> None:
    assert [*assigned(line)] == expected


def test_sentences_begin_on_their_lines() -> None:
    lines = ["One (e.g. Two).", "  Three", 'four! Five? "Six"', "", "v1.2 seven"]
    assert [*sentences(lines, 5)] == [
        *((5, "One (e.g. Two)."), (6, "Three four!"), (7, "Five?"), (7, '"Six"  v1.2 seven')),
    ]
    assert [*sentences(["One.", "", "Two."], 5)] == [(5, "One."), (7, "Two.")]
    assert [*sentences([""], 1)] == []
    assert plain(" **a** `b` _c_ d_e ![f](g) ") == "a b c d_e f (g)"
