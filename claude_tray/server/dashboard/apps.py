"""The pages as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """The pages a person looks at."""

    name = "claude_tray.server.dashboard"
    label = "dashboard"
