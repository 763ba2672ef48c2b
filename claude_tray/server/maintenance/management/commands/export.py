"""Export all records of a user."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from claude_tray.server.accounts.management.commands.create_token import (
    require_user_named,
)
from claude_tray.server.usage.queries import export
from claude_tray.text import escape_cell

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterable


class Command(BaseCommand):
    """`export NAME [--format csv|json]`."""

    help = "Export every record of a user, oldest first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="user name")
        parser.add_argument(
            "--format",
            choices=["csv", "json"],
            default="csv",
            help="json: one object per line",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = require_user_named(options["name"])
        # Closed before the connection, also if the reader ends early.
        with closing(export.iter_export_rows(user.pk)) as rows:
            if options["format"] == "json":
                for row in rows:
                    self.stdout.write(json.dumps(row))
            else:
                self._write_csv(rows)

    def _write_csv(self, rows: Iterable[dict[str, Any]]) -> None:
        writer = csv.DictWriter(
            self.stdout,
            export.EXPORT_COLUMNS,
            lineterminator="\n",
        )
        writer.writeheader()
        for row in rows:
            writer.writerow(
                {
                    name: escape_cell(v) if isinstance(v, str) else v
                    for name, v in row.items()
                }
            )
