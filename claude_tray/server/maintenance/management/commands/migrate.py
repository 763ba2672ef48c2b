"""Apply migrations, one process at a time."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from claude_tray.server.migration_lock import lock_migrations


class Command(migrate.Command):
    """Django's `migrate`, also safe when several servers start at once."""

    def handle(self, *args: Any, **options: Any) -> None:
        with lock_migrations():
            super().handle(*args, **options)
