from __future__ import annotations

from datetime import UTC

import pytest

from claude_tray.core.limits import LimitKind
from claude_tray.core.notifications.model import Notification, NotificationKind
from claude_tray.core.prompt_cache import PromptCache, RestingSession
from claude_tray.core.snapshot import BlockingLimit, Retention
from claude_tray.i18n.translator import list_languages, load_translator
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.notes import format_deletion_warning
from claude_tray.presentation.notification_text import format_notification
from tests.support.builders import at, ms

CONTEXT = ViewContext(at("12:13"), zone=UTC)
RESET = ms("15:00")
# 5 March 2026 is a Thursday.
WEEK_RESET = ms("09:00", day=5)

WEEK = BlockingLimit(at("09:00", 5), LimitKind.SEVEN_DAY)
OPUS = BlockingLimit(at("09:00", 5), LimitKind.MODEL, "Opus")
SPEND = BlockingLimit(at("09:00", 20), LimitKind.SPEND, "Extra usage")
CACHE = PromptCache(ms("12:42"), 217_000)
SHOP = RestingSession("a-1", "/home/ada/shop", ms("12:00"), CACHE)
UNSURE = SHOP._replace(project="", cache=CACHE._replace(is_reported=False))
EXPECTED = {
    Notification(
        NotificationKind.MODEL_LIMIT, reset_ms=WEEK_RESET, limit=OPUS
    ): (
        "Opus limit reached",
        (
            "Opus is available again Thursday at 09:00."
            " Other models keep working."
        ),
    ),
    Notification(
        NotificationKind.WEEK_LIMIT,
        limit=BlockingLimit(None, LimitKind.UNKNOWN),
    ): ("Usage limit reached", "No reset time was reported."),
    Notification(
        NotificationKind.WEEK,
        reset_ms=ms("09:00", 20),
        percent=80,
        limit=SPEND,
    ): ("80% of the Extra usage limit used", "Resets Mar 20 at 09:00."),
    Notification(
        NotificationKind.WEEK_RUN_OUT,
        reset_ms=WEEK_RESET,
        at_ms=ms("08:00", 3),
        percent=63,
        limit=WEEK,
    ): (
        "You'll hit the weekly limit around Tue 08:00",
        "At this pace, that's 2d 1h before it resets at Thu 09:00.",
    ),
    Notification(NotificationKind.READY, limit=OPUS): (
        "Opus is available again",
        "Your Opus limit has reset.",
    ),
    Notification(NotificationKind.READY, limit=WEEK): (
        "Claude Code is available again",
        "Your weekly limit has reset.",
    ),
    Notification(
        NotificationKind.RUN_OUT, reset_ms=RESET, at_ms=ms("13:01")
    ): (
        "You'll hit your limit around 13:01",
        "At this pace, that's 1h 59m before it resets at 15:00.",
    ),
    Notification(NotificationKind.USED, reset_ms=RESET, percent=75): (
        "75% of the 5-hour limit used",
        "The limit resets at 15:00.",
    ),
    Notification(NotificationKind.USED_AGAIN, reset_ms=RESET, percent=90): (
        "90% of the 5-hour limit used",
        "The limit resets at 15:00.",
    ),
    Notification(
        NotificationKind.LIMIT,
        limit=BlockingLimit(at("13:21"), LimitKind.FIVE_HOUR),
    ): (
        "5-hour limit reached",
        "Claude Code is available again at 13:21.",
    ),
    Notification(NotificationKind.READY): (
        "Claude Code is available again",
        "Your 5-hour limit has reset.",
    ),
    Notification(NotificationKind.WEEK, reset_ms=WEEK_RESET, percent=80): (
        "80% of the weekly limit used",
        "Resets Thursday at 09:00.",
    ),
    Notification(
        NotificationKind.WEEK_AGAIN, reset_ms=WEEK_RESET, percent=95
    ): (
        "95% of the weekly limit used",
        "Resets Thursday at 09:00.",
    ),
    Notification(
        NotificationKind.WEEK_LIMIT, reset_ms=WEEK_RESET, limit=WEEK
    ): (
        "Weekly limit reached",
        "Claude Code is available again Thursday at 09:00.",
    ),
    Notification(
        NotificationKind.BUDGET, spent=25_100_000_000, budget=25_000_000_000
    ): (
        "Daily budget reached",
        "$25.10 of $25.00 spent today.",
    ),
    Notification(
        NotificationKind.NOT_SYNCED, at_ms=ms("12:13") - 86_400_000
    ): (
        "Not synced since Feb 28, 12:13",
        "Your data is saved and will be synced later.",
    ),
    Notification(
        NotificationKind.NOT_SYNCED, at_ms=ms("12:13") - 3 * 86_400_000
    ): (
        "Not synced since Feb 26, 12:13",
        "Your data is saved and will be synced later.",
    ),
    Notification(NotificationKind.SAVED, retention=Retention(30, 218, 218)): (
        "Your history is safe",
        (
            "Claude Code will delete 218 old transcripts soon."
            " Your stats are already saved."
        ),
    ),
    Notification(NotificationKind.SAVED, retention=Retention(30, 218, 9)): (
        "Claude Code is about to delete transcripts",
        (
            "Claude Code will delete 218 old transcripts soon."
            " The stats of 9 are already saved."
        ),
    ),
    Notification(
        NotificationKind.COLD_CACHE, reset_ms=ms("12:42"), session=SHOP
    ): (
        "Prompt cache goes cold at 12:42",
        "shop: waking the session then takes 217K tokens.",
    ),
    Notification(
        NotificationKind.COLD_CACHE, reset_ms=ms("12:42"), session=UNSURE
    ): (
        "Prompt cache probably goes cold at 12:42",
        "Waking the session then takes 217K tokens.",
    ),
    Notification(NotificationKind.PROBLEM): (
        "Can't read Claude Code's logs",
        "Click for details.",
    ),
}


