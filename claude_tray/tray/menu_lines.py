"""What the menu says of each account; every line opens the popup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.domain.standing import Standing
from claude_tray.tray.commands import command
from claude_tray.tray.provenance import source_of
from claude_tray.tray.telling import DOT

if TYPE_CHECKING:
    from claude_tray.domain.snapshot import Used
    from claude_tray.domain.standing import Refusal
    from claude_tray.domain.window import Window
    from claude_tray.tray.telling import Telling

_FIVE_HOUR = "five_hour"
_SEVEN_DAY = "seven_day"


def menu_lines(telling: Telling) -> list[str]:
    """Return one to three lines, the first with the name if there are more."""
    lines = _lines(telling)
    if len(telling.snapshot.profiles) > 1 and telling.state:
        lines[0] = f"{telling.state.name}: {lines[0]}"
    return lines


def _lines(telling: Telling) -> list[str]:
    standing, say = telling.standing, telling.tongue.say
    window = telling.window
    if standing is Standing.ERROR:
        problem = telling.snapshot.problem
        language, system = telling.tongue.language, telling.system
        show = command(say("Show help"), language, system)
        lines = [f"{problem}{DOT}{show}"]
        return lines + (_of_window(telling, window) if window else [])
    if standing is Standing.READING:
        share = telling.tongue.percent((telling.snapshot.reading or 0) * 100)
        return [say("Reading the logs, {share}", share=share)]
    if refusal := telling.refusal:
        return [_refused(telling, refusal), *_week(telling)]
    if window is None:
        said = (say("No window open"), say("Your next message starts 5 hours"))
        return [*said, *_week(telling)]
    return _of_window(telling, window)


def _refused(telling: Telling, refusal: Refusal) -> str:
    say = telling.tongue.say
    if refusal.is_weekly:
        moment = telling.day_and_clock(refusal.until)
        return say(
            "Weekly limit reached \N{MIDDLE DOT} works again {moment}",
            moment=moment,
        )
    return say(
        "Limit reached \N{MIDDLE DOT} works again {clock} ({span})",
        clock=telling.clock(refusal.until),
        span=telling.tongue.duration(refusal.until - telling.now),
    )


def _of_window(telling: Telling, window: Window) -> list[str]:
    say = telling.tongue.say
    left = say(
        "{left} left \N{MIDDLE DOT} resets {clock}",
        left=telling.tongue.duration(window.end - telling.now),
        clock=telling.clock(window.end),
    )
    used = telling.state.used if telling.state else None
    if used is None:
        source = source_of(window, telling.state, telling.tongue)
        return [left, *filter(None, [source]), *_week(telling)]
    if telling.standing is Standing.STALE:
        old = say(
            "As of {clock}, no new data for {span}",
            clock=telling.clock(used.as_of),
            span=telling.tongue.duration(telling.now - used.as_of),
        )
        return [left, old, *_week(telling)]
    return [left, _use(telling, used), *_week(telling)]


def _use(telling: Telling, used: Used) -> str:
    say = telling.tongue.say
    share = telling.share(used.percent)
    if telling.is_left:
        text = say("{percent} left", percent=share)
    else:
        text = say("{percent} used", percent=share)
    pace = telling.state.pace if telling.state else None
    if pace and pace.limit_at:
        clock = telling.clock(pace.limit_at)
        return text + DOT + say("limit at about {clock}", clock=clock)
    if pace and pace.percent_at_reset is not None:
        percent = telling.share(pace.percent_at_reset)
        return text + DOT + say("{percent} by the reset", percent=percent)
    return text


def _week(telling: Telling) -> list[str]:
    week, say = telling.week, telling.tongue.say
    if week is None or telling.state is None:
        return []
    parts = [say("Week {share}", share=telling.share(week.percent))]
    parts += [
        f"{_model(used.name)} {telling.share(used.percent)}"
        for used in telling.state.weekly
        if used.name not in (_FIVE_HOUR, _SEVEN_DAY)
    ]
    if week.resets_at is not None:
        moment = telling.day_and_clock(week.resets_at)
        parts.append(say("resets {moment}", moment=moment))
    return [DOT.join(parts)]


def _model(name: str) -> str:
    """Return "Opus" of "seven_day_opus"."""
    return name.removeprefix(f"{_SEVEN_DAY}_").replace("_", " ").title()
