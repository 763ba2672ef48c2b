from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest

from claude_tray.sync.config import SyncInterval
from claude_tray.sync.request import ReceiverKind
from claude_tray.sync.retry import (
    backoff_seconds,
    misconfigured_backoff_seconds,
    next_attempt_in,
    remaining_backoff,
    retry_after_seconds,
)
from tests.support.builders import at

NOW = at("12:00")


@pytest.mark.parametrize(
    ("failures", "retry_after", "jitter", "seconds"),
    [
        (1, None, 1.0, 2),
        (2, None, 1.0, 4),
        (3, None, 0.5, 4),
        (9, None, 1.0, 512),
        (10, None, 1.0, 900),
        (10_000, None, 1.0, 900),
        (5, None, 0.0, 0),
        (1, 60.0, 0.0, 60),
        (1, 60.0, 1.0, 66),
        (3, 0.0, 1.0, 8),
    ],
)
def test_backoff_grows_with_jitter(
    failures: int,
    retry_after: float | None,
    jitter: float,
    seconds: float,
) -> None:
    assert backoff_seconds(failures, retry_after, jitter) == pytest.approx(
        seconds
    )


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(1, 60), (2, 120), (6, 1920), (7, 3600), (99, 3600)],
)
def test_misconfiguration_is_retried_rarely(
    failures: int,
    seconds: float,
) -> None:
    assert misconfigured_backoff_seconds(failures) == seconds


def _format_date(seconds: float) -> str:
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("text", "date", "seconds"),
    [
        ("", "", None),
        ("7", "", 7),
        ("0", "", 0),
        ("1.5", "", 1.5),
        ("86400", "", 3600),
        ("inf", "", 3600),
        ("nan", "", None),
        ("-1", "", None),
        ("soon", "", None),
        (_format_date(9), "", 9),
        (_format_date(-9), "", 0),
        (_format_date(9), _format_date(4), 5),
        (_format_date(9), "yesterday", None),
        (_format_date(9).replace(" GMT", ""), _format_date(4), None),
    ],
)
def test_retry_after_is_parsed(
    text: str,
    date: str,
    seconds: float | None,
) -> None:
    headers = {"retry-after": text, "date": date}

    assert retry_after_seconds(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("before_ms", "seconds"),
    [
        (0, 0),
        (1_000_000, 0),
        (1_005_000, 5),
        (1_000_000 + 3_600_000, 3600),
        # The clock was set back by a year.
        (1_000_000 + 31_536_000_000, 0),
    ],
)
def test_remaining_backoff(
    before_ms: int,
    seconds: float,
) -> None:
    assert remaining_backoff(before_ms, 1_000_000) == seconds


@pytest.mark.parametrize(
    ("kind", "age", "since", "seconds"),
    [
        (ReceiverKind.INCREMENTAL, 0, 0, 10),
        (ReceiverKind.INCREMENTAL, 4, 0, 6),
        (ReceiverKind.INCREMENTAL, 99, 0, 0),
        (None, 3, 0, 7),
        (ReceiverKind.REPLACING, 0, 0, 300),
        (ReceiverKind.REPLACING, 0, 295, 10),
        (ReceiverKind.REPLACING, 99, 299, 1),
        (ReceiverKind.REPLACING, 99, 301, 0),
    ],
)
def test_the_next_attempt_depends_on_the_receiver(
    kind: ReceiverKind | None,
    age: float,
    since: float,
    seconds: float,
) -> None:
    assert next_attempt_in(kind, age, since, SyncInterval()) == seconds
