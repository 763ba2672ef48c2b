"""Announce changes of usage to apps that this one does not import."""

from __future__ import annotations

from typing import Final

from django.dispatch import Signal

# Sent after the transaction, with `user_id`.
usage_stored: Final = Signal()
# Sent in the transaction, with `user_id` and the names `old` and `new`.
project_renamed: Final = Signal()
