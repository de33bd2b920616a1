"""Secrets: never printed, and taken out of whatever a library prints."""

import base64
import io
import logging
import pickle
from urllib.parse import quote

import pytest

from fixtures.settings.redaction import Redactor, redact_logging
from fixtures.settings.secret import Secret, digest

VALUE = 'tok/en+with"odd\\characters'


def test_a_secret_does_not_show_its_value() -> None:
    secret = Secret("TOKEN", VALUE)
    assert VALUE not in f"{secret} {secret!r} {[secret]}"
    with pytest.raises(TypeError, match="TOKEN"):
        pickle.dumps(secret)


def test_digests_compare_values_with_a_salt() -> None:
    secret = Secret("TOKEN", VALUE)
    assert secret.digest("salt") == digest(VALUE, "salt")
    assert secret.digest("salt") != secret.digest("other salt")


@pytest.mark.parametrize(
    "form",
    [
        VALUE,
        quote(VALUE, safe=""),
        VALUE.replace("\\", "\\\\").replace('"', '\\"'),
        repr(VALUE)[1:-1],
        base64.b64encode(VALUE.encode()).decode(),
    ],
)
def test_every_form_of_a_secret_is_redacted(form: str) -> None:
    redact = Redactor()
    redact.add([Secret("TOKEN", VALUE)])
    redacted = redact(f"before {form} after")
    assert form.rstrip("=") not in redacted
    assert "[TOKEN]" in redacted


def test_nothing_else_is_redacted() -> None:
    redact = Redactor()
    assert redact("any text") == "any text"
    redact.add([Secret("SHORT", "ab")])
    assert redact("about") == "about"


def test_log_records_are_redacted_with_their_tracebacks() -> None:
    redact, stream = Redactor(), io.StringIO()
    redact.add([Secret("TOKEN", VALUE)])
    factory = logging.getLogRecordFactory()
    logger = logging.Logger("test")  # noqa: LOG001 - not kept
    logger.addHandler(logging.StreamHandler(stream))
    try:
        redact_logging(redact)
        logger.warning("header %s", VALUE)
        logger.warning("their words: \x1b[2J\nmore")
        try:
            int(VALUE)
        except ValueError:
            logger.exception("failed")
    finally:
        logging.setLogRecordFactory(factory)
    assert VALUE not in stream.getvalue()
    assert stream.getvalue().count("[TOKEN]") >= 2
    assert "their words: \\x1b[2J more" in stream.getvalue()
