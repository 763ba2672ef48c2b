"""What a notice says: the title is the fact, the body what to act on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.notice import Kind, Notice
from claude_tray.words.retention import deleted_soon

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from claude_tray.words.tongue import Tongue

_DAY: Final = timedelta(days=1)


class Speech(NamedTuple):
    """To whom and when something is said."""

    now: datetime
    zone: tzinfo | None
    tongue: Tongue

    def clock(self, at_ms: int) -> str:
        return self.tongue.clock(_at(at_ms), self.zone)

    def weekday(self, at_ms: int) -> str:
        return self.tongue.weekday(_at(at_ms), self.zone)

    def until(self, at_ms: int) -> str:
        return self.tongue.duration(_at(at_ms) - self.now)


def said_of(notice: Notice, speech: Speech) -> tuple[str, str]:
    """Return the title and the body of a notice, as plain text."""
    title, body = _SAYINGS[notice.kind](notice, speech)
    return (f"{title} ({notice.name})" if notice.name else title), body


def _run_out(notice: Notice, speech: Speech) -> tuple[str, str]:
    say = speech.tongue.say
    span = speech.tongue.duration(_at(notice.reset_ms) - _at(notice.at_ms))
    return (
        say("Limit at about {clock}", clock=speech.clock(notice.at_ms)),
        say(
            "At this pace you run out {span} before the reset at {clock}.",
            span=span,
            clock=speech.clock(notice.reset_ms),
        ),
    )


def _used(notice: Notice, speech: Speech) -> tuple[str, str]:
    say = speech.tongue.say
    percent = speech.tongue.percent(notice.percent)
    return (
        say("{percent} of the 5-hour limit used", percent=percent),
        say(
            "{left} left, resets at {clock}.",
            left=speech.until(notice.reset_ms),
            clock=speech.clock(notice.reset_ms),
        ),
    )


def _limit(notice: Notice, speech: Speech) -> tuple[str, str]:
    say = speech.tongue.say
    return (
        say("5-hour limit reached"),
        say(
            "Claude Code works again at {clock}, in {span}.",
            clock=speech.clock(notice.reset_ms),
            span=speech.until(notice.reset_ms),
        ),
    )


def _ready(_: Notice, speech: Speech) -> tuple[str, str]:
    say = speech.tongue.say
    return say("Claude Code is ready again"), say("The limit has reset.")


def _week(notice: Notice, speech: Speech) -> tuple[str, str]:
    say = speech.tongue.say
    percent = speech.tongue.percent(notice.percent)
    return (
        say("{percent} of the weekly limit used", percent=percent),
        say(
            "Resets {day} at {clock}.",
            day=speech.weekday(notice.reset_ms),
            clock=speech.clock(notice.reset_ms),
        ),
    )


def _week_limit(notice: Notice, speech: Speech) -> tuple[str, str]:
    say = speech.tongue.say
    return (
        say("Weekly limit reached"),
        say(
            "Works again {day} at {clock}.",
            day=speech.weekday(notice.reset_ms),
            clock=speech.clock(notice.reset_ms),
        ),
    )


def _budget(notice: Notice, speech: Speech) -> tuple[str, str]:
    say, money = speech.tongue.say, speech.tongue.money
    return (
        say("Daily budget reached"),
        say(
            "{spent} of {budget} spent today.",
            spent=money(notice.spent),
            budget=money(notice.budget),
        ),
    )


def _not_synced(notice: Notice, speech: Speech) -> tuple[str, str]:
    say = speech.tongue.say
    is_older = speech.now - _at(notice.at_ms) >= 2 * _DAY
    if is_older:
        day = speech.tongue.day(_at(notice.at_ms), speech.zone)
        title = say("Not synced since {day}", day=day)
    else:
        title = say("Not synced since yesterday")
    return title, say("Your counts are kept and sent later.")


def _problem(_: Notice, speech: Speech) -> tuple[str, str]:
    say = speech.tongue.say
    return (
        say("Cannot read Claude Code's logs"),
        say("Open the help for what to do."),
    )


def _saved(notice: Notice, speech: Speech) -> tuple[str, str]:
    said = notice.retention
    body = deleted_soon(said, speech.tongue) if said else ""
    return speech.tongue.say("Old transcripts go, their numbers stay"), body


_SAYINGS: Final[dict[Kind, Callable[[Notice, Speech], tuple[str, str]]]] = {
    Kind.LIMIT: _limit,
    Kind.WEEK_LIMIT: _week_limit,
    Kind.USED_AGAIN: _used,
    Kind.RUN_OUT: _run_out,
    Kind.WEEK_AGAIN: _week,
    Kind.USED: _used,
    Kind.WEEK: _week,
    Kind.READY: _ready,
    Kind.BUDGET: _budget,
    Kind.PROBLEM: _problem,
    Kind.NOT_SYNCED: _not_synced,
    Kind.SAVED: _saved,
}


def _at(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)
