"""The view of what the store holds at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.popup.compose import view_of
from claude_tray.popup.moment import Moment, plan_name

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from claude_tray.popup.source import Source
    from claude_tray.popup.view import PopupView
    from claude_tray.words.tongue import Tongue


def view_from(
    source: Source,
    tongue: Tongue,
    now: datetime,
    account: str = "",
    zone: tzinfo | None = None,
) -> PopupView:
    """
    Return what the popup shows.

    Args:
        source: The store.
        tongue: How a person is spoken to.
        now: The moment.
        account: The name of the account that is looked at; another one's,
            or an empty one, is the one that was used last.
        zone: Whose clock is shown; None is this machine's.
    """
    figures = source.figures(account, now)
    names = [profile.name for profile in figures.snapshot.profiles]
    settings = source.settings
    return view_of(
        Moment(
            figures,
            now,
            tongue,
            zone,
            names.index(account) if account in names else 0,
            shows_left=settings.general_show == "left",
            plan=plan_name(settings.limits_plan),
        ),
    )
