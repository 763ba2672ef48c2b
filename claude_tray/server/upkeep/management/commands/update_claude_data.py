"""Reads this machine's Claude folder into the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claude_tray.errors import ClaudeTrayError
from claude_tray.server import local
from claude_tray.server.accounts.models import User

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`update_claude_data [--user NAME] [--verbose]`."""

    help = "Reads this machine's Claude folder into the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--user",
            help="whose it is; may be left out while there is one user only",
        )
        parser.add_argument("--verbose", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        user = _owner(options["user"])
        if options["verbose"]:
            folders = ", ".join(map(str, local.folders()))
            self.stdout.write(f"Reading {folders} for {user}.")
        try:
            gain = local.refresh(user, timezone.now())
        except ClaudeTrayError as error:
            told = f"{error.summary} {error.hint}"
            raise CommandError(told) from error
        self.stdout.write(
            f"Read {gain.files_read} files: {gain.messages_added} messages"
            f" added, {gain.messages_updated} updated.",
        )
        if options["verbose"]:
            self.stdout.write(
                f"{gain.bytes_read} bytes; {gain.bad_lines} bad lines,"
                f" {gain.too_long} too long.",
            )


def _owner(name: str | None) -> User:
    found = User.objects.all()
    if name is not None:
        found = found.filter(username=name)
    people = list(found[:2])
    if len(people) != 1:
        told = (
            "Name one with --user NAME."
            if people
            else "There is no such user; make one: create-user NAME."
        )
        raise CommandError(told)
    return people[0]
