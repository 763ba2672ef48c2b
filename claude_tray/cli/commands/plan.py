"""Run `claude-tray plan`: replay a month with another first message."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.app.context import load_context, utc_now
from claude_tray.app.data_access import open_for_reading, select_accounts
from claude_tray.cli import shared
from claude_tray.core import limits, planner, walls
from claude_tray.core.time import from_epoch_ms, to_epoch_ms
from claude_tray.errors import gettext_noop
from claude_tray.store import activities, limit_hits, receipts
from claude_tray.text import make_visible

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from claude_tray.core.accounts import Account
    from claude_tray.core.price_table import PriceTable
    from claude_tray.i18n.translator import Translator
    from claude_tray.store.connection import Reader


_DAYS: Final = 30
_DAY_MS: Final = 86_400_000
_MAX_ROWS: Final = 5
_CANDIDATES: Final = tuple(
    time(minute // 60, minute % 60) for minute in range(0, 24 * 60, 30)
)


class _Start(NamedTuple):
    """A time of day, and what the month would have come to."""

    clock: time
    result: planner.Replay


class _AccountPlan(NamedTuple):
    """The month of an account as it was, and with other starts."""

    account: str
    usual: planner.Replay | None
    starts: list[_Start]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    shared.add_reading_arguments(parser)
    shared.add_account_argument(parser)
    parser.add_argument(
        "--start",
        metavar="TIME",
        type=_parse_clock,
        help=gettext_noop(
            "a first message at this time, as 07:10; by default the best times"
        ),
    )


def _parse_clock(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        reason = gettext_noop("not a time of day such as 07:10: {value}")
        raise shared.refuse_value(reason, text) from error


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    prices = context.engine_config().prices
    now_ms = to_epoch_ms(utc_now())
    clocks = _CANDIDATES if arguments.start is None else (arguments.start,)
    with open_for_reading(arguments, context) as reader:
        found = [
            _load(reader, account, prices, now_ms, clocks)
            for account in select_accounts(reader, arguments, context)
        ]
    if arguments.json:
        shared.print_json(list(map(_build_item, found)))
        return int(not shared.is_refresh_stored(arguments))
    for item in found:
        if len(found) > 1:
            print(make_visible(item.account))
        _print_plan(item, context.translator)
    return int(not shared.is_refresh_stored(arguments))


def _load(
    reader: Reader,
    account: Account,
    prices: PriceTable,
    now_ms: int,
    clocks: Iterable[time],
) -> _AccountPlan:
    """Replay the month of an account with each start, the best first."""
    from_ms = now_ms - _DAYS * _DAY_MS
    weights = receipts.load_history(reader, account, prices, now_ms).weights
    if weights is None:
        return _AccountPlan(account.name, None, [])
    usage = activities.load_activities(
        reader, account, (from_ms, now_ms + 1), prices, weights
    )
    hits = [
        hit
        for hit in limit_hits.load_hits(reader, account.key, from_ms)
        if hit.kind is limits.LimitKind.FIVE_HOUR
    ]
    blocked = [
        block
        for wall in walls.build_walls(hits, usage, now_ms)
        for block in wall.blocked
    ]
    work = planner.remove_waits(usage, blocked)
    days = sorted(
        {from_epoch_ms(item.at_ms).astimezone().date() for item in work}
    )
    starts = [
        _Start(
            clock,
            planner.replay(
                work,
                [
                    to_epoch_ms(datetime.combine(day, clock).astimezone())
                    for day in days
                ],
            ),
        )
        for clock in clocks
    ]
    starts.sort(key=lambda start: start.result.waited_ms)
    return _AccountPlan(
        account.name, planner.replay(work, []), starts[:_MAX_ROWS]
    )


def _print_plan(item: _AccountPlan, translator: Translator) -> None:
    gettext = translator.gettext
    if item.usual is None:
        print(
            gettext(
                "Claude Code has reported no percentages of the 5-hour"
                " limit yet."
            )
        )
        return
    rows = [
        _build_row(gettext("as it was"), item.usual, item.usual, translator),
        *(
            _build_row(
                f"{start.clock:%H:%M}", start.result, item.usual, translator
            )
            for start in item.starts
        ),
    ]
    shared.print_table(
        shared.Table(
            title=gettext("The last 30 days with another first message"),
            columns=(gettext("First message"),),
            number_columns=(
                gettext("Limits reached"),
                gettext("Waited"),
                gettext("Saved"),
                gettext("Saved per day"),
            ),
            rows=rows,
        ),
        translator,
    )


def _build_row(
    label: str,
    result: planner.Replay,
    usual: planner.Replay,
    translator: Translator,
) -> tuple[str, ...]:
    saved_ms = usual.waited_ms - result.waited_ms
    sign = "\N{MINUS SIGN}" if saved_ms < 0 else ""
    saved, per_day = (
        sign + translator.format_duration(timedelta(milliseconds=abs(amount)))
        for amount in (saved_ms, saved_ms // _DAYS)
    )
    waited = translator.format_duration(
        timedelta(milliseconds=result.waited_ms)
    )
    return (
        label,
        translator.format_integer(result.walls),
        waited,
        saved,
        per_day,
    )


def _build_item(item: _AccountPlan) -> dict[str, Any]:
    return {
        "account": item.account,
        "days": _DAYS,
        "usual": item.usual and _build_result(item.usual),
        "starts": [
            {"start": f"{start.clock:%H:%M}", **_build_result(start.result)}
            for start in item.starts
        ],
    }


def _build_result(result: planner.Replay) -> dict[str, Any]:
    return {
        "limits_reached": result.walls,
        "waited_minutes": round(result.waited_ms / 60_000, 1),
    }
