"""Evaluate and send the alerts of all teams."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from claude_tray.server.teams import alerts, deliveries


class Command(BaseCommand):
    """`check-alerts`."""

    help = "Evaluate limits and budgets of all teams, and send what is due."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        alerts.evaluate_all(now)
        self.stdout.write(f"Sent {deliveries.deliver_due(now)} alerts.")
