"""Figures → PopupView."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.core.snapshot import SyncPhase
from claude_tray.ui.popup.presenter import sections
from claude_tray.ui.popup.presenter.chart import build_chart
from claude_tray.ui.popup.presenter.context import (
    PopupContext,
    format_plan_name,
)
from claude_tray.ui.popup.presenter.headline import build_headline
from claude_tray.ui.popup.presenter.notes import build_notes
from claude_tray.ui.popup.view_model import (
    AccountTab,
    PopupControls,
    PopupView,
)
from claude_tray.ui.toolkit.widgets import SHORTCUTS, Button

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from claude_tray.i18n.translator import Translator
    from claude_tray.ui.popup.data import StoreSource
    from claude_tray.ui.popup.view_model import Headline


def build_controls(context: PopupContext) -> PopupControls:
    """Return what can be pressed."""
    gettext = context.translator.gettext
    is_syncing = context.data.snapshot.sync.phase is not SyncPhase.OFF
    sync = (
        (_make_button("sync-now", gettext("Sync Now")),) if is_syncing else ()
    )
    return PopupControls(
        tabs=(
            _make_button("tab:projects", gettext("Projects")),
            _make_button("tab:models", gettext("Models")),
            _make_button("tab:days", gettext("30 days")),
        ),
        buttons=(
            _make_button("refresh", gettext("Refresh Now")),
            _make_button("dashboard", gettext("Open Dashboard")),
            _make_button("settings", gettext("Settings")),
            _make_button("more", gettext("More")),
        ),
        menu=(
            *sync,
            _make_button("page", gettext("Show as Web Page")),
            _make_button("copy", gettext("Copy Summary")),
            _make_button("picture", gettext("Save as Picture")),
            _make_button("diagnostics", gettext("Copy Diagnostics")),
            None,
            _make_button("about", gettext("About claude-tray")),
            _make_button("quit", gettext("Quit claude-tray")),
        ),
    )


def _make_button(action: str, label: str) -> Button:
    return Button(action, label, SHORTCUTS.get(action, ""))


def build_view(context: PopupContext) -> PopupView:
    """Return what the popup shows at a moment."""
    gettext = context.translator.gettext
    headline = build_headline(context)
    has_window = context.window is not None
    return PopupView(
        language=context.translator.language,
        is_rtl=context.translator.is_rtl,
        sentence=_format_summary_sentence(context, headline),
        accounts=_build_account_tabs(context),
        headline=headline,
        chart=build_chart(context),
        weekly_limits=sections.build_weekly_limits(context),
        tiles=sections.build_tiles(context),
        token_costs_title=gettext("Cost of this window")
        if has_window
        else gettext("Cost of the last window"),
        pace_text=sections.format_pace(context),
        token_costs=sections.build_token_costs(context),
        ranking_title=gettext("In this window")
        if has_window
        else gettext("In the last window"),
        projects=sections.build_project_ranking(context),
        models=sections.build_model_ranking(context),
        empty_ranking_text=gettext("Nothing used yet"),
        daily_costs=sections.build_daily_costs(context),
        sync=sections.build_sync_line(context),
        controls=build_controls(context),
        notes=build_notes(context),
    )


def _format_summary_sentence(context: PopupContext, headline: Headline) -> str:
    """Return all that matters: what is read out when the window opens."""
    countdown = " ".join(filter(None, (headline.countdown, headline.until)))
    name = "Claude Code"
    if context.usage is not None:
        usage_text = context.format_usage(context.usage.percent)
        countdown = f"{countdown}, {usage_text}"
    return f"{name}: {countdown}. {headline.pill}. {headline.sentence}"


def _build_account_tabs(context: PopupContext) -> tuple[AccountTab, ...]:
    accounts = context.data.snapshot.accounts
    if len(accounts) < 2:  # noqa: PLR2004 - one needs no choice
        return ()
    return tuple(
        AccountTab(account.name, number == context.account_index)
        for number, account in enumerate(accounts)
    )


def format_summary(view: PopupView) -> str:
    """Return all that matters; no project is named."""
    lines = [view.sentence]
    lines += [
        " ".join(filter(None, (limit.name, limit.value, limit.reset_text)))
        for limit in view.weekly_limits
    ]
    lines += [
        f"{tile.name}: {tile.cost}, {tile.tokens}" for tile in view.tiles
    ]
    lines += [f"{row.name}: {row.cost}, {row.tokens}" for row in view.models]
    lines += view.notes
    return "\n".join(lines)


def load_view(
    source: StoreSource,
    translator: Translator,
    now: datetime,
    account_name: str = "",
    zone: tzinfo | None = None,
) -> PopupView:
    """
    Return what the popup shows.

    Args:
        source: The store.
        translator: How a person is spoken to.
        now: The moment.
        account_name: The name of the account that is looked at; another one's,
            or an empty one, is the one that was used last.
        zone: Whose clock is shown; None is this machine's.
    """
    data = source.load_data(account_name, now)
    names = [account_state.name for account_state in data.snapshot.accounts]
    settings = source.settings
    return build_view(
        PopupContext(
            data,
            now,
            translator,
            zone,
            names.index(account_name) if account_name in names else 0,
            shows_remaining=settings.general_show == "left",
            plan=format_plan_name(settings.limits_plan),
        ),
    )
