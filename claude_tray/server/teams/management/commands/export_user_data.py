"""Export all data of a user."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from claude_tray.server.accounts.management.commands.create_token import (
    require_user_named,
)
from claude_tray.server.teams import audit, data_export

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`export-user-data NAME FILE.zip`."""

    help = "Write everything stored about a user into a ZIP archive."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="user name")
        parser.add_argument("file", type=Path, help="archive to write")

    def handle(self, *args: Any, **options: Any) -> None:
        user, path = require_user_named(options["name"]), options["file"]
        try:
            with path.open("xb") as file:
                for chunk in data_export.iter_archive(user):
                    file.write(chunk)
        except OSError as error:
            detail = f"Cannot write {path}: {error.strerror}."
            raise CommandError(detail) from error
        audit.record(None, audit.Action.DATA_EXPORTED, user)
        self.stdout.write(f"Wrote {path}.")
