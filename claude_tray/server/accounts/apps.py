"""Configure the Django app of users and tokens."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users and their device tokens."""

    name = "claude_tray.server.accounts"
    label = "accounts"
