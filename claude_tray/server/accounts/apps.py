"""The app of who may."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and their device tokens."""

    name = "claude_tray.server.accounts"
    label = "accounts"
