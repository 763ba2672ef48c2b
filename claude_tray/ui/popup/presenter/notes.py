"""What must be known of the figures, in sentences below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.i18n.notification_text import format_deletion_warning

if TYPE_CHECKING:
    from claude_tray.core.snapshot import Snapshot
    from claude_tray.i18n.translator import Translator
    from claude_tray.ui.popup.presenter.context import PopupContext


def build_notes(context: PopupContext) -> tuple[str, ...]:
    """Return what must be known of the figures."""
    gettext, notes = context.translator.gettext, []
    snapshot, account_state = context.data.snapshot, context.account_state
    if account_state and account_state.started_elsewhere_at and context.window:
        time = context.format_time(account_state.started_elsewhere_at)
        notes.append(
            gettext("The window was started elsewhere at {time}.", time=time)
        )
    return (*notes, *build_snapshot_notes(snapshot, context.translator))


def build_snapshot_notes(
    snapshot: Snapshot, translator: Translator
) -> list[str]:
    """Return what must be known of all accounts' figures."""
    gettext, notes = translator.gettext, []
    if snapshot.unpriced_models:
        names = ", ".join(snapshot.unpriced_models)
        notes.append(gettext("No price is known for {models}.", models=names))
    incomplete_percent = snapshot.last_30_days.incomplete_percent
    if incomplete_percent:
        percent = translator.format_percent(max(1.0, incomplete_percent))
        notes.append(
            gettext(
                "Costs are the least they were: {percent} of requests are"
                " incomplete.",
                percent=percent,
            ),
        )
    notes += [
        gettext(
            "Sessions run in {folder} too, which is not followed.",
            folder=folder,
        )
        for folder in snapshot.unfollowed_folders
    ]
    if snapshot.retention:
        notes.append(format_deletion_warning(snapshot.retention, translator))
    return notes
