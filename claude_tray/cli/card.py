"""`claude-tray card`: a picture of the popup to share."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.cli.context import context_of, now
from claude_tray.cli.popups import show_of
from claude_tray.cli.refresh import refreshed
from claude_tray.errors import DesktopError
from claude_tray.popup.card import draw_card
from claude_tray.popup.current import view_from
from claude_tray.popup.language import drawable
from claude_tray.popup.source import Source

if TYPE_CHECKING:
    import argparse

_SCALES: Final = (1, 2, 3)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--png",
        metavar="FILE",
        required=True,
        help="where the picture is written to",
    )
    parser.add_argument(
        "--projects",
        action="store_true",
        help="show the names of projects",
    )
    parser.add_argument(
        "--theme",
        choices=("light", "dark"),
        default="dark",
        help="its colours; dark if not told",
    )
    parser.add_argument(
        "--scale",
        type=int,
        choices=_SCALES,
        default=2,
        help="pixels for a point; 2 if not told",
    )
    parser.add_argument(
        "--no-refresh",
        action="store_true",
        help="show what was read before, without looking for more",
    )


def run(arguments: argparse.Namespace) -> int:
    context = context_of(arguments)
    if not arguments.no_refresh:
        refreshed(context)
    with closing(Source(show_of(context, "popup"))) as source:
        view = view_from(source, drawable(context.tongue), now())
    picture = draw_card(
        view,
        theme=arguments.theme,
        scale=arguments.scale,
        has_projects=arguments.projects,
    )
    path = Path(arguments.png)
    try:
        picture.save(path, "PNG")
    except OSError as error:
        summary = f"{path} cannot be written: {error.strerror or error}."
        raise DesktopError(summary) from error
    print(path)  # noqa: T201
    return 0
