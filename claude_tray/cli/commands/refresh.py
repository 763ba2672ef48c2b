"""`claude-tray refresh`: reads what is new into the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.app.context import load_context
from claude_tray.app.refresh import refresh_store

if TYPE_CHECKING:
    import argparse


# Less is read in less than a second.


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    result = refresh_store(context)
    if arguments.json:
        from claude_tray.cli.output import print_json

        print_json(
            {
                "files_read": result.files_read,
                "bytes_read": result.bytes_read,
                "messages_added": result.added,
                "messages_updated": result.updated,
                "bad_lines": result.bad_lines,
                "too_long": result.oversized_lines,
            },
        )
    else:
        text = (
            f"Read {result.files_read} files: {result.added} messages added,"
            f" {result.updated} updated."
        )
        if result.bad_lines or result.oversized_lines:
            text += f" {result.bad_lines + result.oversized_lines} lines were skipped."
        print(text)
    return 0
