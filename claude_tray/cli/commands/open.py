"""Run `claude-tray open`: show the local page in the browser."""

from __future__ import annotations

import argparse

from claude_tray.app.context import load_context, print_message
from claude_tray.app.page_client import open_page
from claude_tray.errors import gettext_noop


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--print",
        action="store_true",
        help=gettext_noop("print the address, which works once"),
    )
    parser.add_argument(
        "--process",
        action="store_true",
        help=argparse.SUPPRESS,
    )
    parser.add_argument(
        "--idle-seconds",
        type=float,
        help=argparse.SUPPRESS,
    )
    parser.add_argument("--paths", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument(
        "path",
        nargs="?",
        default="/",
        help=gettext_noop("page to open, such as /history"),
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.process:
        # Late: the process of the page needs nothing else of this module.
        from claude_tray.local_page.process import run_page_process

        return run_page_process(arguments, arguments.idle_seconds)
    context = load_context(arguments)
    address = open_page(context, f"/{arguments.path.lstrip('/')}")
    if arguments.print:
        print(address)
        return 0
    import webbrowser

    if not webbrowser.open(address):
        print_message(
            context.translator.gettext("No browser was found. Open:")
        )
        print(address)
    return 0
