"""Move old records into Parquet files, and back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claude_tray.server.accounts.models import User
from claude_tray.server.usage.archive import archive_records, restore_records
from claude_tray.server.usage.maintenance import MIN_PRUNE_DAYS

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`archive --older-than DAYS | --restore [--month M]`, `--user NAME`."""

    help = (
        "Move old records into Parquet files, by user and calendar month."
        " Totals, projects, sessions and days stay."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        action = parser.add_mutually_exclusive_group(required=True)
        action.add_argument(
            "--older-than",
            type=int,
            metavar="DAYS",
            help="archive months before these days,"
            f" at least {MIN_PRUNE_DAYS}",
        )
        action.add_argument(
            "--restore",
            action="store_true",
            help="read archived records back; the files stay",
        )
        parser.add_argument("--user", metavar="NAME", help="only this user")
        parser.add_argument(
            "--month",
            default="",
            metavar="YYYY-MM",
            help="restore only this month",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        users = User.objects.order_by("pk")
        if options["user"]:
            users = users.filter(username=options["user"])
            if not users:
                detail = f"There is no user {options['user']}."
                raise CommandError(detail)
        user_ids = list(users.values_list("pk", flat=True))
        if options["restore"]:
            self._restore(user_ids, options["month"])
        else:
            self._archive(user_ids, options["older_than"])

    def _archive(self, user_ids: list[int], days: int) -> None:
        if not days >= MIN_PRUNE_DAYS:
            detail = f"--older-than must be at least {MIN_PRUNE_DAYS} days."
            raise CommandError(detail)
        before = timezone.now() - timedelta(days=days)
        counts = [
            count
            for user_id in user_ids
            for count in archive_records(user_id, before)
        ]
        self.stdout.write(
            f"Archived {sum(counts)} records in {len(counts)} files."
        )

    def _restore(self, user_ids: list[int], month: str) -> None:
        count = sum(restore_records(one, month) for one in user_ids)
        self.stdout.write(f"Restored {count} records.")
