"""The Grafana dashboard of the examples asks for what `--metrics` writes, and for nothing else."""

import json
import re
from collections.abc import Callable, Iterable
from itertools import combinations
from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics

from fixtures.suite.report.metrics import PREFIX, as_metrics
from tests.made_up import record, run_evidence, scenario
from tests.runs import ROOT

DASHBOARD: dict[str, Any] = json.loads((ROOT / "examples/grafana-dashboard.json").read_text())
PARSER: Callable[[str], Iterable[Any]] = openmetrics
NAME = re.compile(rf"{PREFIX}\w+")
MATCHERS = re.compile(r"(\w+)\{([^}]*)\}")
LABEL = re.compile(r'(\w+)\s*(?:=~|!=|=)\s*"([^"]*)"')
LEGEND = re.compile(r"\{\{(\w+)\}\}")
VERDICTS = {"passed", "failed", "inconclusive", "not_run"}


def written() -> dict[str, set[str]]:
    """The labels of each metric, by its name."""
    text = as_metrics(run_evidence(scenario("passed", record(4.5))), {})
    return {sample.name: {*sample.labels} for family in PARSER(text) for sample in family.samples}


def expressions() -> list[tuple[str, str]]:
    """Each panel's, with the legend of what comes out of it."""
    targets = [each for panel in DASHBOARD["panels"] for each in panel["targets"]]
    return [(each["expr"], each["legendFormat"]) for each in targets]


@pytest.mark.parametrize(("expression", "legend"), expressions())
def test_a_panel_asks_for_metrics_and_labels_that_are_written(expression: str, legend: str) -> None:
    metrics = written()
    named = NAME.findall(expression)
    assert named
    assert {*named} <= metrics.keys()
    for name, matchers in MATCHERS.findall(expression):
        labels = dict(LABEL.findall(matchers))
        assert labels.keys() <= metrics[name]
        assert labels.get("verdict", "passed") in VERDICTS
    assert {*LEGEND.findall(legend)} <= set().union(*(metrics[each] for each in named))


def test_every_metric_is_on_the_dashboard() -> None:
    shown = {name for expression, _ in expressions() for name in NAME.findall(expression)}
    assert shown == written().keys()


def test_the_choice_of_deployments_is_of_a_metric_that_is_written() -> None:
    variables = {each["name"]: each for each in DASHBOARD["templating"]["list"]}
    name, label = re.findall(
        r"label_values\((\w+), (\w+)\)", variables["deployment"]["definition"]
    )[0]
    assert label in written()[name]
    used = {*re.findall(r"\$\{?(\w+)", json.dumps(DASHBOARD["panels"]))}
    assert used == variables.keys()


def test_no_panel_lies_on_another() -> None:
    places = [each["gridPos"] for each in DASHBOARD["panels"]]
    for one, other in combinations(places, 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        above = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or above
    assert len({each["id"] for each in DASHBOARD["panels"]}) == len(places)
