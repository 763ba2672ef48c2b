"""Move the large tables into partitions while the server is running."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import BaseCommand, CommandError

from claude_tray.server.usage.partitions import (
    cancel_partitioning,
    partition_tables,
)

if TYPE_CHECKING:
    from argparse import ArgumentParser


_DEFAULT_COUNT: Final = 64
_MAX_COUNT: Final = 1024


class Command(BaseCommand):
    """`partition [--partitions NUMBER] [--cancel]`."""

    help = (
        "Move the large tables into partitions by user (PostgreSQL)."
        " The server can run meanwhile; a killed run continues."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--partitions",
            type=int,
            default=_DEFAULT_COUNT,
            metavar="NUMBER",
            help="partitions of each table (default: %(default)s)",
        )
        parser.add_argument(
            "--cancel",
            action="store_true",
            help="delete what an unfinished run has copied",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        count = options["partitions"]
        if not 2 <= count <= _MAX_COUNT:  # noqa: PLR2004
            detail = f"--partitions must be 2 to {_MAX_COUNT}."
            raise CommandError(detail)
        if not options["cancel"]:
            partition_tables(count, self.stdout.write)
        elif cancel_partitioning():
            self.stdout.write("Deleted the unfinished copy.")
        else:
            self.stdout.write("There is no unfinished copy.")
