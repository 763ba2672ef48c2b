"""The app of the commands."""

from __future__ import annotations

from django.apps import AppConfig


class MaintenanceConfig(AppConfig):
    """Commands only: reading locally, repricing, pruning, exporting."""

    name = "claude_tray.server.maintenance"
    label = "upkeep"
