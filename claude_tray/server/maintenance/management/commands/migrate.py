"""Apply migrations, one process at a time."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from claude_tray.server.migration_lock import lock_migrations
from claude_tray.server.pending_migrations import has_pending_migrations
from claude_tray.server.usage.partitions import cancel_partitioning


class Command(migrate.Command):
    """Django's `migrate`, also safe when several servers start at once."""

    def handle(self, *args: Any, **options: Any) -> None:
        with lock_migrations():
            if has_pending_migrations():
                # The copy would lack what the migrations add, and the trigger
                # that fills it would fail.
                cancel_partitioning()
            super().handle(*args, **options)
