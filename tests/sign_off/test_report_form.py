"""report.html is sound, safe and self-contained, whatever it tells."""

import re
from itertools import pairwise

import pytest

from fixtures.suite.evidence.model import Evidence
from fixtures.suite.report.sign_off.report import report
from tests.sign_off.reports import CONTENTS, parsed

every = pytest.mark.parametrize("content", CONTENTS.values(), ids=list(CONTENTS))


@every
@pytest.mark.sampled(3)
def test_it_is_sound_html(content: Evidence) -> None:
    document = parsed(content)
    assert document.get("lang") == "en"
    ids = [each.get("id") for each in document.iter() if each.get("id")]
    assert len(ids) == len({*ids})


@every
@pytest.mark.sampled(3)
def test_it_needs_no_script_and_nothing_from_elsewhere(content: Evidence) -> None:
    document = parsed(content)
    names = {each.tag for each in document.iter() if isinstance(each.tag, str)}
    assert not names & {"script", "link", "img", "iframe", "object", "form"}
    attributes = {name for each in document.iter() for name in each.attrib}
    assert not {name for name in attributes if name.startswith("on") or name in {"src", "style"}}
    style = document.findtext("head/style") or ""
    assert style
    assert not re.search(r"url\(|@import|@font-face", style)
    policy = next(each for each in document.iter("meta") if each.get("http-equiv"))
    assert (policy.get("content") or "").startswith("default-src 'none'; style-src 'sha256-")


@every
@pytest.mark.sampled(3)
def test_its_headings_are_in_order(content: Evidence) -> None:
    levels = [int(each.tag[1]) for each in parsed(content).iter() if re.match(r"h\d$", each.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@every
@pytest.mark.sampled(3)
def test_its_tables_say_what_they_are(content: Evidence) -> None:
    tables = list(parsed(content).iter("table"))
    assert tables
    for table in tables:
        caption = table.find("caption")
        assert caption is not None
        assert "".join(caption.itertext()).strip()
        assert all(cell.get("scope") in {"col", "row", "rowgroup"} for cell in table.iter("th"))


@every
@pytest.mark.sampled(3)
def test_it_is_the_same_whenever_it_is_made(content: Evidence) -> None:
    assert report(content) == report(content)


@every
@pytest.mark.sampled(3)
def test_its_links_lead_to_what_is_there(content: Evidence) -> None:
    document = parsed(content)
    links = [each.get("href") or "" for each in document.iter("a") if each.get("href")]
    ids = {each.get("id") for each in document.iter() if each.get("id")}
    assert links
    assert [link for link in links if link.removeprefix("#") not in ids] == []
