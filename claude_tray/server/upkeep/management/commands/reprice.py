"""Reckons all costs anew with the price table in force."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from claude_tray.server.accounts.models import User
from claude_tray.server.prices import price_table
from claude_tray.server.usage import reprice
from claude_tray.server.usage.identity import server


class Command(BaseCommand):
    """`reprice`."""

    help = "Reckons all costs anew with the price table in force."

    def handle(self, *args: Any, **options: Any) -> None:
        table = price_table()
        changed = 0
        for user in User.objects.order_by("pk").values_list("pk", flat=True):
            for step in reprice.steps(user, table):
                changed += step
        one = server()
        one.price_version = table.version
        one.save()
        self.stdout.write(f"Repriced {changed} replies.")
