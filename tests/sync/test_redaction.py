from __future__ import annotations

import io
import logging

import pytest

from claude_tray.sync.redaction import RedactingFilter

SECRET = "a-made-up-token"


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        (f"sent {SECRET} there", "sent *** there"),
        (f"Bearer {SECRET}", "***"),
        ("Authorization: Token 0123456789", "Authorization: Token ***"),
        ("got eyJhbGciOi.eyJleHAi.c2ln", "got ***"),
        ("https://ada:pw@host/x", "https://***@host/x"),
        ("5 tokens and a bearer", "5 tokens and a bearer"),
    ],
)
def test_secrets_are_redacted(text: str, covered: str) -> None:
    assert RedactingFilter(f"Bearer {SECRET}").redact(text) == covered


def test_short_words_are_not_redacted() -> None:
    assert RedactingFilter("", "abc").redact("abc") == "abc"


def test_records_of_libraries_are_redacted() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactingFilter(SECRET))
    log = logging.getLogger("another library")
    log.addHandler(handler)

    log.warning("header %s", SECRET)
    try:
        int(SECRET)
    except ValueError:
        log.exception("failed")
    log.removeHandler(handler)

    assert SECRET not in stream.getvalue()
    assert "invalid literal for int() with base 10: '***'" in stream.getvalue()
