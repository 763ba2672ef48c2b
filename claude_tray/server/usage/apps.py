"""Configure the Django app of the usage data."""

from __future__ import annotations

from django.apps import AppConfig


class UsageAppConfig(AppConfig):
    """Usage by project, session, machine, account and model."""

    name = "claude_tray.server.usage"
    label = "usage"
