"""Steps about who gets in, and what tells a deployment: verdicts, records, warnings."""

from dataclasses import replace
from typing import Any

import pytest

from fixtures.openclaw.exposure import Knock
from fixtures.openclaw.gateway import Health
from fixtures.vps.surveyed import Listening
from tests.builders import (
    reply,
)
from tests.steps.alone import (
    IDENTITY,
    PUBLIC,
    SEEN,
    Did,
    Here,
    did,
)

CHECKS: list[tuple[str, dict[str, Any], Did]] = [
    (
        "the gateway's port listens on the loopback interface only",
        {"surveyed": replace(SEEN, listening=Listening(sockets=("0.0.0.0",)))},
        Did("port-exposed", ("PortSeen",)),
    ),
    *(
        (
            "the gateway's port accepts no connection from where the suite runs",
            {"port_from_here": Here(Knock(tried=True, connected=connected))},
            Did(cause, ("KnockSeen",)),
        )
        for connected, cause in ((False, ""), (True, "port-reachable"))
    ),
    *(
        (
            "the gateway rejects it",
            {"tokenless_reply": given, "gateway_without_token": Here(given)},
            Did(cause, ("TokenlessReplySeen",), warned),
        )
        for given, cause, warned in (
            *((reply("refused", 401), "", 0), (reply("served"), "gateway-open", 0)),
            (reply("absent", 404), "", 1),
        )
    ),
    *(
        (
            "it answers through Cloudflare, and serves no API",
            {"public_replies": given},
            Did(cause, ("PublicNameSeen",), warned),
        )
        for given, cause, warned in (
            *((PUBLIC, "", 1), (replace(PUBLIC, api=()), "", 0)),
            (replace(PUBLIC, api=(reply("served"),)), "public-open-api", 0),
        )
    ),
    *(
        (
            "the gateway answers that it is healthy",
            {"seen_health": Health(status=200, healthy=healthy), "health": Here(None)},
            Did("" if healthy else "gateway-unhealthy", ("HealthSeen",)),
        )
        for healthy in (True, False)
    ),
    *(
        (
            f"the {what} has a digest",
            {"surveyed": replace(SEEN, identity=given)},
            Did(cause if given is None else "", () if given is None else (fact,)),
        )
        for what, cause, fact in (
            ("image of the gateway's container", "image-unknown", "ImageSeen"),
            ("deployment's configuration", "configuration-unknown", "ConfigurationSeen"),
        )
        for given in (None, IDENTITY)
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "seen", "expected"),
    CHECKS,
    ids=[f"{number}-{check[:40]}" for number, (check, *_) in enumerate(CHECKS)],
)
def test_a_step_judges_records_and_warns(check: str, seen: dict[str, Any], expected: Did) -> None:
    assert did(check, **seen)[0] == expected
