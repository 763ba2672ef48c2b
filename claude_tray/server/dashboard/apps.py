"""Configure the Django app of the pages."""

from __future__ import annotations

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """HTML pages for browsers."""

    name = "claude_tray.server.dashboard"
    label = "dashboard"
