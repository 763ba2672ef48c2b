"""Run `claude-tray plan`: replay a month with another first message."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any

from claude_tray.app.context import load_context, utc_now
from claude_tray.app.data_access import open_for_reading, select_accounts
from claude_tray.cli import shared
from claude_tray.core.time import to_epoch_ms
from claude_tray.errors import gettext_noop
from claude_tray.presentation.plan import (
    MAX_STARTS,
    PlanView,
    build_plan_view,
)
from claude_tray.store import planning
from claude_tray.store.receipts import load_history
from claude_tray.text import make_visible

if TYPE_CHECKING:
    import argparse

    from claude_tray.core.planner import MonthPlan, Replay
    from claude_tray.i18n.translator import Translator


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
    start = arguments.start
    clocks = planning.CANDIDATES if start is None else (start,)
    with open_for_reading(arguments, context) as reader:
        accounts = select_accounts(reader, arguments, context)
        plans = [
            planning.load_plan(
                reader,
                account,
                prices,
                history.weights,
                planning.PlanQuery(now_ms, clocks),
            )
            for account in accounts
            for history in [load_history(reader, account, prices, now_ms)]
        ]
    names = [account.name for account in accounts]
    if arguments.json:
        shared.print_json(list(map(_build_item, names, plans)))
        return int(not shared.is_refresh_stored(arguments))
    for name, plan in zip(names, plans, strict=True):
        if len(plans) > 1:
            print(make_visible(name))
        view = build_plan_view(
            plan,
            planning.PLANNED_DAYS,
            context.translator,
            lists_all=start is not None,
        )
        _print_view(view, context.translator)
    return int(not shared.is_refresh_stored(arguments))


def _print_view(view: PlanView, translator: Translator) -> None:
    gettext = translator.gettext
    print(view.sentence)
    if not view.rows:
        return
    print()
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
            rows=[
                shared.TableRow(row[:-1], row.fraction) for row in view.rows
            ],
        ),
        translator,
    )


def _build_item(name: str, plan: MonthPlan) -> dict[str, Any]:
    usual_start = plan.usual_start
    return {
        "account": name,
        "days": planning.PLANNED_DAYS,
        "usual": plan.usual and _build_result(plan.usual),
        "usual_start": usual_start and f"{usual_start:%H:%M}",
        "starts": [
            {"start": f"{start.clock:%H:%M}", **_build_result(start.result)}
            for start in plan.starts[:MAX_STARTS]
        ],
    }


def _build_result(result: Replay) -> dict[str, Any]:
    return {
        "limits_reached": result.walls,
        "waited_minutes": round(result.waited_ms / 60_000, 1),
    }
