"""Delete old records; their totals stay."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claude_tray.core.time import to_epoch_ms
from claude_tray.server.accounts.models import User
from claude_tray.server.usage.maintenance import MIN_PRUNE_DAYS, prune_records

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`prune --older-than DAYS`."""

    help = (
        "Delete old records. Totals, projects, sessions and days stay;"
        " single messages and old windows are lost."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--older-than",
            type=int,
            required=True,
            metavar="DAYS",
            help=f"age of the records, at least {MIN_PRUNE_DAYS} days",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        days = options["older_than"]
        if not days >= MIN_PRUNE_DAYS:
            detail = f"--older-than must be at least {MIN_PRUNE_DAYS} days."
            raise CommandError(detail)
        before = timezone.now() - timedelta(days=days)
        before_ms = to_epoch_ms(before)
        count = sum(
            deleted
            for user in User.objects.values_list("pk", flat=True)
            for deleted in prune_records(user, before_ms)
        )
        self.stdout.write(f"Deleted {count} records.")
