"""Run `claude-tray card`: save a picture of the popup to share."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.app.context import load_context, utc_now
from claude_tray.app.refresh import refresh_store
from claude_tray.app.windows import build_show_command
from claude_tray.cli.shared import add_no_refresh_argument
from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.ui.popup.compose import load_view
from claude_tray.ui.popup.share_card import draw_share_card
from claude_tray.ui.popup.source import StoreSource
from claude_tray.ui.toolkit.appearance import ensure_drawable

if TYPE_CHECKING:
    import argparse


_SCALES: Final = (1, 2, 3)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--png",
        metavar="FILE",
        required=True,
        help=gettext_noop("file to write"),
    )
    parser.add_argument(
        "--projects",
        action="store_true",
        help=gettext_noop("include project names"),
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
        default=2,
        help=gettext_noop("pixels per point; default: 2"),
    )
    add_no_refresh_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    if not arguments.no_refresh:
        refresh_store(context)
    with closing(StoreSource(build_show_command(context))) as source:
        view = load_view(
            source, ensure_drawable(context.translator), utc_now()
        )
    picture = draw_share_card(
        view,
        theme=arguments.theme,
        scale=arguments.scale,
        has_projects=arguments.projects,
    )
    path = Path(arguments.png)
    try:
        picture.save(path, "PNG")
    except OSError as error:
        raise DesktopError(
            gettext_noop("Cannot write {path}: {reason}."),
            path=path,
            reason=error.strerror or error,
        ) from error
    print(path)
    return 0
