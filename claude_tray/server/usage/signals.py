"""Announce that usage was stored, to apps that this one does not import."""

from __future__ import annotations

from typing import Final

from django.dispatch import Signal

# Sent after the transaction, with `user_id`.
usage_stored: Final = Signal()
