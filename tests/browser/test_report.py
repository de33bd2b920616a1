"""The report as its reader sees it: on screens, light and dark, and on paper."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from fixtures.rehearsal import Rehearsal
from fixtures.suite.evidence.model import Evidence
from fixtures.suite.evidence.observed import PortSeen
from fixtures.suite.report.sign_off.report import report
from tests.browser.chromium import (
    DARK,
    axe,
    chromium,
    complaints,
    corner_of_print,
    found_by_script,
    pages_of_print,
)
from tests.made_up import finding, keys, record
from tests.runs import PASSED
from tests.sign_off.checkout import config_file, new_checkout, run_sign_off
from tests.sign_off.evidence import (
    ENV,
    identified,
    not_passed,
    recorded,
    refused,
    rehearsed,
    scenario,
    signed_off,
    waived,
)
from tests.sign_off.test_signing import new_key

pytestmark = pytest.mark.browser

MANY = [
    scenario(f"No provider key is in the place {n}", "vps1", PortSeen(7000 + n, (f"end-{n}",)))
    for n in range(30)
]
LONG = scenario(
    ENV,
    "vps1",
    replace(record(), log_id="0f" * 200),
    keys(finding(f"/{'x' * 300}")),
    warnings=("odd",),
)
FAILED = signed_off(
    recorded(), not_passed(ENV), not_passed("Another", "inconclusive"), identified(), *MANY
)
CONTENTS = {
    "accepted": signed_off(recorded(), identified(), LONG, *MANY),
    "waived": waived(FAILED, ENV),
    "refused": refused(waived(FAILED, ENV, expired=True), f"{ENV} (vps1)"),
    "rehearsal": rehearsed(signed_off(recorded(), identified(), *MANY)),
}
SCHEMES = {"light": (), "dark": (DARK,)}
JUDGE = """
axe.run().then(result => {
  const told = result.violations.map(each => each.id + ": " + each.nodes[0].html.slice(0, 80));
  document.body.dataset.found = result.passes.length + " passed; " + told.join("; ");
});
"""
COLOUR = "document.body.dataset.found = getComputedStyle(document.documentElement).backgroundColor"
MEASURE = """
const frame = document.createElement("iframe"), page = document.documentElement.outerHTML;
frame.width = WIDTH; frame.height = 900; frame.frameBorder = 0;
frame.onload = () => {
  const root = frame.contentDocument.documentElement;
  document.body.dataset.found = root.scrollWidth + " of " + root.clientWidth;
};
document.body.replaceChildren(frame);
frame.srcdoc = page.replace(/<script>[^]*?<.script>/g, "");
"""


@pytest.fixture(params=list(CONTENTS))
def page(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return written(tmp_path / f"{request.param}.html", CONTENTS[request.param])


def written(path: Path, content: Evidence) -> Path:
    path.write_text(report(content), encoding="utf-8")
    return path


def test_its_policy_lets_its_style_through_and_nothing_else(page: Path) -> None:
    assert complaints(chromium(page, "--dump-dom")) == []
    page.write_text(page.read_text().replace("<style>", "<style>b{}"))
    assert "Content Security Policy" in "".join(complaints(chromium(page, "--dump-dom")))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_no_barrier(page: Path, scheme: str) -> None:
    passed, told = found_by_script(page, axe() + JUDGE, *SCHEMES[scheme]).split(" passed; ")
    assert int(passed) > 15
    assert told == ""


def test_axe_would_find_one(tmp_path: Path) -> None:
    page = written(tmp_path / "page.html", CONTENTS["accepted"])
    page.write_text(page.read_text().replace("--soft: #56616b", "--soft: #c0c8d0"))
    assert "color-contrast" in found_by_script(page, axe() + JUDGE)


@pytest.mark.parametrize("width", [320, 768])
def test_it_fits_a_narrow_screen(page: Path, width: int) -> None:
    scrolled, shown = found_by_script(page, MEASURE.replace("WIDTH", str(width))).split(" of ")
    assert int(scrolled) <= int(shown) == width


def test_a_dark_screen_gets_a_dark_page_and_paper_never_does(page: Path) -> None:
    assert found_by_script(page, COLOUR) == "rgb(255, 255, 255)"
    assert found_by_script(page, COLOUR, DARK) == "rgb(20, 24, 28)"
    assert corner_of_print(page, DARK) == (255, 255, 255)


def test_each_printed_page_has_its_number(page: Path) -> None:
    pages = pages_of_print(page)
    assert len(pages) > 1
    for number, text in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in text


def test_all_that_an_acceptance_says_takes_seven_pages(tmp_path: Path) -> None:
    suite, key = new_checkout(tmp_path / "suite"), new_key(tmp_path / "id")
    with Rehearsal() as right:  # which the suite takes for a deployment
        options = (config_file(tmp_path, right.settings), f"--sign-with={key}")
        run = run_sign_off(suite, tmp_path / "out", *options, "--sign-off-for=Example Ltd")
    assert run.exit_code == PASSED, run.output
    pages = pages_of_print(run.folder / "report.html")
    assert len(pages) <= 7
    assert "How to check this report" in pages[-1]


def test_a_print_is_marked_on_every_page_when_it_is_no_acceptance(page: Path) -> None:
    marks = {"rehearsal": "REHEARSAL: practised", "refused": "REFUSED: this is not an acceptance"}
    for text in pages_of_print(page):
        found = {name for name, mark in marks.items() if mark in text}
        assert found == marks.keys() & {page.stem}


def test_a_guarantee_is_not_torn_over_two_pages(tmp_path: Path) -> None:
    pages = pages_of_print(written(tmp_path / "page.html", CONTENTS["accepted"]))
    begun = [{*re.findall(r"port: (7\d{3})", text)} for text in pages]
    assert sum(map(len, begun)) == len(MANY)
    assert begun == [{f"7{each:0>3}" for each in re.findall(r"end-(\d+)", text)} for text in pages]
