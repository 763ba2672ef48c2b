"""What must be known of the figures, in sentences below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.words.retention import deleted_soon

if TYPE_CHECKING:
    from claude_tray.domain.snapshot import Snapshot
    from claude_tray.popup.moment import Moment
    from claude_tray.words.tongue import Tongue


def notes_of(moment: Moment) -> tuple[str, ...]:
    """Return what must be known of the figures."""
    say, notes = moment.tongue.say, []
    snapshot, state = moment.figures.snapshot, moment.state
    if state and state.started_elsewhere_at and moment.window:
        time = moment.clock(state.started_elsewhere_at)
        notes.append(
            say("The window was started elsewhere at {time}.", time=time)
        )
    return (*notes, *snapshot_notes(snapshot, moment.tongue))


def snapshot_notes(snapshot: Snapshot, tongue: Tongue) -> list[str]:
    """Return what must be known of all accounts' figures."""
    say, notes = tongue.say, []
    if snapshot.unpriced_models:
        names = ", ".join(snapshot.unpriced_models)
        notes.append(say("No price is known for {models}.", models=names))
    share = snapshot.last_30_days.incomplete_percent
    if share:
        percent = tongue.percent(max(1.0, share))
        notes.append(
            say(
                "Costs are the least they were: {percent} of requests are"
                " incomplete.",
                percent=percent,
            ),
        )
    notes += [
        say(
            "Sessions run in {folder} too, which is not followed.",
            folder=folder,
        )
        for folder in snapshot.offered
    ]
    if snapshot.retention:
        notes.append(deleted_soon(snapshot.retention, tongue))
    return notes
