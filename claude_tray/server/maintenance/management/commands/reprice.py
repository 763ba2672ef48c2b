"""Recompute all costs with the current price table."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from claude_tray.server.accounts.models import User
from claude_tray.server.pricing import get_price_table
from claude_tray.server.usage.maintenance import reprice_records
from claude_tray.server.usage.server_identity import get_server


class Command(BaseCommand):
    """`reprice`."""

    help = "Recompute all costs with the current price table."

    def handle(self, *args: Any, **options: Any) -> None:
        table = get_price_table()
        changed_count = 0
        for user in User.objects.order_by("pk").values_list("pk", flat=True):
            for changed_in_step in reprice_records(user, table):
                changed_count += changed_in_step
        server_row = get_server()
        server_row.price_version = table.version
        server_row.save()
        self.stdout.write(f"Repriced {changed_count} records.")
