"""Sign-offs of every kind, and what a reader of their reports reads."""

from xml.etree.ElementTree import Element

import html5lib
from msgspec.structs import replace

from fixtures.suite.evidence.model import Evidence
from fixtures.suite.report.sign_off.report import report
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

FAILED = signed_off(recorded(), not_passed(ENV), identified())
TWO = signed_off(recorded(), scenario(ENV, "vps2"), deployments={"vps1": {}, "vps2": {}})
FLEET = signed_off(
    *(scenario(ENV, f"vps{n}", warnings=("odd",)) for n in range(5)),
    deployments={f"vps{n}": {} for n in range(5)},
)
CONTENTS = {
    "accepted": signed_off(),
    "unsigned": signed_off(signer=""),
    "waived": waived(FAILED, ENV),
    "refused": refused(FAILED, f"{ENV} (vps1)"),
    "expired": refused(waived(signed_off(), ENV, expired=True), "the waiver has expired"),
    "two deployments": TWO,
    "a fleet": FLEET,
    "nothing ran": refused(replace(signed_off(recorded()), scenarios=()), "not run"),
    "rehearsal": rehearsed(signed_off()),
}


def parsed(content: Evidence) -> Element:
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    document: Element = parser.parse(report(content))
    return document


def text_of(content: Evidence) -> str:
    """What a reader reads."""
    body = parsed(content).find("body")
    assert body is not None
    return " ".join(" ".join(body.itertext()).split())
