"""Configure the Django app of teams."""

from __future__ import annotations

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    """Teams and what belongs to them."""

    name = "claude_tray.server.teams"
    label = "teams"
