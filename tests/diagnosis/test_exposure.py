"""What the gateway's port and its public name are judged to be, with every word of it."""

from typing import Any

import pytest

from fixtures.diagnosis import exposure
from fixtures.diagnosis.catalogue import broken, not_observed
from fixtures.diagnosis.exposure import LOOPBACK_ONLY, PUBLIC, REFUSED
from fixtures.diagnosis.verdicts import Judgement
from fixtures.openclaw.exposure import Knock, PublicName, TokenlessReply
from fixtures.vps.surveyed import Listening
from tests.builders import reply
from tests.diagnosed import whole

URL = "https://claw.example"


@pytest.mark.parametrize(
    ("listening", "seen"),
    [
        (Listening(sockets=("127.0.0.1", "::1")), ""),
        (Listening(sockets=("127.0.0.1",), published=(("127.0.0.1", 9),)), ""),
        (Listening(sockets=("0.0.0.0", "127.0.0.1", "::")), "0.0.0.0, ::"),
        (
            Listening(sockets=("127.0.0.1",), published=(("192.0.2.1", 8), ("192.0.2.1", 7))),
            "192.0.2.1, 192.0.2.1 as port 8",
        ),
        (Listening(sockets=("::",), published=(("::", 7),)), "::"),
    ],
)
def test_a_port_listens_on_the_loopback_only(listening: Listening, seen: str) -> None:
    told = broken("port-exposed", expected=LOOPBACK_ONLY, seen=f"port 7 listens on {seen}")
    assert whole(exposure.judge_listening(listening, 7)) == whole(told if seen else None)


def test_a_port_that_was_not_seen_is_told() -> None:
    assert whole(exposure.judge_listening(Listening(), 7)) == whole(
        not_observed(
            "port-unseen", expected=LOOPBACK_ONLY, seen="no program was seen listening on port 7"
        )
    )
    assert whole(exposure.judge_knock(Knock(tried=True, connected=True), 7)) == whole(
        broken(
            "port-reachable",
            expected="the gateway's port cannot be reached from where the suite runs",
            seen="port 7 of the VPS accepts a connection from here",
        )
    )
    assert exposure.judge_knock(Knock(tried=True), 7) is None


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (reply("refused", 401), None),
        (reply("absent", 404), None),
        (
            reply("served"),
            broken(
                "gateway-open",
                expected=REFUSED,
                seen="/ answers with HTTP 200 without requiring it",
            ),
        ),
        *(
            (
                reply(says, status, problem=problem),
                not_observed(
                    name, expected=REFUSED, seen=f"/: {problem or f'HTTP {status}, {says}'}"
                ),
            )
            for says, status, problem, name in (
                ("unreachable", None, "refused", "gateway-down"),
                ("limited", 429, "", "gateway-rate-limited"),
                ("failed", 500, "", "gateway-unclear"),
            )
        ),
    ],
)
def test_who_has_no_token_is_refused(answer: TokenlessReply, expected: Judgement | None) -> None:
    assert whole(exposure.judge_without_token(answer)) == whole(expected)
    off = ["the gateway's API is off, so that nothing was refused"]
    assert exposure.tokenless_warnings(answer) == (off if answer.says == "absent" else [])


def public(ui: TokenlessReply, *api: TokenlessReply) -> PublicName:
    return PublicName(url=URL, control_ui=ui, api=api)


def at(says: str, status: int | None = 401, path: str = "/a", **changes: Any) -> TokenlessReply:
    return reply(says, status, path, **changes)


DIRECT: dict[str, Any] = {"through_cloudflare": False}
PAST = f"{URL}: the answer did not come through Cloudflare (no CF-Ray)"


def of(name: str, seen: str) -> Judgement:
    is_broken = name in {"public-open-api", "public-not-cloudflare", "public-certificate"}
    return (broken if is_broken else not_observed)(name, expected=PUBLIC, seen=seen)


@pytest.mark.parametrize(
    ("seen", "expected", "guards"),
    [
        (public(at("access", 302), at("access")), None, ("Cloudflare Access",)),
        (public(at("page", 200), at("refused")), None, ("the gateway's own authentication",)),
        (
            public(at("access", 302), at("refused"), at("absent", 404)),
            None,
            ("Cloudflare Access", "the gateway's own authentication"),
        ),
        (
            public(at("page", 200), at("absent", 404)),
            of("public-unclear", f"{URL}: no address requires a login or a token"),
            (),
        ),
        (
            public(at("access"), at("served", 200), at("served", 201, "/b", **DIRECT)),
            of(
                "public-open-api",
                f"without any credentials, {URL} serves /a (HTTP 200), /b (HTTP 201)",
            ),
            ("Cloudflare Access",),
        ),
        (
            public(at("served", 200), at("refused")),
            of("public-unclear", f"{URL}: /a: HTTP 200, served"),
            ("the gateway's own authentication",),
        ),
        (
            public(at("access"), at("refused", **DIRECT), at("certificate", None)),
            of("public-not-cloudflare", PAST),
            ("Cloudflare Access", "the gateway's own authentication"),
        ),
        (
            public(at("access"), at("certificate", None, problem="expired")),
            of("public-certificate", f"{URL}/a: expired"),
            ("Cloudflare Access",),
        ),
        (
            public(at("access"), at("unreachable", None, problem="late"), at("failed", 500, "/b")),
            of("public-unreachable", f"{URL}: /a: late; /b: HTTP 500, failed"),
            ("Cloudflare Access",),
        ),
        (
            public(at("access"), at("redirect", 302)),
            of("public-unclear", f"{URL}: /a: HTTP 302, redirect"),
            ("Cloudflare Access",),
        ),
    ],
)
def test_a_public_name_lets_nobody_in(
    seen: PublicName, expected: Judgement | None, guards: tuple[str, ...]
) -> None:
    assert whole(exposure.judge_public_name(seen)) == whole(expected)
    assert exposure.guards(seen) == guards
    partly = ["Cloudflare Access guards a part of the public name only"]
    assert exposure.public_name_warnings(seen) == (partly if len(guards) > 1 else [])
