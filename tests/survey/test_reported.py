"""What is reported: counts, findings up to a number, and examples of what was not read."""

import pytest

from fixtures.keys.engine.excuses import Excuse
from fixtures.vps.agent import report as report_module
from fixtures.vps.agent.report import Report, Told


def finding(
    path: str = "/a", line: int | None = 3, fingerprint: str = "f", kind: str = "k"
) -> Told:
    return {
        "kind": kind, "place": "state", "path": path, "members": [], "fingerprint": fingerprint,
        "allowed": "", "cell": "", "line": line, "variable": "", "active": True, "encodings": [],
        "length": 30,
    }  # fmt: skip


def test_all_of_a_part_is_added() -> None:
    one, two = Report(), Report()
    one.count("state", "files")
    one.count("state", "files", 2)
    one.skip("state", "links")
    one.skip("state", "links", 4)
    one.leave_out("state", "/x", "large", 10)
    one.leave_out("state", "/y", "large")
    one.unseen("state", "/z", "broken", 5)
    one.unseen("state", "", "broken")
    one.cut("state", "k", excused=False)
    one.cut("state", "k", excused=True, number=3)
    one.find(finding())
    one.canaries |= {"b", "a"}
    part = one.take()
    assert part == {
        "places": {"state": {
            "counts": {"files": 3},
            "skipped": {"links": 5},
            "unseen": {"broken": {"number": 2, "bytes": 5, "paths": ["/z"]}},
            "left_out": {"large": {"number": 2, "bytes": 10, "paths": ["/x", "/y"]}},
            "further": {"k": 1},
            "further_excused": {"k": 3},
        }},
        "findings": [finding()],
        "canaries": ["a", "b"],
    }  # fmt: skip
    assert one.take() == {"places": {}, "findings": [], "canaries": []}
    for _ in range(2):
        two.add(part)
    assert two.places["state"] == {
        "counts": {"files": 6},
        "skipped": {"links": 10},
        "unseen": {"broken": {"number": 4, "bytes": 10, "paths": ["/z", "/z"]}},
        "left_out": {"large": {"number": 4, "bytes": 20, "paths": ["/x", "/y"] * 2}},
        "further": {"k": 2},
        "further_excused": {"k": 6},
    }
    assert two.told() == [finding()]


def test_so_many_paths_are_examples() -> None:
    report = Report()
    for number in range(21):
        report.unseen("state", f"/{number}", "broken")
    told = report.places["state"]["unseen"]["broken"]
    assert (told["number"], told["paths"]) == (21, [f"/{number}" for number in range(20)])


def test_findings_are_told_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_module, "MOST_IN_FILE", 2)
    monkeypatch.setattr(report_module, "MOST_IN_PLACE", 4)
    report = Report([Excuse("/e", "*", "")])
    for path, number in (("/a", 3), ("/b", 3), ("/c", 1), ("/e", 3)):
        for each in range(number):
            one = finding(path, fingerprint=str(each))
            if report.is_new(one):
                report.find(one)
    assert [(each["path"], each["fingerprint"]) for each in report.told()] == [
        *(("/a", "0"), ("/a", "1"), ("/b", "0"), ("/b", "1"), ("/e", "0"), ("/e", "1"))
    ]
    place = report.places["state"]
    assert (place["further"], place["further_excused"]) == ({"k": 3}, {"k": 1})
    assert not report.is_new(finding("/a", fingerprint="0"))
    assert place["further"] == {"k": 3}
    other = finding("/a", fingerprint="0")
    other["members"] = ["x"]
    assert report.is_known(other)
    assert not report.is_known(finding("/a", fingerprint="2"))


@pytest.mark.parametrize(
    ("lines", "told"), [((3, 2), 2), ((2, 3), 2), ((3, None), 3), ((None, 3), None), ((2, 2), 2)]
)
def test_of_two_that_are_heard_the_first_line_counts(
    lines: tuple[int | None, ...], told: int | None
) -> None:
    report = Report()
    for each in lines:
        report.hear(finding(line=each))
    assert [each["line"] for each in report.told()] == [told]


def test_what_is_excused_is_told_last() -> None:
    report = Report([Excuse("/e*", "k", ""), Excuse("*", "unread", "")])
    for path in ("/e1", "/a", "/e2", "/b"):
        report.find(finding(path))
    assert [each["path"] for each in report.told()] == ["/a", "/b", "/e1", "/e2"]
    assert report.excuses_unread("/x")
    assert not Report([Excuse("*", "other", "")]).excuses_unread("/x")
    assert not report.is_excused(finding("/e1", kind="other"))
