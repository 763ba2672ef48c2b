"""Run `claude-tray budget`: answer whether enough of the limit is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.app import budget
from claude_tray.app.context import load_context, utc_now
from claude_tray.app.data_access import open_for_reading, select_accounts
from claude_tray.cli import shared
from claude_tray.errors import gettext_noop
from claude_tray.text import make_visible

if TYPE_CHECKING:
    import argparse

_FULL: Final = 100.0
_SPACES: Final = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--need",
        metavar="PERCENT",
        type=parse_need,
        help=gettext_noop("how much of the 5-hour limit is needed, as 15%%"),
    )
    shared.add_reading_arguments(parser)
    shared.add_account_argument(parser)


def parse_need(text: str) -> float:
    """
    Parse a percentage: "15", "15%" or "15 %".

    Raises:
        ArgumentTypeError: It is none above 0 and up to 100.
    """
    number = text.strip(_SPACES).removesuffix("%").strip(_SPACES)
    try:
        need = float(number)
    except ValueError:
        need = 0.0
    if not 0 < need <= _FULL or not number.isascii():
        reason = gettext_noop("not a percentage such as 15%: {value}")
        raise shared.refuse_value(reason, text)
    return need


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    if arguments.profile is None:
        budget.check_session_folder(context)
    now = utc_now().astimezone()
    with open_for_reading(arguments, context) as reader:
        accounts = select_accounts(reader, arguments, context)
        report = budget.load_budget(
            reader, context, accounts, arguments.need, now
        )
    item = budget.format_report(report, context, now)
    if arguments.json:
        shared.print_json(item)
    else:
        print(make_visible(item["text"]))
    return item["exit_status"] if shared.is_refresh_stored(arguments) else 1
