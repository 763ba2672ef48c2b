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
def test_secrets_are_covered(text: str, covered: str) -> None:
    assert RedactingFilter(f"Bearer {SECRET}").redact(text) == covered


def test_a_word_too_short_for_a_secret_is_left() -> None:
    assert RedactingFilter("", "abc").redact("abc") == "abc"


def test_what_other_libraries_log_is_covered_too() -> None:
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
