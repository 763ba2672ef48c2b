"""Configure the Django app of teams."""

from __future__ import annotations

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    """Teams and what belongs to them."""

    name = "claude_tray.server.teams"
    label = "teams"

    def ready(self) -> None:
        """Log what happens to tokens, machines and passwords."""
        # Late: needs the models.
        from claude_tray.server.accounts.events import account_changed
        from claude_tray.server.teams.audit import record_account_event

        account_changed.connect(record_account_event)
