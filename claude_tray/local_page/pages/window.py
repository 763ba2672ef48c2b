"""The page of a window, or of any part of time: who used it, and for what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.cost import merge_totals
from claude_tray.core.receipt_limits import (
    FIVE_HOUR_RECEIPT,
    WEEK_RECEIPT,
    ReceiptLimit,
    find_receipt_limit,
)
from claude_tray.core.time import format_iso, to_epoch_ms
from claude_tray.core.windows import WINDOW_LENGTH
from claude_tray.local_page import (
    selection,
    session_rows,
    usage,
    window_choice,
)
from claude_tray.local_page.pages import overview
from claude_tray.presentation import page_paths, receipt
from claude_tray.store import range_usage, receipts
from claude_tray.web import charts, rows, time_slots

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from werkzeug.wrappers import Request, Response

    from claude_tray.core.accounts import Account
    from claude_tray.core.snapshot import AccountSnapshot
    from claude_tray.core.windows import Window
    from claude_tray.local_page.request_context import RequestContext
    from claude_tray.local_page.window_choice import WindowChoice
    from claude_tray.web.page_context import PageContext


# Enough letters of a session's ID to tell it from others.
_SHOWN_ID: Final = 8
_MAX_LISTED: Final = 20
_INPUT_FORMAT: Final = "%Y-%m-%dT%H:%M"


class WindowLink(NamedTuple):
    """
    A window in the list of windows.

    Attributes:
        name: Its date and times.
        query: Shows it.
        used: Percentage of the limit at its end; a dash if unknown.
        messages: Number of responses; empty for limits of days.
        cost: Their cost; likewise.
        is_shown: It is on display.
    """

    name: str
    query: str
    used: str
    messages: str
    cost: str
    is_shown: bool


def show_window(request: Request, context: RequestContext) -> Response:
    """Show a window, or a part of time, and what used it by each kind."""
    query = request.args
    selected = selection.parse_selection(query, context.page)
    with context.store.open() as opened:
        local = usage.load_usage(opened, context) if opened else None
        found = local.find_account(selected.account) if local else None
        if local is None or found is None:
            return context.render("window", is_new=True)
        account, state = found
        chosen = window_choice.choose_window(query, local, account)
        values: dict[str, Any] = {
            "is_new": chosen is None and not _has_choice(query),
            "order": selected.order,
            "account_names": [a.name for a in local.snapshot.accounts],
            "shown_account": state.name,
            "limits": _list_limits(state, chosen, context),
            "chosen": chosen,
            "card": None,
        }
        if chosen is None:
            now = context.page.now
            bounds = now - WINDOW_LENGTH, now
            values |= {
                "inputs": _format_inputs(bounds, context.page),
                "window_links": [],
            }
        else:
            slot = time_slots.parse_slot(query.get("at", ""))
            used = _load_used(local, account, state, chosen)
            values |= _build_navigation(local, account, chosen)
            values |= _build_values(local, used, chosen, slot, selected.order)
    return context.render("window", **values)


def _has_choice(query: Any) -> bool:
    return any(query.get(key) for key in ("from", "to", "limit"))


def _load_used(
    local: usage.LocalUsage,
    account: Account,
    state: AccountSnapshot,
    chosen: WindowChoice,
) -> overview.WindowUsage:
    """Load the usage of the 5-hour window around the part by minute."""
    window = chosen.window if chosen.limit == FIVE_HOUR_RECEIPT else None
    steps = local.list_window_steps(account, window) if window else ()
    return overview.WindowUsage(account, state, window, steps)


def _build_values(
    local: usage.LocalUsage,
    used: overview.WindowUsage,
    chosen: WindowChoice,
    slot: int | None,
    order: rows.SortOrder,
) -> dict[str, Any]:
    """Build cards, chart and lists."""
    page, window = local.page, used.window
    assert used.account is not None  # noqa: S101 - the caller has checked
    labels = session_rows.load_labels(local.reader)
    bounds = chosen.start, chosen.end
    values: dict[str, Any] = {"slots": None, "slot_name": ""}
    if chosen.is_current and window is not None:
        values |= overview.build_window_values(local, used)
    if window is None:
        slot = None
    elif slot is not None:
        bounds = time_slots.compute_slot_bounds(window, slot)
    if window is not None:
        values["slots"] = time_slots.build_slots(
            window, used.steps, labels, page
        )
    if slot is not None or (window and not chosen.is_full_window):
        values["slot_name"] = _format_bounds(bounds, page)
    part = _list_steps(local, used, bounds)
    values["receipt"] = _load_receipt(
        local, used.account, chosen.limit, bounds, labels
    )
    return {
        **values,
        "bounds": bounds,
        "slot": slot,
        "cost_title": page.translator.gettext(
            "Cost of {time}", time=_format_bounds(bounds, page)
        ),
        **_build_lists(part, labels, order),
        "cost_shares": charts.build_cost_shares(
            part,
            local.context.app.engine_config().prices,
            to_epoch_ms(bounds[0]),
            page,
        ),
    }


# By the path of the database.
_loaders: Final[dict[str, receipts.ReceiptLoader]] = {}


def _load_receipt(
    local: usage.LocalUsage,
    account: Account,
    limit: ReceiptLimit,
    bounds: tuple[datetime, datetime],
    paths: Iterable[str],
) -> receipt.ReceiptView:
    """Load the receipt of a part of time; learn weights once in a while."""
    app, page = local.context.app, local.page
    loader = _loaders.setdefault(
        str(app.paths.database), receipts.ReceiptLoader()
    )
    start_ms, end_ms = map(to_epoch_ms, bounds)
    loaded = loader.load(
        local.reader,
        account,
        limit,
        (start_ms, end_ms),
        app.engine_config().prices,
        to_epoch_ms(page.now),
    )
    return receipt.build_receipt_view(
        loaded, paths, page.translator, page.zone
    )


def _list_steps(
    local: usage.LocalUsage,
    used: overview.WindowUsage,
    bounds: tuple[datetime, datetime],
) -> Sequence[range_usage.StepUsage]:
    """Return the exact usage of a part, in one step unless it is a window."""
    window = used.window
    if window is not None and bounds == (window.start, window.end):
        return used.steps
    start_ms, end_ms = map(to_epoch_ms, bounds)
    assert used.account is not None  # noqa: S101 - the caller has checked
    return range_usage.list_step_usage(
        local.reader,
        used.account.key,
        (start_ms, end_ms),
        max(1, end_ms - start_ms),
    )


def _build_lists(
    part: Sequence[range_usage.StepUsage],
    labels: dict[str, str],
    order: rows.SortOrder,
) -> dict[str, Any]:
    """Sum the usage of a part by project, session and model."""
    by_project = merge_totals({}, ((s.project, s.totals) for s in part))
    by_model = merge_totals({}, ((s.model, s.totals) for s in part))
    return {
        "projects": rows.sort_rows(
            rows.rank_rows(
                rows.RankedRow(
                    labels.get(path, path),
                    totals,
                    link=page_paths.build_project_key(path),
                )
                for path, totals in by_project.items()
            ),
            order,
        ),
        "models": usage.rank_models(by_model, order),
        "sessions": _build_session_rows(part, labels, order),
    }


def _build_session_rows(
    steps: Sequence[range_usage.StepUsage],
    labels: dict[str, str],
    order: rows.SortOrder,
) -> tuple[rows.RankedRow, ...]:
    """Build a row for each session: its project and its ID."""
    projects = {step.session: step.project for step in steps}
    totals = merge_totals({}, ((s.session, s.totals) for s in steps))
    ranked = rows.rank_rows(
        rows.RankedRow(
            f"{labels.get(path, path)} \N{MIDDLE DOT} {session[:_SHOWN_ID]}",
            totals[session],
            link=session,
        )
        for session, path in projects.items()
    )
    return rows.sort_rows(ranked, order)


def _list_limits(
    state: AccountSnapshot,
    chosen: WindowChoice | None,
    context: RequestContext,
) -> list[tuple[str, str, bool]]:
    """Return label, query and choice of the reported limits with a receipt."""
    shown = chosen.limit if chosen else FIVE_HOUR_RECEIPT
    limits: dict[ReceiptLimit, None] = {FIVE_HOUR_RECEIPT: None}
    for limit in state.limits:
        known = find_receipt_limit(limit.name)
        if known is not None:
            limits[known] = None
    limits[shown] = None
    if len(limits) == 1:
        return []
    return [
        (
            receipt.format_limit_heading(limit, context.page.translator),
            context.address.change_query(
                limit=None if limit == FIVE_HOUR_RECEIPT else limit.name,
                **_NO_TIMES,
            ),
            limit == shown,
        )
        for limit in sorted(limits, key=_get_limit_rank)
    ]


_NO_TIMES: Final = {"from": None, "to": None, "at": None}


def _get_limit_rank(limit: ReceiptLimit) -> tuple[int, str]:
    first = (FIVE_HOUR_RECEIPT, WEEK_RECEIPT)
    return (
        first.index(limit) if limit in first else len(first),
        limit.name,
    )


def _build_navigation(
    local: usage.LocalUsage, account: Account, chosen: WindowChoice
) -> dict[str, Any]:
    """Build the links to other windows, and the values of the form."""
    page = local.page
    listed = [
        w for w in chosen.windows if w.start < chosen.end or w is chosen.window
    ][-_MAX_LISTED:]
    return {
        "period": _format_bounds((chosen.start, chosen.end), page),
        "earlier_query": _build_query(local, chosen.earlier),
        "later_query": _build_query(local, chosen.later),
        "current_query": local.context.address.change_query(**_NO_TIMES),
        "window_query": _build_query(local, chosen.window),
        "inputs": _format_inputs((chosen.start, chosen.end), page),
        "window_links": [
            _build_link(local, account, chosen, window)
            for window in reversed(listed)
        ],
    }


def _format_inputs(
    bounds: tuple[datetime, datetime], page: PageContext
) -> tuple[str, ...]:
    """Return the values of the form's inputs."""
    return tuple(
        f"{at.astimezone(page.zone):{_INPUT_FORMAT}}" for at in bounds
    )


def _build_query(local: usage.LocalUsage, window: Window | None) -> str:
    """Return the query of a window; empty without one."""
    if window is None:
        return ""
    times = {"from": format_iso(window.start), "to": format_iso(window.end)}
    return local.context.address.change_query(**{**_NO_TIMES, **times})


def _build_link(
    local: usage.LocalUsage,
    account: Account,
    chosen: WindowChoice,
    window: Window,
) -> WindowLink:
    page, totals = local.page, window.totals
    *_, last = receipts.load_readings(
        local.reader, account, window, chosen.limit
    )
    has_totals = chosen.limit == FIVE_HOUR_RECEIPT
    text = page.format_totals(totals)
    return WindowLink(
        _format_bounds((window.start, window.end), page),
        _build_query(local, window),
        page.translator.format_percent(last.percent)
        if last.at_ms > to_epoch_ms(window.start)
        else "\N{EN DASH}",
        text.messages if has_totals else "",
        text.cost if has_totals else "",
        window == chosen.window,
    )


def _format_bounds(
    bounds: tuple[datetime, datetime], page: PageContext
) -> str:
    start_ms, end_ms = map(to_epoch_ms, bounds)
    return receipt.format_period(
        (start_ms, end_ms), page.translator, page.zone
    )
