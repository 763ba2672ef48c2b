"""What fits into the window, which limits were reached, and when to start."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from claude_tray.core import bounds, fit, time
from claude_tray.core.walls import get_plan_of_limit
from claude_tray.local_page import selection, session_rows, usage
from claude_tray.presentation import context as views
from claude_tray.presentation import fit as fit_text
from claude_tray.presentation import plan, walls
from claude_tray.store import activities, planning, receipts

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from claude_tray.core.accounts import Account
    from claude_tray.local_page.request_context import RequestContext
    from claude_tray.store.receipts import History


_DAY_MS: Final = 86_400_000
_PERIODS: Final = (30, 60, 180, 365)
_DEFAULT_DAYS: Final = 60
_CLOCK_LENGTH: Final = 5


def show_planning(request: Request, context: RequestContext) -> Response:
    """Show what fits, reached limits, and other first messages of a day."""
    selected = selection.parse_selection(request.args, context.page)
    with context.store.open() as opened:
        found = None
        if opened is not None:
            local = usage.load_usage(opened, context)
            found = local.find_account(selected.account)
        if opened is None or found is None:
            return context.render("planning", is_new=True)
        account, state = found
        prices = context.app.engine_config().prices
        now_ms = time.to_epoch_ms(context.page.now)
        history = receipts.load_history(local.reader, account, prices, now_ms)
        values = {
            **_build_fit(local, account, history),
            **_build_walls(local, account, history, request),
            **_build_plan(local, account, history, request),
        }
    return context.render(
        "planning",
        is_new=False,
        account_names=[item.name for item in local.snapshot.accounts],
        shown_account=state.name,
        **values,
    )


def _build_fit(
    local: usage.LocalUsage, account: Account, history: History
) -> dict[str, Any]:
    """Build what usual work takes; nothing without any percentage."""
    page, reader = local.page, local.reader
    prices = local.context.app.engine_config().prices
    if history.weights is None:
        sentence = plan.format_no_percentages(page.translator)
        return {"fit": fit_text.FitView(sentence, "", (), "")}
    found = activities.load_fit_history(
        reader, account, prices, time.to_epoch_ms(page.now), history
    )
    today = page.now.astimezone(page.zone)
    midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
    its_fit = fit.build_fit(
        found.usage, found.starts_ms, found.left, time.to_epoch_ms(midnight)
    )
    return {
        "fit": fit_text.build_fit_view(
            its_fit,
            history.weights,
            found.window and time.to_epoch_ms(found.window.end),
            session_rows.load_labels(reader),
            page.translator,
            page.zone,
        )
    }


def _build_walls(
    local: usage.LocalUsage,
    account: Account,
    history: History,
    request: Request,
) -> dict[str, Any]:
    """Build the list of reached limits, the newest first."""
    page, text = local.page, request.args.get("walls", "")
    periods = {str(days): days for days in _PERIODS}
    days = periods.get(text, _DEFAULT_DAYS)
    now_ms = time.to_epoch_ms(page.now)
    found = planning.load_walls(
        local.reader,
        account,
        views.format_plan_name(account.plan),
        local.context.app.engine_config().prices,
        history,
        (now_ms - days * _DAY_MS, now_ms),
    )
    view = walls.build_walls_view(
        found.walls,
        found.plans,
        days,
        session_rows.load_labels(local.reader),
        views.ViewContext(page.now, None, page.zone, page.translator),
    )
    gettext = page.translator.gettext
    return {
        "walls": view._replace(
            rows=view.rows[-1 : -bounds.MAX_LISTED - 1 : -1]
        ),
        "own_plan": get_plan_of_limit(found.plan),
        "wall_periods": [
            (item, gettext("{n} days", n=item), item == days)
            for item in _PERIODS
        ],
    }


def _build_plan(
    local: usage.LocalUsage,
    account: Account,
    history: History,
    request: Request,
) -> dict[str, Any]:
    """Replay the month with the best starts, or with the one of the form."""
    page, text = local.page, request.args.get("start", "").strip()
    start, problem = None, ""
    if text:
        start = _parse_clock(text)
        if start is None:
            problem = local.context.gettext("Enter a time such as 07:10.")
    clocks = planning.CANDIDATES if start is None else (start,)
    found = planning.load_plan(
        local.reader,
        account,
        local.context.app.engine_config().prices,
        history.weights,
        planning.PlanQuery(time.to_epoch_ms(page.now), clocks, page.zone),
    )
    return {
        "plan": plan.build_plan_view(
            found,
            planning.PLANNED_DAYS,
            page.translator,
            lists_all=start is not None,
        ),
        "start": text,
        "start_problem": problem,
    }


def _parse_clock(text: str) -> dt.time | None:
    """Return a time of day as a form sends it; None if it is none."""
    try:
        return dt.time.fromisoformat(text[:_CLOCK_LENGTH])
    except ValueError:
        return None
