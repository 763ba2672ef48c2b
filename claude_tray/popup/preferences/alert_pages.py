"""The pages about limits and what is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.popup.preferences.form import (
    Buttons,
    Choice,
    Group,
    Option,
    Page,
)
from claude_tray.popup.preferences.standing import setting
from claude_tray.popup.view import Button

if TYPE_CHECKING:
    from claude_tray.popup.preferences.form import Row
    from claude_tray.popup.preferences.standing import Standing

_DOLLARS: Final = (0, 1, 2, 5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200)
_NANO: Final = 1_000_000_000
_USUAL_HOURS: Final = "22:00-08:00"


def limits_page(standing: Standing) -> Page:
    say = standing.tongue.say
    plan = standing.choice(
        "limits.plan",
        say("Plan"),
        (
            ("auto", say("Automatic")),
            ("pro", "Pro"),
            ("max5", "Max 5x"),
            ("max20", "Max 20x"),
        ),
        say("Its name only; percentages are Claude Code's own"),
    )
    rule = standing.choice(
        "window.rule",
        say("A window starts"),
        (
            ("auto", say("Automatic")),
            ("exact", say("Exactly")),
            ("ten-minutes", say("10 min")),
            ("hour", say("Hour")),
        ),
        say("Where Claude Code does not tell it"),
    )
    budget = standing.stepper(
        "limits.daily_budget_usd",
        say("Daily budget"),
        [(float(n), _dollars(standing, n)) for n in _DOLLARS],
        say("Tells you when a day has cost as much"),
    )
    table = standing.choice(
        "cost.table",
        say("Prices"),
        (("anthropic", "Anthropic"), ("agent-sync", "agent-sync")),
    )
    groups = (
        Group(say("Plan"), (plan,)),
        Group(say("5-hour window"), (rule,)),
        Group(say("Money"), (budget, table)),
    )
    return Page("limits", say("Limits"), groups)


def notifications_page(standing: Standing) -> Page:
    say = standing.tongue.say
    enabled = standing.switch("notifications.enabled", say("Notify me"))
    week = (
        standing.switch("notifications.week", say("Warn of the weekly limit")),
        standing.stepper(
            "notifications.week_percent",
            say("Warn at"),
            _percents(standing),
        ),
    )
    test = Button("test-notification", say("Send a Test Notification"))
    groups = (
        Group(say("Notifications"), (enabled,)),
        Group(say("5-hour window"), _window(standing)),
        Group(say("Week"), week),
        Group(say("Quiet"), (_quiet(standing), Buttons((test,)))),
    )
    return Page("notifications", say("Notifications"), groups)


def _window(standing: Standing) -> tuple[Row, ...]:
    say = standing.tongue.say
    percents = _percents(standing)
    return (
        standing.switch(
            "notifications.run_out",
            say("Warn when the limit comes before the reset"),
        ),
        standing.stepper(
            "notifications.warn_percent", say("Warn at"), percents
        ),
        standing.stepper(
            "notifications.warn_again_percent",
            say("Warn again at"),
            percents,
        ),
        standing.switch(
            "notifications.reset",
            say("Tell me when Claude Code is ready again"),
        ),
    )


def _quiet(standing: Standing) -> Choice:
    """Offer none, the usual hours, and those that the file has."""
    say, key = standing.tongue.say, "notifications.quiet_hours"
    chosen = standing.value(key)
    hours = [_USUAL_HOURS]
    if chosen and chosen != _USUAL_HOURS:
        hours.append(chosen)
    options = [Option(setting(key, ""), say("Off"), not chosen)]
    options += [
        Option(
            setting(key, text),
            text.replace("-", " \N{EN DASH} "),
            text == chosen,
        )
        for text in hours
    ]
    return Choice(say("Quiet hours"), tuple(options))


def _percents(standing: Standing) -> list[tuple[int, str]]:
    steps = (*range(50, 95, 5), 95, 99)
    return [(n, standing.tongue.percent(n)) for n in steps]


def _dollars(standing: Standing, amount: int) -> str:
    if not amount:
        return standing.tongue.say("none")
    return standing.tongue.money(amount * _NANO)
