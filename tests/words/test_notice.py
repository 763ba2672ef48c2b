from __future__ import annotations

from datetime import UTC

import pytest

from claude_tray.domain.notice import Kind, Notice
from claude_tray.domain.snapshot import Retention
from claude_tray.words.notice import Speech, said_of
from claude_tray.words.tongue import ENGLISH, languages, tongue_of
from tests.support.builders import at, ms

SPEECH = Speech(at("12:13"), UTC, ENGLISH)
RESET = ms("15:00")
# 5 March 2026 is a Thursday.
WEEK = ms("09:00", day=5)

SAID = {
    Notice(Kind.RUN_OUT, reset_ms=RESET, at_ms=ms("13:01")): (
        "Limit at about 13:01",
        "At this pace you run out 1h 59m before the reset at 15:00.",
    ),
    Notice(Kind.USED, reset_ms=RESET, percent=75): (
        "75% of the 5-hour limit used",
        "2h 47m left, resets at 15:00.",
    ),
    Notice(Kind.USED_AGAIN, reset_ms=RESET, percent=90): (
        "90% of the 5-hour limit used",
        "2h 47m left, resets at 15:00.",
    ),
    Notice(Kind.LIMIT, reset_ms=ms("13:21")): (
        "5-hour limit reached",
        "Claude Code works again at 13:21, in 1h 08m.",
    ),
    Notice(Kind.READY): (
        "Claude Code is ready again",
        "The limit has reset.",
    ),
    Notice(Kind.WEEK, reset_ms=WEEK, percent=80): (
        "80% of the weekly limit used",
        "Resets Thursday at 09:00.",
    ),
    Notice(Kind.WEEK_AGAIN, reset_ms=WEEK, percent=95): (
        "95% of the weekly limit used",
        "Resets Thursday at 09:00.",
    ),
    Notice(Kind.WEEK_LIMIT, reset_ms=WEEK): (
        "Weekly limit reached",
        "Works again Thursday at 09:00.",
    ),
    Notice(Kind.BUDGET, spent=25_100_000_000, budget=25_000_000_000): (
        "Daily budget reached",
        "$25.10 of $25.00 spent today.",
    ),
    Notice(Kind.NOT_SYNCED, at_ms=ms("12:13") - 86_400_000): (
        "Not synced since yesterday",
        "Your counts are kept and sent later.",
    ),
    Notice(Kind.NOT_SYNCED, at_ms=ms("12:13") - 3 * 86_400_000): (
        "Not synced since Feb 26",
        "Your counts are kept and sent later.",
    ),
    Notice(Kind.SAVED, retention=Retention(30, 218, 218)): (
        "Old transcripts go, their numbers stay",
        (
            "Claude Code deletes 218 transcripts within 3 days; their numbers"
            " are saved."
        ),
    ),
    Notice(Kind.PROBLEM): (
        "Cannot read Claude Code's logs",
        "Open the help for what to do.",
    ),
}


@pytest.mark.parametrize("notice", SAID, ids=lambda notice: notice.kind)
def test_what_is_said(notice: Notice) -> None:
    assert said_of(notice, SPEECH) == SAID[notice]


def test_of_several_accounts_the_title_names_one() -> None:
    notice = Notice(Kind.USED, name="work", reset_ms=RESET, percent=75)

    assert said_of(notice, SPEECH)[0] == "75% of the 5-hour limit used (work)"


@pytest.mark.parametrize("language", languages())
def test_every_language_says_everything(language: str) -> None:
    speech = SPEECH._replace(tongue=tongue_of(language))

    for notice in SAID:
        assert all(said_of(notice, speech))
