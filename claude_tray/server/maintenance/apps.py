"""Configure the Django app of the maintenance commands."""

from __future__ import annotations

from django.apps import AppConfig


class MaintenanceConfig(AppConfig):
    """Commands to refresh, reprice, prune and export; no models."""

    name = "claude_tray.server.maintenance"
    label = "upkeep"
