"""Run `claude-tray walls`: list the limits that were reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.app.context import load_context, utc_now
from claude_tray.app.data_access import open_for_reading, select_accounts
from claude_tray.cli import shared
from claude_tray.core import cost, walls
from claude_tray.core.time import format_iso_ms, to_epoch_ms
from claude_tray.errors import gettext_noop
from claude_tray.presentation import context as views
from claude_tray.presentation.walls import WallsView, build_walls_view
from claude_tray.store import planning, range_usage, receipts
from claude_tray.text import make_visible

if TYPE_CHECKING:
    import argparse

    from claude_tray.i18n.translator import Translator


_DAY_MS: Final = 86_400_000
_DEFAULT_DAYS: Final = 60
_MAX_DAYS: Final = 3_660


def add_arguments(parser: argparse.ArgumentParser) -> None:
    shared.add_reading_arguments(parser)
    shared.add_account_argument(parser)
    parser.add_argument(
        "--days",
        metavar="N",
        type=_parse_days,
        default=_DEFAULT_DAYS,
        help=gettext_noop("the last N days; by default 60"),
    )


def _parse_days(text: str) -> int:
    days = int(text) if text.isascii() and text.isdecimal() else 0
    if not 1 <= days <= _MAX_DAYS:
        reason = gettext_noop("not a number of days: {value}")
        raise shared.refuse_value(reason, text)
    return days


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    prices = context.engine_config().prices
    now = utc_now()
    now_ms = to_epoch_ms(now)
    start_ms = now_ms - arguments.days * _DAY_MS
    with open_for_reading(arguments, context) as reader:
        paths = tuple(range_usage.list_project_paths(reader))
        accounts = select_accounts(reader, arguments, context)
        found = [
            planning.load_walls(
                reader,
                account,
                views.format_plan_name(account.plan),
                prices,
                receipts.load_history(reader, account, prices, now_ms),
                (start_ms, now_ms),
            )
            for account in accounts
        ]
    names = [account.name for account in accounts]
    if arguments.json:
        shared.print_json(list(map(_build_item, names, found)))
        return int(not shared.is_refresh_stored(arguments))
    view_context = views.ViewContext(now, translator=context.translator)
    for name, item in zip(names, found, strict=True):
        if len(found) > 1:
            print(make_visible(name))
        _print_view(
            build_walls_view(
                item.walls, item.plans, arguments.days, paths, view_context
            ),
            context.translator,
        )
    return int(not shared.is_refresh_stored(arguments))


def _print_view(view: WallsView, translator: Translator) -> None:
    gettext = translator.gettext
    print(view.sentence)
    if view.plans:
        print(view.plans)
    if not view.rows:
        return
    print()
    shared.print_table(
        shared.Table(
            title="",
            columns=(gettext("Reached"), gettext("Limit"), gettext("Ran")),
            number_columns=(gettext("Blocked"),),
            rows=[shared.TableRow(row[:4], row.fraction) for row in view.rows],
            is_newest_last=True,
        ),
        translator,
    )


def _build_item(name: str, item: planning.AccountWalls) -> dict[str, Any]:
    return {
        "account": name,
        "plan": item.plan,
        "blocked_minutes": _to_minutes(walls.compute_blocked_ms(item.walls)),
        "walls": [
            {
                "limit": wall.kind.value,
                "scope": wall.scope,
                "at": format_iso_ms(wall.start_ms),
                "resets_at": format_iso_ms(wall.end_ms)
                if wall.has_reset
                else None,
                "blocked_minutes": _to_minutes(wall.blocked_ms),
                "projects": [
                    {
                        "key": path,
                        "cost_usd": cost.format_usd(cost.NanoUsd(amount)),
                    }
                    for path, amount in wall.projects
                ],
            }
            for wall in item.walls
        ],
        "plans": [
            {"plan": plan.plan, "windows": plan.number} for plan in item.plans
        ],
    }


def _to_minutes(duration_ms: int) -> float:
    return round(duration_ms / 60_000, 1)
