"""The headline: how long, until when, and whether it will do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.domain.standing import Standing, urgency_of
from claude_tray.domain.window import WINDOW_LENGTH, Source
from claude_tray.popup.view import Headline, State
from claude_tray.words.numbers import UNKNOWN

if TYPE_CHECKING:
    from claude_tray.domain.window import Window
    from claude_tray.popup.moment import Moment

_STATES: Final = {
    Standing.OK: State.OK,
    Standing.WARNING: State.WARNING,
    Standing.CRITICAL: State.CRITICAL,
}


def headline_of(moment: Moment) -> Headline:
    """Return the answer that stands at the top."""
    snapshot = moment.figures.snapshot
    state = state_of(moment)
    if state is State.ERROR:
        sentence = snapshot.problem
    elif state is State.READING:
        sentence = _reading(moment)
    else:
        sentence = sentence_of(moment, state)
    large, beside = _countdown(moment)
    return Headline(
        title=_title(moment),
        corner=_corner(moment),
        large=large,
        beside=beside,
        state=state,
        pill=_pill(moment, state),
        sentence=sentence,
        progress=snapshot.reading,
    )


def state_of(moment: Moment) -> State:
    """Return how the window stands."""
    snapshot = moment.figures.snapshot
    if snapshot.problem:
        return State.ERROR
    if moment.stopped_until is not None:
        return State.LIMIT
    if moment.window is None:
        return State.READING if snapshot.reading is not None else State.IDLE
    if moment.used is None:
        return State.UNKNOWN
    if moment.is_stale:
        return State.STALE
    return _by_share(moment, moment.window)


def _by_share(moment: Moment, window: Window) -> State:
    percent = moment.used.percent if moment.used else 0.0
    return _STATES[
        urgency_of(percent, moment.limit_at, window.end, moment.now)
    ]


def sentence_of(moment: Moment, state: State) -> str:
    """Return what the state means, in a sentence."""
    say = moment.tongue.say
    if state is State.LIMIT:
        until = moment.stopped_until or moment.now
        return say(
            "Claude Code works again at {time}.",
            time=moment.clock(until),
        )
    if state is State.IDLE:
        return say("No window is open. Your next message starts one.")
    if state is State.UNKNOWN:
        return _without_a_limit(moment)
    if state is State.STALE:
        used = moment.used
        return say(
            "{percent} used as of {time}; more was used since.",
            percent=moment.tongue.percent(used.percent if used else 0),
            time=moment.clock(used.as_of if used else moment.now),
        )
    return _projection(moment)


def _projection(moment: Moment) -> str:
    say, tongue = moment.tongue.say, moment.tongue
    pace = moment.state.pace if moment.state else None
    end = moment.limit_at
    if end and moment.window:
        return say(
            "At this pace the limit comes at {time}, {span} too soon.",
            time=moment.clock(end),
            span=tongue.duration(moment.window.end - end),
        )
    if pace and pace.percent_at_reset is not None:
        return say(
            "At this pace {percent} will be used by the reset.",
            percent=tongue.percent(pace.percent_at_reset),
        )
    used = moment.used
    return say(
        "{percent} of the 5-hour limit is used.",
        percent=tongue.percent(used.percent if used else 0),
    )


def _without_a_limit(moment: Moment) -> str:
    say, tongue = moment.tongue.say, moment.tongue
    pace = moment.state.pace if moment.state else None
    usual = pace.usual_tokens if pace else None
    window = moment.window
    if usual and window:
        tokens = window.totals.tokens
        return say(
            "{tokens} tokens in and out; your usual window has {usual}.",
            tokens=tongue.tokens(tokens.input + tokens.output),
            usual=tongue.tokens(usual[0]),
        )
    return say("Claude Code has not told how much of the limit is used.")


def _reading(moment: Moment) -> str:
    share = (moment.figures.snapshot.reading or 0) * 100
    return moment.tongue.say(
        "Reading Claude Code's logs, {percent}. It is done once.",
        percent=moment.tongue.percent(share),
    )


def _title(moment: Moment) -> str:
    if moment.is_week_over:
        return moment.tongue.say("Weekly limit")
    return moment.tongue.say("5-hour window")


def _corner(moment: Moment) -> str:
    if moment.figures.snapshot.is_demo:
        return moment.tongue.say("Demo")
    if moment.plan or moment.used is None:
        return moment.plan
    return moment.tongue.say(
        "Told by Claude Code at {clock}",
        clock=moment.clock(moment.used.as_of),
    )


def _countdown(moment: Moment) -> tuple[str, str]:
    """Return the large text and what stands beside it."""
    say, tongue = moment.tongue.say, moment.tongue
    until, window = moment.stopped_until, moment.window
    if until is not None:
        left = tongue.duration(until - moment.now)
        return left, say("until {time}", time=moment.clock(until))
    if window is not None:
        left = tongue.duration(window.end - moment.now)
        return left, _until(moment, window)
    if moment.figures.snapshot.problem:
        return UNKNOWN, ""
    if moment.figures.snapshot.reading is not None:
        return tongue.percent(moment.figures.snapshot.reading * 100), ""
    return tongue.duration(WINDOW_LENGTH), say("ready")


def _until(moment: Moment, window: Window) -> str:
    """Say when the window ends, and how sure that is."""
    say, time = moment.tongue.say, moment.clock(window.end)
    learnt = moment.state.learnt if moment.state else None
    if window.source is Source.OFFICIAL:
        return say("until {time}", time=time)
    if window.source is Source.LEARNT and learnt is not None:
        span = moment.tongue.duration(learnt.margin)
        return say("until {time} ± {span}", time=time, span=span)
    return say("until about {time}", time=time)


def _pill(moment: Moment, state: State) -> str:
    say = moment.tongue.say
    if state is State.LIMIT and moment.is_week_over:
        return say("Week is over")
    if state is State.STALE and moment.used:
        return say("As of {time}", time=moment.clock(moment.used.as_of))
    words = {
        State.OK: say("On pace"),
        State.WARNING: say("Too fast"),
        State.CRITICAL: say("Almost out"),
        State.LIMIT: say("Limit reached"),
        State.IDLE: say("Idle"),
        State.UNKNOWN: say("No limit known"),
        State.READING: say("Reading"),
        State.ERROR: say("Needs you"),
        State.STALE: say("Old"),
    }
    return words[state]
