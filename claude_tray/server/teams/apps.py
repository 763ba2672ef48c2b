"""Configure the Django app of teams."""

from __future__ import annotations

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    """Teams and what belongs to them."""

    name = "claude_tray.server.teams"
    label = "teams"

    def ready(self) -> None:
        """Log account events, and follow what happens to usage."""
        # Late: needs the models.
        from claude_tray.server.accounts.events import account_changed
        from claude_tray.server.teams import alert_worker, audit, budgets
        from claude_tray.server.usage import signals

        account_changed.connect(audit.record_account_event)
        signals.usage_stored.connect(alert_worker.request_evaluation)
        signals.project_renamed.connect(budgets.rename_project)
