"""Announce caches that expire: once each, and only where it matters."""

from __future__ import annotations

from typing import Any

import pytest

from claude_tray.core.notifications.model import (
    NotificationKind,
    NotificationSettings,
)
from claude_tray.core.prompt_cache import PromptCache, RestingSession
from tests.core.notifications.simulation import NotificationDay
from tests.support.builders import ms

SETTINGS = NotificationSettings(kinds=frozenset({NotificationKind.COLD_CACHE}))


def make_session(
    last: str, expiry: str, uuid: str = "a-1", tokens: int = 217_000
) -> RestingSession:
    cache = PromptCache(ms(expiry), tokens)
    return RestingSession(uuid, "/home/ada/shop", ms(last), cache)


def watch(
    day: NotificationDay, begin: str, end: str, *sessions: Any
) -> list[str]:
    """Return the clock of each notification."""
    first = len(day.sent)
    day.evaluate_minutes(begin, end, resting=sessions)
    return [clock for clock, _ in day.sent[first:]]


def test_it_is_sent_once_before_each_expiry() -> None:
    day = NotificationDay(SETTINGS)

    assert watch(day, "12:00", "13:20", make_session("12:00", "13:00")) == [
        "12:57"
    ]
    assert watch(day, "13:21", "14:30", make_session("13:21", "14:21")) == [
        "14:18"
    ]


def test_a_short_life_is_not_announced_in_its_first_half() -> None:
    """Of five minutes, at most two and a half are left."""
    day = NotificationDay(SETTINGS._replace(cold_cache_ms=30 * 60_000))

    assert watch(day, "12:00", "12:10", make_session("12:00", "12:05")) == [
        "12:03"
    ]


def test_a_renewed_cache_is_announced_anew() -> None:
    """The first notification was answered before the expiry."""
    day = NotificationDay(SETTINGS)

    sent = watch(day, "12:00", "12:03", make_session("12:00", "12:05"))
    day.state = day.state._replace(last_sent_ms=0)
    sent += watch(day, "12:04", "12:10", make_session("12:04", "12:09"))

    assert sent == ["12:03", "12:07"]


def test_the_reported_expiry_is_that_of_the_response() -> None:
    """It differs by seconds, and is no reason for a second notification."""
    day = NotificationDay(SETTINGS)
    derived = make_session("12:00", "13:00")
    assert derived.cache is not None
    reported = derived.cache._replace(expires_ms=ms("13:00") + 4_000)

    assert watch(day, "12:50", "12:57", derived) == ["12:57"]
    day.state = day.state._replace(last_sent_ms=0)
    assert not watch(day, "12:58", "13:00", derived._replace(cache=reported))


@pytest.mark.parametrize(
    "session",
    [
        make_session("12:00", "13:00", tokens=49_999),
        make_session("12:00", "13:00")._replace(cache=None),
        make_session("10:00", "11:00"),
    ],
)
def test_small_unknown_and_cold_caches_are_not_announced(
    session: RestingSession,
) -> None:
    day = NotificationDay(SETTINGS)

    assert not watch(day, "12:00", "13:10", session)


def test_it_is_not_announced_unless_asked_for() -> None:
    day = NotificationDay()

    assert not watch(day, "12:00", "13:00", make_session("12:00", "13:00"))


def test_each_session_is_announced() -> None:
    day = NotificationDay(SETTINGS)

    assert watch(
        day,
        "12:00",
        "13:30",
        make_session("12:00", "13:00"),
        make_session("12:20", "13:20", "b-1"),
    ) == ["12:57", "13:17"]
