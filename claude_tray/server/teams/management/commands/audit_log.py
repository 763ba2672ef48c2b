"""Print the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import BaseCommand

from claude_tray.core.time import format_iso
from claude_tray.server.teams import audit
from claude_tray.server.teams.management.commands.team import (
    require_team_named,
)

if TYPE_CHECKING:
    from argparse import ArgumentParser


_DEFAULT_COUNT: Final = 100


class Command(BaseCommand):
    """`audit-log [--team NAME] [--count N]`."""

    help = "Print who did what, newest first: time, user, action, target."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--team", help="name or number of a team")
        parser.add_argument(
            "--count",
            type=int,
            default=_DEFAULT_COUNT,
            help="number of entries (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["team"]
        entries = (
            audit.list_all_entries()
            if name is None
            else audit.list_team_entries(require_team_named(name))
        )
        for entry in entries[: max(0, options["count"])]:
            self.stdout.write(
                "\t".join(
                    (
                        format_iso(entry.at),
                        entry.actor_name or "-",
                        entry.action,
                        entry.target or "-",
                        entry.detail,
                    )
                ).rstrip()
            )
