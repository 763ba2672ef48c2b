"""Run `claude-tray card`: save a picture of your usage to share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.app.context import AppContext, load_context, utc_now
from claude_tray.app.data_access import open_for_reading, select_accounts
from claude_tray.cli import shared
from claude_tray.core import account_choice, status
from claude_tray.core.periods import Period
from claude_tray.errors import DesktopError, UsageError, gettext_noop
from claude_tray.platform import known_folders, start_command
from claude_tray.presentation import share_card
from claude_tray.presentation.context import ViewContext
from claude_tray.store.snapshot import SnapshotBuilder
from claude_tray.ui.popup import card_data
from claude_tray.ui.popup import share_card as card_picture
from claude_tray.ui.toolkit.appearance import ensure_drawable

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from claude_tray.core.accounts import Account
    from claude_tray.core.snapshot import LimitUsage
    from claude_tray.store.connection import Reader


_SCALES: Final = (1, 2, 3)
_PERIODS: Final = tuple(
    period.value for period in Period if period is not Period.WINDOW
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    file = parser.add_mutually_exclusive_group()
    file.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help=gettext_noop("PNG to write; default: a new one in Pictures"),
    )
    file.add_argument(
        "--png", metavar="FILE", help=gettext_noop("the same as FILE")
    )
    parser.add_argument(
        "--period",
        choices=_PERIODS,
        default=Period.LAST_30_DAYS.value,
        help=gettext_noop("days to sum up; default: 30d"),
    )
    parser.add_argument(
        "--figure",
        choices=tuple(figure.value for figure in share_card.Figure),
        default=share_card.Figure.TOKENS.value,
        help=gettext_noop("the large number; default: tokens"),
    )
    parser.add_argument(
        "--square",
        action="store_true",
        help=gettext_noop("1080 by 1080 pixels instead of 1200 by 630"),
    )
    parser.add_argument(
        "--projects",
        action="store_true",
        help=gettext_noop("project names instead of models"),
    )
    parser.add_argument(
        "--theme",
        choices=("light", "dark"),
        default="dark",
        help=gettext_noop("colors; default: dark"),
    )
    parser.add_argument(
        "--scale",
        type=int,
        choices=_SCALES,
        default=1,
        help=gettext_noop("multiple of these pixels; default: 1"),
    )
    shared.add_account_argument(parser)
    shared.add_no_refresh_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    view = ViewContext(
        utc_now(), translator=ensure_drawable(context.translator)
    )
    with open_for_reading(arguments, context) as reader:
        data = _load_data(reader, arguments, context)
    if data.is_empty and arguments.figure != share_card.Figure.LIMIT:
        if not data.days:
            raise UsageError(gettext_noop("There is no usage to show yet."))
        raise UsageError(
            gettext_noop("There is no usage in this period to show."),
            hint=gettext_noop("Choose a longer one with --period."),
        )
    options = share_card.CardOptions(
        share_card.Figure(arguments.figure), arguments.projects
    )
    picture = card_picture.draw_share_card(
        share_card.build_share_card(data, options, view),
        view,
        theme=arguments.theme,
        scale=arguments.scale,
        shape=card_picture.CardShape.SQUARE
        if arguments.square
        else card_picture.CardShape.WIDE,
    )
    path = _choose_path(arguments)
    try:
        if not (arguments.file or arguments.png):
            path.parent.mkdir(parents=True, exist_ok=True)
        picture.save(path, "PNG")
    except OSError as error:
        raise DesktopError(
            gettext_noop("Cannot write {path}: {reason}."),
            path=path,
            reason=error.strerror or error,
        ) from error
    print(path)
    return 0


def _choose_path(arguments: argparse.Namespace) -> Path:
    name = arguments.file or arguments.png
    return Path(name) if name else known_folders.choose_picture_path(utc_now())


def _load_data(
    reader: Reader, arguments: argparse.Namespace, context: AppContext
) -> share_card.CardData:
    accounts = select_accounts(reader, arguments, context)
    now = utc_now()
    query = card_data.CardQuery(
        Period(arguments.period),
        accounts[0].key if arguments.profile is not None else None,
        now,
        billing_day=context.settings.cost_billing_day,
    )
    if arguments.figure == share_card.Figure.LIMIT:
        limit = _find_limit(reader, accounts, now)
        query = query._replace(limit=limit)
    return card_data.load_card_data(reader, query)


def _find_limit(
    reader: Reader, accounts: list[Account], now: datetime
) -> LimitUsage:
    """
    Return the limit that the tray shows first.

    Raises:
        UsageError: No percentage is known.
    """
    snapshot = SnapshotBuilder(reader).build(accounts, now)
    account = account_choice.choose_account(snapshot, now)
    limit = status.assess_account(snapshot, account, now).main.limit
    if limit is None or limit.usage.percent is None:
        raise UsageError(
            gettext_noop("No used percentage of a limit is known."),
            hint=gettext_noop("“{program} doctor” says where it comes from."),
            program=start_command.get_start_command(),
        )
    return limit.usage
