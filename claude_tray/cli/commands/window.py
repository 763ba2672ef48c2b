"""Run `claude-tray window`: show what a 5-hour window was used for."""

from __future__ import annotations

import argparse
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.app.context import load_context, utc_now
from claude_tray.app.data_access import open_for_reading, select_accounts
from claude_tray.cli import shared
from claude_tray.core.cost import NanoUsd, format_usd
from claude_tray.core.time import format_iso_ms, from_epoch_ms, to_epoch_ms
from claude_tray.errors import UsageError, gettext_noop
from claude_tray.i18n.formats import format_date_and_clock
from claude_tray.presentation.receipt import ReceiptRow, build_receipt_view
from claude_tray.store import range_usage, receipts
from claude_tray.text import make_visible, shorten

if TYPE_CHECKING:
    from claude_tray.core.receipt_parts import Part, Receipt
    from claude_tray.core.receipt_weights import Weights
    from claude_tray.i18n.translator import Translator


_DECIMALS: Final = 4
_LABEL_WIDTH: Final = 40
_BAR_WIDTH: Final = 12


class _AccountReceipt(NamedTuple):
    """The receipt of an account, and the paths of all projects."""

    account: str
    receipt: Receipt
    paths: tuple[str, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    shared.add_reading_arguments(parser)
    shared.add_account_argument(parser)
    parser.add_argument(
        "--at",
        metavar="TIME",
        type=_parse_time,
        help=gettext_noop(
            "the window at this time, as 14:30 or 2026-11-01T14:30; by"
            " default the current or last one"
        ),
    )
    parser.add_argument(
        "--from",
        dest="start",
        metavar="TIME",
        type=_parse_time,
        help=gettext_noop("only from this time on"),
    )
    parser.add_argument(
        "--to",
        dest="end",
        metavar="TIME",
        type=_parse_time,
        help=gettext_noop("only until this time"),
    )


def _parse_time(text: str) -> datetime:
    """
    Parse a time of today, or a date and a time, as argparse does.

    Raises:
        ArgumentTypeError: It is neither.
    """
    try:
        try:
            clock = time.fromisoformat(text)
        except ValueError:
            return datetime.fromisoformat(text).astimezone()
        return datetime.combine(utc_now().astimezone(), clock).astimezone()
    except (ValueError, OverflowError) as error:
        reason = (
            "not a time such as 14:30 or 2026-11-01T14:30:"
            f" {make_visible(text)!r}"
        )
        raise argparse.ArgumentTypeError(reason) from error


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    prices = context.engine_config().prices
    now_ms = to_epoch_ms(utc_now())
    found = []
    with open_for_reading(arguments, context) as reader:
        paths = tuple(range_usage.list_project_paths(reader))
        for account in select_accounts(reader, arguments, context):
            history = receipts.load_history(reader, account, prices, now_ms)
            bounds_ms = _choose_bounds(arguments, history)
            if bounds_ms is not None:
                receipt = receipts.load_receipt(
                    reader, account, history, bounds_ms, prices
                )
                found.append(_AccountReceipt(account.name, receipt, paths))
    if arguments.json:
        shared.print_json([_build_item(item) for item in found])
    elif found:
        for item in found:
            _print_receipt(item, context.translator, has_name=len(found) > 1)
    else:
        print(context.translator.gettext("There is no window at this time."))
    return int(not shared.is_refresh_stored(arguments))


def _choose_bounds(
    arguments: argparse.Namespace, history: receipts.History
) -> tuple[int, int] | None:
    """
    Return the period to show; None if the account has no window there.

    Raises:
        UsageError: The period ends before it starts.
    """
    start, end = arguments.start, arguments.end
    if start is None or end is None:
        at = arguments.at or start or end
        window = history.find_window(
            None if at is None else to_epoch_ms(at),
        )
        if window is None:
            return None
        start, end = start or window.start, end or window.end
    if start >= end:
        raise UsageError(
            gettext_noop("The end must be after the start."),
            hint=gettext_noop("Give --from a time before --to."),
        )
    return to_epoch_ms(start), to_epoch_ms(end)


def _print_receipt(
    item: _AccountReceipt, translator: Translator, *, has_name: bool
) -> None:
    gettext = translator.gettext
    receipt = item.receipt
    view = build_receipt_view(receipt, item.paths, translator)
    if has_name:
        print(make_visible(item.account))
    start, end = map(from_epoch_ms, (receipt.start_ms, receipt.end_ms))
    print(
        f"{format_date_and_clock(start)}\N{EN DASH}"
        f"{translator.format_clock(end)}"
    )
    print(view.sentence)
    columns = (gettext("Points"), gettext("Share"))
    for title, rows in (
        ("", view.sums),
        *((section.title, section.rows) for section in view.sections),
    ):
        if rows:
            print()
            _print_rows(title, rows, columns if view.has_points else ())
    if view.notes:
        print()
    for note in view.notes:
        print(note)


def _print_rows(
    title: str, rows: tuple[ReceiptRow, ...], columns: tuple[str, ...]
) -> None:
    """Print rows of at most 80 columns, with headings if these have any."""
    points, share = columns or ("", "")
    print(f"{title:<{_LABEL_WIDTH}}{points:>8}{share:>9}".rstrip())
    for row in rows:
        label = shorten(make_visible(row.label), _LABEL_WIDTH - 1)
        bar = "\N{FULL BLOCK}" * round(row.fraction * _BAR_WIDTH)
        print(
            f"{label:<{_LABEL_WIDTH}}{row.points:>8}{row.share:>9}"
            f"  {bar}".rstrip()
        )


def _build_item(item: _AccountReceipt) -> dict[str, Any]:
    receipt = item.receipt
    return {
        "account": item.account,
        "from": format_iso_ms(receipt.start_ms),
        "to": format_iso_ms(receipt.end_ms),
        "reported_until": None
        if receipt.reported_ms is None
        else format_iso_ms(receipt.reported_ms),
        "percent_from": _round(receipt.official_from),
        "percent_to": _round(receipt.official_until),
        "points": _round(receipt.change),
        "local_points": _round(receipt.local),
        "elsewhere_points": _round(receipt.remote),
        "rounding_points": _round(receipt.rounding),
        "local_error": _round(receipt.error),
        "unreported_points": _round(receipt.unreported),
        "cost_usd": format_usd(NanoUsd(receipt.cost)),
        **{
            dimension.value: [_build_part(part) for part in parts]
            for dimension, parts in receipt.parts.items()
        },
        "weights": _build_weights(receipt.weights),
    }


def _build_part(part: Part) -> dict[str, Any]:
    built: dict[str, Any] = {
        "key": part.key,
        "points": _round(part.points),
        "share": _round(part.share),
        "cost_usd": format_usd(NanoUsd(part.cost)),
        "responses": part.replies,
    }
    return {**built, "project": part.project} if part.project else built


def _build_weights(weights: Weights | None) -> dict[str, Any] | None:
    if weights is None:
        return None
    return {
        "is_learned": weights.is_learned,
        "intervals": weights.interval_count,
        "points_per_usd": _round(weights.scale),
        "by_kind": [
            {
                "family": family,
                "kind": kind,
                "points_per_usd": _round(weight.value),
                "standard_error": _round(weight.error),
            }
            for (family, kind), weight in weights.by_feature.items()
        ],
    }


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, _DECIMALS)
