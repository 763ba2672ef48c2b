"""Provide the first description's name of the user model."""

from __future__ import annotations

from claude_tray.server.accounts.models import User as CustomUser

__all__ = ["CustomUser"]
