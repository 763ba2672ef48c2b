"""Send the weekly reports."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claude_tray.server.teams import deliveries, reports


class Command(BaseCommand):
    """`send-reports`."""

    help = "Mail the report of last week to leads and admins, once."

    def handle(self, *args: Any, **options: Any) -> None:
        if not deliveries.has_mail():
            detail = "This server sends no mail. Set CLAUDE_TRAY_EMAIL_URL."
            raise CommandError(detail)
        now = timezone.now()
        count = reports.queue_reports(now)
        sent = deliveries.deliver_due(now)
        self.stdout.write(f"Reports of {count} teams, {sent} mails sent.")
