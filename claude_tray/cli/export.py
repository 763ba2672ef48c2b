"""`claude-tray export`: everything that is stored of usage."""

from __future__ import annotations

import csv
import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from claude_tray.cli.context import context_of
from claude_tray.cli.reading import (
    accounts_in,
    add_profile_argument,
    add_reading_arguments,
    reading,
)
from claude_tray.errors import UsageError
from claude_tray.store import exports
from claude_tray.wire.export_file import COLUMNS, FORMAT, VERSION

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from claude_tray.wire.export_file import ExportRow


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)
    add_profile_argument(parser)
    parser.add_argument(
        "--format",
        choices=("json", "csv"),
        default="json",
        help="json if not given",
    )
    parser.add_argument(
        "--output",
        metavar="FILE",
        help="where to write; standard output if not given",
    )


def run(arguments: argparse.Namespace) -> int:
    context = context_of(arguments)
    is_table = arguments.format == "csv" and not arguments.json
    with reading(arguments, context) as reader:
        account = None
        if arguments.profile is not None:
            (named,) = accounts_in(reader, arguments, context)
            account = named.key
        rows = exports.rows(reader, account)
        with _opened(arguments.output) as file:
            if is_table:
                _write_table(rows, file)
            else:
                _write_json(rows, file)
    return 0


@contextmanager
def _opened(name: str | None) -> Iterator[TextIO]:
    if name is None:
        yield sys.stdout
        return
    try:
        with Path(name).open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        summary = f"{name} cannot be written: {error.strerror}."
        raise UsageError(summary) from error


def _write_json(rows: Iterable[ExportRow], file: TextIO) -> None:
    """Write one row a line, so that none need be held."""
    head = json.dumps({"format": FORMAT, "version": VERSION})
    file.write(f'{head[:-1]}, "records": [')
    between = "\n"
    for row in rows:
        file.write(between + json.dumps(row, ensure_ascii=False))
        between = ",\n"
    file.write("\n]}\n")


def _write_table(rows: Iterable[ExportRow], file: TextIO) -> None:
    table = csv.writer(file, lineterminator="\n")
    table.writerow(COLUMNS)
    for row in rows:
        values = row.values()
        table.writerow(int(v) if isinstance(v, bool) else v for v in values)
