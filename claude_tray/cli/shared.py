"""Run commands that print one list from the store, as a table or JSON."""

from __future__ import annotations

import argparse
import json
import sys
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.app.context import AppContext, load_context, load_translator
from claude_tray.app.data_access import open_for_reading
from claude_tray.cli import tables
from claude_tray.errors import gettext_noop
from claude_tray.presentation.bill import list_other_requests
from claude_tray.protocol.cost_details import (
    add_cost_details,
    build_self_check,
)
from claude_tray.store.health import has_usage
from claude_tray.text import escape_json_text, make_visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.core.cost import Totals
    from claude_tray.i18n.translator import Translator
    from claude_tray.store.connection import Reader


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
        "--account",
        "--profile",
        dest="profile",
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


def print_json(value: Any) -> None:
    sys.stdout.write(f"{format_json(value, indent=2)}\n")


def format_json(value: Any, indent: int | None = None) -> str:
    """Return JSON that is safe to show in a terminal."""
    return escape_json_text(
        json.dumps(value, indent=indent, ensure_ascii=False)
    )


LazyRows = tables.LazyRows
Table = tables.Table
TableRow = tables.TableRow
print_table = tables.print_table


class ListingRequest(NamedTuple):
    """Input of a listing command."""

    reader: Reader
    arguments: argparse.Namespace
    context: AppContext


class Listing(NamedTuple):
    """
    Loaded rows and their two forms.

    Attributes:
        build_json: Returns the value for --json.
        build_table: Returns the table for the terminal.
    """

    build_json: Callable[[], Any]
    build_table: Callable[[Translator], Table]


def listing_command(
    load: Callable[[ListingRequest], Listing],
) -> Callable[[argparse.Namespace], int]:
    """Make the `run` of a command from a function that loads its rows."""

    @wraps(load)
    def run(arguments: argparse.Namespace) -> int:
        context = load_context(arguments)
        with open_for_reading(arguments, context) as reader:
            request = ListingRequest(reader, arguments, context)
            return print_listing(request, load(request))

    return run


def print_listing(request: ListingRequest, listing: Listing) -> int:
    """Print JSON or a table, and return the exit status."""
    arguments, translator = request.arguments, request.context.translator
    if arguments.json:
        print_json(listing.build_json())
    elif not has_usage(request.reader):
        # Late: it imports all that a snapshot has.
        from claude_tray.presentation.welcome import format_waiting_headline

        print(f"{format_waiting_headline(translator)}.")
    else:
        tables.print_table(listing.build_table(translator), translator)
    return int(not is_refresh_stored(arguments))


def build_completeness(arguments: argparse.Namespace) -> dict[str, bool]:
    """Return `"complete": false` for JSON if not everything could be read."""
    refreshed = getattr(arguments, "refreshed", None)
    is_complete = refreshed is None or bool(refreshed.is_complete)
    return {} if is_complete else {"complete": False}


def is_refresh_stored(arguments: argparse.Namespace) -> bool:
    """Return whether `open_for_reading` could write to the store."""
    refreshed = getattr(arguments, "refreshed", None)
    return refreshed is None or bool(refreshed.is_stored)


# Listings import these from here, with the rest that they print.
build_local_item: Final = add_cost_details
build_check_item: Final = build_self_check


def list_cost_notes(totals: Totals, translator: Translator) -> list[str]:
    """Return the lines below a table about parts of the cost."""
    return list_other_requests(totals, translator)


def get_token_headings(translator: Translator) -> tuple[str, ...]:
    """Return the headings of token counts and the cost."""
    gettext = translator.gettext
    return (
        gettext("Input"),
        gettext("Output"),
        gettext("Cache"),
        gettext("Cost"),
    )


def get_totals_headings(translator: Translator) -> tuple[str, ...]:
    """Return the headings of the cells of `format_totals_row`."""
    return translator.gettext("Messages"), *get_token_headings(translator)


def format_totals_row(totals: Totals, translator: Translator) -> list[str]:
    """Format totals as cells: messages, tokens by kind and the cost."""
    tokens = totals.tokens
    return [
        translator.format_integer(totals.messages),
        translator.format_tokens(tokens.input),
        translator.format_tokens(tokens.output),
        translator.format_tokens(tokens.cache),
        translator.format_cost(totals),
    ]


def refuse_value(
    reason: str, value: str, **values: object
) -> argparse.ArgumentTypeError:
    """
    Build the error of a value that an argument does not accept.

    Args:
        reason: Msgid with the value as {value}: why it is refused.
        value: The value.
        values: Other values of the msgid.
    """
    shown = repr(make_visible(value))
    return argparse.ArgumentTypeError(
        load_translator().gettext(reason, value=shown, **values)
    )
