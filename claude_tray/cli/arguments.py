"""Add the arguments that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.errors import gettext_noop

if TYPE_CHECKING:
    import argparse


def add_json_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json", action="store_true", help=gettext_noop("print JSON")
    )


def add_no_refresh_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-refresh",
        action="store_true",
        help=gettext_noop("do not read new transcripts first"),
    )


def add_reading_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of a command that prints from the store."""
    add_json_argument(parser)
    add_no_refresh_argument(parser)


def add_account_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--profile",
        metavar="NAME",
        help=gettext_noop("only the account with this name"),
    )


def add_claude_path(parser: argparse.ArgumentParser) -> None:
    """Document an option that `extract_claude_path` has already removed."""
    parser.add_argument(
        "--claude-path",
        metavar="PATH",
        help=gettext_noop("Claude Code's folder; comma-separated for several"),
    )