@pytest.mark.parametrize(
    "notification", EXPECTED, ids=lambda notification: notification.kind
)
def test_title_and_body(notification: Notification) -> None:
    assert format_notification(notification, CONTEXT) == EXPECTED[notification]


def test_every_kind_has_a_text() -> None:
    assert {notification.kind for notification in EXPECTED} == set(
        NotificationKind
    )


def test_title_names_the_account_if_there_are_several() -> None:
    notification = Notification(
        NotificationKind.USED, name="work", reset_ms=RESET, percent=75
    )

    assert (
        format_notification(notification, CONTEXT)[0]
        == "75% of the 5-hour limit used (work)"
    )


@pytest.mark.parametrize("language", list_languages())
def test_every_language_has_every_notification(language: str) -> None:
    context = CONTEXT._replace(translator=load_translator(language))

    for notification in EXPECTED:
        assert all(format_notification(notification, context))


@pytest.mark.parametrize(
    ("files", "saved", "expected"),
    [
        (1, 1, "delete 1 old transcript soon. Your stats are already saved."),
        (2, 2, "2 old transcripts soon. Your stats are already saved."),
        (2, 1, "2 old transcripts soon. The stats of 1 are already saved."),
    ],
)
def test_deletion_warning_counts_transcripts(
    files: int,
    saved: int,
    expected: str,
) -> None:
    text = format_deletion_warning(Retention(30, files, saved), CONTEXT)

    assert text.endswith(expected)


def test_a_saved_history_without_counts_has_only_a_title() -> None:
    saved = Notification(NotificationKind.SAVED)

    assert format_notification(saved, CONTEXT) == ("Your history is safe", "")


@pytest.mark.parametrize("session", [None, SHOP._replace(cache=None)])
def test_a_cold_cache_without_details_has_only_a_title(
    session: RestingSession | None,
) -> None:
    cold = Notification(
        NotificationKind.COLD_CACHE, reset_ms=ms("12:42"), session=session
    )

    assert format_notification(cold, CONTEXT) == (
        "Prompt cache goes cold at 12:42",
        "",
    )
