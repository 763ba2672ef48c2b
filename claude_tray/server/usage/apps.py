"""Configure the Django app of the usage data."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class UsageAppConfig(AppConfig):
    """Usage by project, session, machine, account and model."""

    name = "claude_tray.server.usage"
    label = "usage"

    def ready(self) -> None:
        post_migrate.connect(_repair_usage, sender=self)


def _repair_usage(**_: object) -> None:
    """Repair stored usage after any command that migrates everything."""
    # Late: models cannot be imported before the apps are ready.
    from claude_tray.server.pending_migrations import (
        has_pending_migrations,
    )
    from claude_tray.server.usage.repair import repair_stored_usage

    # `migrate APP NUMBER` may leave tables of an earlier version.
    if not has_pending_migrations():
        repair_stored_usage()
