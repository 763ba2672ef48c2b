"""What the tooltip says, the weightiest line first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.domain.snapshot import SyncPhase
from claude_tray.domain.standing import Standing

if TYPE_CHECKING:
    from claude_tray.domain.snapshot import Used
    from claude_tray.domain.standing import Refusal
    from claude_tray.domain.window import Window
    from claude_tray.tray.telling import Telling

# Windows keeps 128 UTF-16 units, the last of them for the end.
TOOLTIP_UNITS: Final = 127
_NAME: Final = "Claude Code"


def told_of(telling: Telling) -> list[str]:
    """Return what is said of an account; with an error also what is known."""
    standing = telling.standing
    if standing is Standing.ERROR:
        lines = _on_error(telling)
    elif standing is Standing.READING:
        share = telling.tongue.percent((telling.snapshot.reading or 0) * 100)
        said = telling.tongue.say("reading the logs, {share}", share=share)
        lines = [_headline(telling, said)]
    elif refusal := telling.refusal:
        lines = _on_refusal(telling, refusal)
    elif window := telling.window:
        lines = _on_window(telling, window)
    else:
        lines = _on_idle(telling)
    return lines + _further(telling)


def tooltip_of(telling: Telling) -> str:
    """Return the lines that fit a tooltip; whole ones are left out."""
    lines = told_of(telling)
    if telling.standing is Standing.ERROR and telling.window is None:
        lines[1:] = [telling.tongue.say("Click for help")]
    if (late := _not_synced(telling)) and len(lines) > 1:
        lines[-1] = late
    while len(lines) > 1 and _units("\n".join(lines)) > TOOLTIP_UNITS:
        lines = lines[:-1]
    return _cut("\n".join(lines))


def name_of(telling: Telling) -> str:
    """Return whose figures these are."""
    if telling.snapshot.is_demo:
        return telling.tongue.say("{name} (demo)", name=_NAME)
    if len(telling.snapshot.profiles) > 1 and telling.state:
        return f"{_NAME} ({telling.state.name})"
    return _NAME


def _headline(telling: Telling, said: str) -> str:
    return f"{name_of(telling)}: {said}"


def _on_window(telling: Telling, window: Window) -> list[str]:
    say = telling.tongue.say
    headline = say(
        "{left} left ({clock})",
        left=telling.tongue.duration(window.end - telling.now),
        clock=telling.clock(window.end),
    )
    lines = [_headline(telling, headline)]
    used = telling.state.used if telling.state else None
    if used is None:
        figures = telling.figures(window.totals)
        lines.append(say("This window {cost}, {tokens} tokens", **figures))
        return [*lines, *_week(telling), today_of(telling)]
    if telling.standing is Standing.STALE:
        return lines + stale_of(telling, used)
    return [*lines, _use(telling, used), *_week(telling), today_of(telling)]


def stale_of(telling: Telling, used: Used) -> list[str]:
    """Say how old a percentage is."""
    say = telling.tongue.say
    span = telling.tongue.duration(telling.now - used.as_of)
    values = {
        "percent": telling.share(used.percent),
        "clock": telling.clock(used.as_of),
    }
    if telling.is_left:
        first = say("{percent} left, as of {clock}", **values)
    else:
        first = say("Used {percent}, as of {clock}", **values)
    return [first, say("No new data for {span}", span=span)]


def _use(telling: Telling, used: Used) -> str:
    say, percent = telling.tongue.say, telling.share(used.percent)
    pace = telling.state.pace if telling.state else None
    if pace and pace.limit_at:
        clock = telling.clock(pace.limit_at)
        values = {"percent": percent, "clock": clock}
        if telling.is_left:
            return say("{percent} left, limit at about {clock}", **values)
        return say("Used {percent}, limit at about {clock}", **values)
    if pace and pace.percent_at_reset is not None:
        share = telling.share(pace.percent_at_reset)
        values = {"percent": percent, "share": share}
        if telling.is_left:
            return say("{percent} left, at this pace {share}", **values)
        return say("Used {percent}, at this pace {share}", **values)
    if telling.is_left:
        return say("{percent} left", percent=percent)
    return say("Used {percent}", percent=percent)


def _on_refusal(telling: Telling, refusal: Refusal) -> list[str]:
    say = telling.tongue.say
    span = telling.tongue.duration(refusal.until - telling.now)
    if refusal.is_weekly:
        moment = telling.day_and_clock(refusal.until)
        again = say(
            "Works again {moment}, in {span}", moment=moment, span=span
        )
        figures = telling.figures(telling.snapshot.last_7_days)
        days = say("Last 7 days {cost}, {tokens} tokens", **figures)
        return [_headline(telling, say("weekly limit reached")), again, days]
    clock = telling.clock(refusal.until)
    again = say("Works again at {clock}, in {span}", clock=clock, span=span)
    head = _headline(telling, say("limit reached"))
    return [head, again, *_week(telling), today_of(telling)]


def _on_idle(telling: Telling) -> list[str]:
    say = telling.tongue.say
    return [
        _headline(telling, say("no window open")),
        say("Your next message starts 5 hours"),
        *_week(telling),
        today_of(telling),
    ]


def _on_error(telling: Telling) -> list[str]:
    lines = [_headline(telling, telling.snapshot.problem)]
    window = telling.window
    if window is None:
        return [*lines, *_on_idle(telling)[1:]]
    known = _on_window(telling, window)
    return [*lines, known[0].partition(": ")[2], *known[1:]]


def _week(telling: Telling) -> list[str]:
    week, say = telling.week, telling.tongue.say
    if week is None:
        return []
    share = telling.share(week.percent)
    if week.resets_at is None:
        if telling.is_left:
            return [say("Week {share} left", share=share)]
        return [say("Week {share}", share=share)]
    values = {
        "share": share,
        "moment": telling.day_and_clock(week.resets_at),
    }
    if telling.is_left:
        return [say("Week {share} left, resets {moment}", **values)]
    return [say("Week {share}, resets {moment}", **values)]


def today_of(telling: Telling) -> str:
    """Say what was used today, by all accounts together."""
    figures = telling.figures(telling.snapshot.today)
    return telling.tongue.say("Today {cost}, {tokens} tokens", **figures)


def _further(telling: Telling) -> list[str]:
    state = telling.state
    if state is None or state.started_elsewhere_at is None:
        return []
    clock = telling.clock(state.started_elsewhere_at)
    return [telling.tongue.say("Started elsewhere at {clock}", clock=clock)]


def _not_synced(telling: Telling) -> str:
    sync = telling.snapshot.sync
    is_late = sync.phase in (SyncPhase.DELAYED, SyncPhase.STOPPED)
    if not is_late or sync.last_ok_at is None:
        return ""
    clock = telling.clock(sync.last_ok_at)
    return telling.tongue.say("Not synced since {clock}", clock=clock)


def _cut(text: str) -> str:
    while _units(text) > TOOLTIP_UNITS:
        text = text[:-2] + "\N{HORIZONTAL ELLIPSIS}"
    return text


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
