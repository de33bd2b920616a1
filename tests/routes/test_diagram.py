"""The map as a picture and as a table: what leads past the Worker is seen at once."""

import re
from xml.etree import ElementTree as ET

from fixtures.openclaw.routes.resolver import routes_of
from fixtures.suite.evidence.observed import RoutesSeen
from fixtures.suite.report.routes_table import routes_table
from fixtures.suite.report.sign_off.routes_diagram import routes_diagram
from tests.builders import found_worker
from tests.routes.configured import configuration

FALLBACK = '{"agents": {"defaults": {"model": {"fallbacks": ["openrouter/auto"]}}}}'


def seen(config: str = "{}") -> RoutesSeen:
    return RoutesSeen.of(routes_of(configuration(config), found_worker()))


def lines(svg: str, style: str) -> int:
    """Without the legend's."""
    return len(re.findall(rf'<path class="{style}" d="M[^h]*"/>', svg))


def test_a_red_line_is_drawn_where_something_configured_goes_past() -> None:
    assert lines(routes_diagram(seen()), "past") == 0
    assert lines(routes_diagram(seen(FALLBACK)), "past") == 1
    assert lines(routes_diagram(seen()), "through") > 0
    assert lines(routes_diagram(seen()), "beside") > 0  # what is only possible


def test_the_picture_is_whole_and_needs_nothing_else() -> None:
    svg = routes_diagram(seen(FALLBACK))
    root = ET.fromstring(svg)
    assert root.get("aria-label", "").startswith("Of ")
    assert "style=" not in svg
    assert routes_diagram(seen(FALLBACK)) == svg


def test_names_are_written_as_text() -> None:
    names = '{"agents": {"entries": {"a <b> & c": {"model": "xai/grok-4"}}}}'
    svg = routes_diagram(seen(names))
    assert ET.fromstring(svg) is not None
    assert "<b>" not in svg


def test_many_routes_fit_in_a_page() -> None:
    agents = ", ".join(f'"agent{number}": {{"model": "xai/grok-4"}}' for number in range(40))
    svg = routes_diagram(seen(f'{{"agents": {{"entries": {{{agents}}}}}}}'))
    assert svg.count("<rect") < 40
    assert " more</text>" in svg


def test_the_table_has_the_worst_first_and_every_row() -> None:
    told = list(routes_table(seen(FALLBACK)))
    heads = [line for line in told if line and not line.startswith(" ")]
    assert heads[0].startswith("past the Worker with the AUTH_TOKEN")
    assert heads[-1].startswith("routed")
    rows = [line for line in told if line.startswith("  ") and "used by" not in line]
    assert len(rows) == len(seen(FALLBACK).routes)


def test_the_table_tells_what_is_not_understood() -> None:
    told = "\n".join(routes_table(seen('{"x": {"writer": "xai/grok-4"}}')))
    assert "in an unknown place (1)" in told
    assert "x.writer" in told
