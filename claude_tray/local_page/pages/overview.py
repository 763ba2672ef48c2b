"""The overview: the window, the last days, and where the usage went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.cost import sum_totals
from claude_tray.core.periods import Period
from claude_tray.core.time import to_epoch_ms
from claude_tray.local_page import (
    selection,
    session_rows,
    usage,
)
from claude_tray.local_page.pages import welcome
from claude_tray.presentation import notes
from claude_tray.store import usage_queries, windows
from claude_tray.web import charts, rows, window_card

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.wrappers import Request, Response

    from claude_tray.core.accounts import Account
    from claude_tray.core.snapshot import AccountSnapshot
    from claude_tray.core.windows import Window
    from claude_tray.local_page.request_context import RequestContext
    from claude_tray.store.range_usage import StepUsage


_MAX_ROWS: Final = 8


class WindowUsage(NamedTuple):
    """
    An account and the usage of its open or last window.

    Attributes:
        account: The account; None before any use.
        window: The open window, or else the last one; None without any.
        steps: Its usage by minute.
    """

    account: Account | None = None
    state: AccountSnapshot | None = None
    window: Window | None = None
    steps: Sequence[StepUsage] = ()


def show_overview(request: Request, context: RequestContext) -> Response:
    """Show the window, the last days, and where the usage went."""
    return context.render("overview", **load_overview(request.args, context))


def load_overview(query: Any, context: RequestContext) -> dict[str, Any]:
    """Load the template variables of the overview."""
    with context.store.open() as opened:
        if opened is None:
            return {"welcome": welcome.load_welcome(context)}
        local = usage.load_usage(opened, context)
        greeting = welcome.load_welcome(context, local.snapshot)
        if greeting is not None:
            return {"welcome": greeting}
        selected = selection.parse_selection(query, context.page)
        used = load_window_usage(local, selected.account)
        return {
            "welcome": None,
            "notes": notes.build_snapshot_notes(
                local.snapshot, context.page.build_view(used.state)
            ),
            **build_window_values(local, used),
            **_load_lists(local, selected, used),
        }


def load_window_usage(
    local: usage.LocalUsage, account_name: str
) -> WindowUsage:
    """Load the window of an account, and who used it."""
    found = local.find_account(account_name)
    if found is None:
        return WindowUsage()
    account, state = found
    window = state.window or windows.find_latest(
        local.reader, account, to_epoch_ms(local.page.now)
    )
    steps = local.list_window_steps(account, window) if window else ()
    return WindowUsage(account, state, window, steps)


def build_window_values(
    local: usage.LocalUsage, used: WindowUsage
) -> dict[str, Any]:
    """Build the card of the window and its cost by kind of token."""
    page, gettext = local.page, local.context.gettext
    is_open = used.state is not None and used.state.window is not None
    minutes = (
        usage.build_minute_steps(used.window, used.steps)
        if is_open and used.window
        else ()
    )
    prices = local.context.app.engine_config().prices
    shares = (
        charts.build_cost_shares(
            used.steps, prices, to_epoch_ms(used.window.start), page
        )
        if used.window
        else ()
    )
    card = window_card.build_card(used.state, minutes, page)
    if len(local.accounts) < 2:  # noqa: PLR2004 - one needs no name
        card = card._replace(account="")
    return {
        "card": card,
        "cost_shares": shares,
        "cost_title": gettext("Cost of this window")
        if is_open
        else gettext("Cost of the last window"),
        "account_names": [a.name for a in local.snapshot.accounts],
        "shown_account": used.state.name if used.state else "",
    }


def build_tiles(
    local: usage.LocalUsage, used: WindowUsage
) -> tuple[rows.UsageTile, ...]:
    """Build the sums that icon, popup and `stats` show too."""
    gettext, snapshot = local.context.gettext, local.snapshot
    everything = usage_queries.load_all_models(local.reader)
    today, week, month = (
        usage.format_change(local, period)
        for period in (Period.TODAY, Period.LAST_7_DAYS, Period.LAST_30_DAYS)
    )
    tiles = (
        rows.UsageTile(gettext("Today"), snapshot.today, today, "days=1"),
        rows.UsageTile(
            gettext("Last 7 days"), snapshot.last_7_days, week, "days=7"
        ),
        rows.UsageTile(
            gettext("Last 30 days"), snapshot.last_30_days, month, "days=30"
        ),
        rows.UsageTile(gettext("All time"), sum_totals(everything.values())),
    )
    if used.window is None:
        return tiles
    name = gettext("This window")
    if used.state is None or used.state.window is None:
        name = gettext("Last window")
    return (rows.UsageTile(name, used.window.totals), *tiles)


def _load_lists(
    local: usage.LocalUsage,
    selected: selection.PageSelection,
    used: WindowUsage,
) -> dict[str, Any]:
    page, order = local.page, selected.order
    values = usage.load_timeline(local, selected.days)
    bounds = selected.list_ranges(page)
    models = values["models_by_name"]
    sessions = session_rows.load_range_sessions(
        local.reader, bounds, limit=_MAX_ROWS
    )
    return {
        **values,
        "tiles": build_tiles(local, used),
        "order": order,
        "models": usage.rank_models(models, order),
        "unpriced_models": usage.list_unpriced(models),
        "projects": usage.load_projects(local, bounds, order)[:_MAX_ROWS],
        "sessions": session_rows.build_session_rows(
            local.reader, sessions, page
        ),
    }
