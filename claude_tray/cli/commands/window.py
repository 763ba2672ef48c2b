"""Run `claude-tray window`: show what a window of a limit was used for."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.app.context import load_context, utc_now
from claude_tray.app.data_access import open_for_reading, select_accounts
from claude_tray.cli import shared
from claude_tray.core import receipt_limits
from claude_tray.core.cost import NanoUsd, format_usd
from claude_tray.core.time import format_iso_ms, to_epoch_ms
from claude_tray.errors import DesktopError, UsageError, gettext_noop
from claude_tray.i18n.line_breaks import pad_cells, wrap_cells
from claude_tray.platform.new_file import write_new_file
from claude_tray.presentation.receipt import ReceiptRow, build_receipt_view
from claude_tray.store import range_usage, receipts
from claude_tray.text import make_visible, shorten

if TYPE_CHECKING:
    import argparse

    from claude_tray.core.receipt_parts import Part, Receipt
    from claude_tray.core.receipt_weights import Weights
    from claude_tray.i18n.translator import Translator


_DECIMALS: Final = 4
_LABEL_WIDTH: Final = 40
_POINTS_WIDTH: Final = 8
_SHARE_WIDTH: Final = 9
_BAR_WIDTH: Final = 12
_MAX_WIDTH: Final = 80


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

    limits = parser.add_mutually_exclusive_group()
    limits.add_argument(
        "--week",
        action="store_const",
        const=receipt_limits.WEEK_RECEIPT.name,
        dest="limit",
        help=gettext_noop("of the weekly limit"),
    )
    limits.add_argument(
        "--limit",
        metavar="NAME",
        help=gettext_noop("of this limit: week, or a model, as Opus"),
    )
    _add_picture_arguments(parser)


def _add_picture_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--picture",
        metavar="FILE",
        type=Path,
        help=gettext_noop("save a picture (PNG) to send"),
    )
    parser.add_argument(
        "--projects",
        action="store_true",
        help=gettext_noop("with names of projects in the picture"),
    )
    parser.add_argument(
        "--theme",
        choices=("light", "dark"),
        default="dark",
        help=gettext_noop("colors of the picture; default: dark"),
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help=gettext_noop("replace the file"),
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
        reason = gettext_noop(
            "not a time such as 14:30 or 2026-11-01T14:30: {value}"
        )
        raise shared.refuse_value(reason, text) from error


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    limit = _find_limit(arguments.limit)
    prices = context.engine_config().prices
    now_ms = to_epoch_ms(utc_now())
    found = []
    with open_for_reading(arguments, context) as reader:
        paths = tuple(range_usage.list_project_paths(reader))
        for account in select_accounts(reader, arguments, context):
            history = receipts.load_history(
                reader, account, prices, now_ms, limit
            )
            bounds_ms = _choose_bounds(arguments, history)
            if bounds_ms is not None:
                receipt = receipts.load_receipt(
                    reader, account, history, bounds_ms, prices
                )
                found.append(_AccountReceipt(account.name, receipt, paths))
    if arguments.picture is not None:
        _save_picture(arguments, found, context.translator)
    elif arguments.json:
        shared.print_json([_build_item(item) for item in found])
    elif found:
        for item in found:
            _print_receipt(item, context.translator, has_name=len(found) > 1)
    else:
        print(context.translator.gettext("There is no window at this time."))
    return int(not shared.is_refresh_stored(arguments))


def _find_limit(name: str | None) -> receipt_limits.ReceiptLimit:
    """
    Return the limit to show.

    Raises:
        UsageError: There is no such limit, or it does not count tokens.
    """
    if name is None:
        return receipt_limits.FIVE_HOUR_RECEIPT
    limit = receipt_limits.find_receipt_limit(name)
    if limit is None:
        raise UsageError(
            gettext_noop("There is no receipt of the limit {name}."),
            hint=gettext_noop("Limits with one: week, {models}."),
            name=name,
            models=", ".join(map(str.capitalize, receipt_limits.FAMILIES)),
        )
    return limit


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
    view = build_receipt_view(item.receipt, item.paths, translator)
    if has_name:
        print(make_visible(item.account))
    print(view.period)
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
        print("\n".join(wrap_cells(note, _MAX_WIDTH)))


def _save_picture(
    arguments: argparse.Namespace,
    found: list[_AccountReceipt],
    translator: Translator,
) -> None:
    """
    Save the only receipt as a picture, and print where.

    Raises:
        UsageError: There is no receipt, or there are several.
        DesktopError: The file exists or cannot be written.
    """
    # Pillow is slow to import.
    from claude_tray.ui.popup import receipt_picture
    from claude_tray.ui.toolkit.appearance import ensure_drawable

    if not found:
        raise UsageError(gettext_noop("There is no window at this time."))
    if len(found) > 1:
        raise UsageError(
            gettext_noop("Several accounts have a window at this time."),
            hint=gettext_noop("Choose one with --account."),
        )
    translator = ensure_drawable(translator)
    (item,) = found
    data = receipt_picture.encode_receipt_picture(
        build_receipt_view(item.receipt, item.paths, translator),
        translator,
        theme=arguments.theme,
        has_projects=arguments.projects,
    )
    path = arguments.picture
    try:
        write_new_file(path, data, replaces=arguments.force)
    except FileExistsError as error:
        raise DesktopError(
            gettext_noop("The file {path} exists."),
            hint=gettext_noop("Choose another name, or add --force."),
            path=path,
        ) from error
    except OSError as error:
        raise DesktopError(
            gettext_noop("Cannot write {path}: {reason}."),
            path=path,
            reason=error.strerror or error,
        ) from error
    print(make_visible(str(path)))


def _print_rows(
    title: str, rows: tuple[ReceiptRow, ...], columns: tuple[str, ...]
) -> None:
    """Print rows of at most 80 columns, with headings if these have any."""
    points, share = columns or ("", "")
    heading = pad_cells(title, _LABEL_WIDTH)
    for column, width in ((points, _POINTS_WIDTH), (share, _SHARE_WIDTH)):
        heading += pad_cells(column, -width)
    print(heading.rstrip())
    for row in rows:
        label = shorten(make_visible(row.label), _LABEL_WIDTH - 1)
        bar = "\N{FULL BLOCK}" * round(row.fraction * _BAR_WIDTH)
        print(
            f"{pad_cells(label, _LABEL_WIDTH)}"
            f"{pad_cells(row.points, -_POINTS_WIDTH)}"
            f"{pad_cells(row.share, -_SHARE_WIDTH)}  {bar}".rstrip()
        )


def _build_item(item: _AccountReceipt) -> dict[str, Any]:
    receipt = item.receipt
    return {
        "account": item.account,
        "limit": receipt.limit.name,
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
