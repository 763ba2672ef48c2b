"""The pages about what leaves the computer, and about the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray import __version__
from claude_tray.domain.snapshot import SyncPhase
from claude_tray.popup.preferences.form import (
    Buttons,
    Choice,
    Group,
    Info,
    Page,
)
from claude_tray.popup.view import Button

if TYPE_CHECKING:
    from claude_tray.popup.preferences.form import Row
    from claude_tray.popup.preferences.standing import Standing

_SECONDS: Final = (60, 120, 300, 600, 900, 1800, 3600)


def sync_page(standing: Standing) -> Page:
    say = standing.tongue.say
    switch = standing.switch(
        "sync.enabled",
        say("Sync with your other computers"),
        say("Only counts and costs, never your prompts"),
    )
    every = standing.stepper(
        "sync.every_seconds",
        say("Sync every"),
        [(n, say("{n} min", n=n // 60)) for n in _SECONDS],
    )
    buttons = (
        Button("sync-now", say("Sync Now")),
        Button("sync-test", say("Test Connection")),
    )
    server = (
        Info(say("Address"), standing.address or say("none yet")),
        Info(
            say("This computer"),
            standing.settings.sync_machine_name or say("its own name"),
        ),
        Buttons(buttons),
    )
    groups = (
        Group(say("Sync"), (switch, *_state(standing), every)),
        Group(say("Server"), server),
    )
    return Page("sync", say("Sync"), groups)


def _state(standing: Standing) -> tuple[Row, ...]:
    """Say when it was synced last, what waits, and what is wrong."""
    say, sync = standing.tongue.say, standing.sync
    if sync.phase is SyncPhase.OFF:
        return ()
    last = say("never")
    if sync.last_ok_at is not None and standing.now is not None:
        span = standing.tongue.duration(standing.now - sync.last_ok_at)
        last = say("{span} ago", span=span)
    rows: list[Row] = [Info(say("Last sync"), last, "ok")]
    if sync.waiting:
        count = standing.tongue.grouped(sync.waiting)
        rows.append(Info(say("Waiting"), count))
    if sync.problem:
        rows.append(Info(say("Last error"), sync.problem, "critical"))
    return tuple(rows)


def privacy_page(standing: Standing) -> Page:
    say = standing.tongue.say
    leaves = say("nothing")
    if standing.settings.sync_enabled:
        leaves = say("counts and costs, to your server")
    promises = (
        Info(say("Claude's credentials"), say("never read")),
        Info(say("Prompts and answers"), say("never stored, never sent")),
        Info(say("What leaves this computer"), leaves),
    )
    excluded = ", ".join(standing.settings.sync_exclude)
    sent = (
        _projects(standing),
        Info(say("Never sent"), excluded or say("no project is left out")),
        Buttons((Button("dry-run", say("Copy What Would Be Sent")),)),
    )
    groups = (
        Group(say("Promises"), promises),
        Group(say("What a server is told"), sent),
    )
    return Page("privacy", say("Privacy"), groups)


def _projects(standing: Standing) -> Choice:
    say = standing.tongue.say
    return standing.choice(
        "sync.projects",
        say("Projects"),
        (
            ("names", say("Names")),
            ("aliases", say("Aliases")),
            ("hidden", say("Hidden")),
        ),
        say("An alias cannot be turned back into a name"),
    )


def about_page(standing: Standing) -> Page:
    say = standing.tongue.say
    program = (
        Info("claude-tray", __version__),
        Info(say("Licence"), say("MIT; the font Inter: OFL")),
        Info(say("Not affiliated with"), "Anthropic"),
    )
    places = tuple(Info(name, path) for name, path in standing.places)
    help_ = Buttons((Button("diagnostics", say("Copy Diagnostics")),))
    groups = (
        Group(say("Program"), program),
        Group(say("Own files"), places),
        Group(say("When something is wrong"), (help_,)),
    )
    return Page("about", say("About"), groups)
