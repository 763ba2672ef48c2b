"""Figures → PopupView."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.popup import lists
from claude_tray.popup.chart import chart_of
from claude_tray.popup.choices import choices_of
from claude_tray.popup.notes import notes_of
from claude_tray.popup.verdict import headline_of
from claude_tray.popup.view import AccountTab, PopupView

if TYPE_CHECKING:
    from claude_tray.popup.moment import Moment
    from claude_tray.popup.view import Headline


def view_of(moment: Moment) -> PopupView:
    """Return what the popup shows at a moment."""
    say = moment.tongue.say
    headline = headline_of(moment)
    has_window = moment.window is not None
    return PopupView(
        language=moment.tongue.language,
        is_rtl=moment.tongue.is_rtl,
        sentence=_sentence(moment, headline),
        accounts=_accounts(moment),
        headline=headline,
        chart=chart_of(moment),
        weeks=lists.weeks_of(moment),
        tiles=lists.tiles_of(moment),
        kinds_title=say("Cost of this window")
        if has_window
        else say("Cost of the last window"),
        kinds_side=lists.pace_of(moment),
        kinds=lists.kinds_of(moment),
        rows_title=say("In this window")
        if has_window
        else say("In the last window"),
        projects=lists.projects_of(moment),
        models=lists.models_of(moment),
        no_rows=say("Nothing used yet"),
        days=lists.days_of(moment),
        sync=lists.sync_of(moment),
        choices=choices_of(moment),
        notes=notes_of(moment),
    )


def _sentence(moment: Moment, headline: Headline) -> str:
    """Return all that matters: what is read out when the window opens."""
    countdown = " ".join(filter(None, (headline.large, headline.beside)))
    name = "Claude Code"
    if moment.used is not None:
        share = moment.share(moment.used.percent)
        countdown = f"{countdown}, {share}"
    return f"{name}: {countdown}. {headline.pill}. {headline.sentence}"


def _accounts(moment: Moment) -> tuple[AccountTab, ...]:
    profiles = moment.figures.snapshot.profiles
    if len(profiles) < 2:  # noqa: PLR2004 - one needs no choice
        return ()
    return tuple(
        AccountTab(state.name, number == moment.account)
        for number, state in enumerate(profiles)
    )
