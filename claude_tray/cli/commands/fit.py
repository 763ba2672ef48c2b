"""Run `claude-tray fit`: show how much more work fits into the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.app.context import load_context, utc_now
from claude_tray.app.data_access import open_for_reading, select_accounts
from claude_tray.cli import lookup, shared
from claude_tray.core import display_names, fit
from claude_tray.core.time import format_iso, to_epoch_ms
from claude_tray.errors import gettext_noop
from claude_tray.presentation.fit import FitView, build_fit_view
from claude_tray.presentation.plan import format_no_percentages
from claude_tray.store import activities, range_usage
from claude_tray.text import make_visible

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from claude_tray.core.accounts import Account
    from claude_tray.core.price_table import PriceTable
    from claude_tray.core.receipt_weights import Weights
    from claude_tray.core.windows import Window
    from claude_tray.i18n.translator import Translator
    from claude_tray.store.connection import Reader


_DECIMALS: Final = 4
_MIN_ID_PREFIX: Final = 4


class _AccountFit(NamedTuple):
    """What fits into the open window of an account."""

    account: str
    usage: list[fit.Activity]
    starts_ms: list[int]
    left: float
    window: Window | None
    weights: Weights | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name",
        nargs="?",
        metavar="SESSION|PROJECT",
        help=gettext_noop("only work of this session or project"),
    )
    shared.add_reading_arguments(parser)
    shared.add_account_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    prices = context.engine_config().prices
    now = utc_now().astimezone()
    with open_for_reading(arguments, context) as reader:
        paths = tuple(range_usage.list_project_paths(reader))
        found = [
            _load(reader, account, prices, now)
            for account in select_accounts(reader, arguments, context)
        ]
    if arguments.name is not None:
        found = _select_usage(found, arguments.name, paths)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    fits = [
        fit.build_fit(
            item.usage, item.starts_ms, item.left, to_epoch_ms(midnight)
        )
        for item in found
    ]
    if arguments.json:
        shared.print_json(list(map(_build_item, found, fits)))
        return int(not shared.is_refresh_stored(arguments))
    for item, its_fit in zip(found, fits, strict=True):
        if len(found) > 1:
            print(make_visible(item.account))
        if item.weights is None:
            print(format_no_percentages(context.translator))
            continue
        end = item.window and to_epoch_ms(item.window.end)
        _print_view(
            build_fit_view(
                its_fit, item.weights, end, paths, context.translator
            ),
            context.translator,
        )
    return int(not shared.is_refresh_stored(arguments))


def _load(
    reader: Reader, account: Account, prices: PriceTable, now: datetime
) -> _AccountFit:
    history = activities.load_fit_history(
        reader, account, prices, to_epoch_ms(now)
    )
    return _AccountFit(account.name, *history)


def _select_usage(
    found: list[_AccountFit], name: str, paths: tuple[str, ...]
) -> list[_AccountFit]:
    """
    Return only the usage of a project, or else of a session.

    Raises:
        UsageError: There is none, or several sessions begin like this.
    """
    names = display_names.build_unique_labels(paths)
    usage = [item for account in found for item in account.usage]
    projects = {
        item.project
        for item in usage
        if name in (item.project, names.get(item.project))
    }
    sessions = {item.session for item in usage}
    matching = {
        session
        for session in sessions
        if session == name
        or (len(name) >= _MIN_ID_PREFIX and session.startswith(name))
    }
    if not projects and len(matching) != 1:
        raise lookup.not_found_error(
            gettext_noop(
                "No project and no single session of the last 31 days is"
                " called “{name}”."
            ),
            name,
            [*(names.get(i.project, i.project) for i in usage), *sessions],
        )
    return [
        account._replace(
            usage=[
                item
                for item in account.usage
                if item.project in projects
                or (not projects and item.session in matching)
            ]
        )
        for account in found
    ]


def _print_view(view: FitView, translator: Translator) -> None:
    gettext = translator.gettext
    print(view.sentence)
    if not view.rows:
        return
    print(view.turns)
    print()
    shared.print_table(
        shared.Table(
            title="",
            columns=("",),
            number_columns=(
                gettext("Number"),
                gettext("Low"),
                gettext("Median"),
                gettext("High"),
                gettext("Fits"),
            ),
            rows=[row[:6] for row in view.rows],
            notes=(
                gettext(
                    "Points of the 5-hour limit; one in ten took less than low or more"
                    " than high."
                ),
                view.note,
            ),
        ),
        translator,
    )


def _build_item(item: _AccountFit, its_fit: fit.Fit) -> dict[str, Any]:
    left = its_fit.left if item.weights is not None else None
    return {
        "account": item.account,
        "left_points": None if left is None else round(left, _DECIMALS),
        "until": item.window and format_iso(item.window.end),
        "is_learned": bool(item.weights and item.weights.is_learned),
        "turns_today": _build_estimate(its_fit.turns_today, its_fit.left),
        "turns": _build_estimate(its_fit.turns, its_fit.left),
        "sessions": _build_estimate(its_fit.sessions, its_fit.left),
        "projects": [
            {"key": path, **(_build_estimate(estimate, its_fit.left) or {})}
            for path, estimate in its_fit.projects
        ],
    }


def _build_estimate(
    estimate: fit.Estimate | None, left: float
) -> dict[str, Any] | None:
    if estimate is None:
        return None
    return {
        "count": estimate.number,
        "low": round(estimate.low, _DECIMALS),
        "median": round(estimate.median, _DECIMALS),
        "high": round(estimate.high, _DECIMALS),
        "fits": estimate.count_fits(left),
    }
