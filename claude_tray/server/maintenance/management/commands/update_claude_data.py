"""Ingest this machine's Claude folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claude_tray.errors import ClaudeTrayError
from claude_tray.server import local_refresh
from claude_tray.server.accounts.models import User

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`update_claude_data [--user NAME] [--verbose]`."""

    help = "Read this machine's Claude folder into the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--user",
            help="owner of the usage; optional if there is only one user",
        )
        parser.add_argument(
            "--verbose",
            action="store_true",
            help="also print folders and malformed lines",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = _select_user(options["user"])
        if options["verbose"]:
            folders = ", ".join(
                map(str, local_refresh.list_transcript_folders())
            )
            self.stdout.write(f"Reading {folders} for {user}.")
        try:
            result = local_refresh.refresh_local_usage(user, timezone.now())
        except ClaudeTrayError as error:
            detail = f"{error.summary} {error.hint}"
            raise CommandError(detail) from error
        self.stdout.write(
            f"Read {result.files_read} files: {result.messages_added} messages"
            f" added, {result.messages_updated} updated.",
        )
        if options["verbose"]:
            self.stdout.write(
                f"{result.bytes_read} bytes; {result.bad_lines} malformed lines,"
                f" {result.too_long} too long.",
            )


def _select_user(name: str | None) -> User:
    candidates = User.objects.all()
    if name is not None:
        candidates = candidates.filter(username=name)
    users = list(candidates[:2])
    if len(users) != 1:
        detail = (
            "There are several users. Choose one with --user NAME."
            if users
            else "There is no such user. Create one: create-user NAME."
        )
        raise CommandError(detail)
    return users[0]
