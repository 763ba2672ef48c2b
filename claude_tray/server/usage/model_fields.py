"""Columns that several models of usage data have."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from claude_tray.core.usage import TOKEN_KINDS


def build_user_key() -> models.ForeignKey[Any, Any]:
    """Build the foreign key to the owner of a row."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        db_index=False,
    )


def build_unconstrained_key(
    target: type[models.Model] | str,
) -> models.ForeignKey[Any, Any]:
    """Build a foreign key without an index and a constraint of its own."""
    return models.ForeignKey(
        target,
        models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )


# Columns of `Sums`, in the order of claude_tray.core.cost.Totals.
TOKEN_FIELDS = tuple(kind.server_column for kind in TOKEN_KINDS)
SUM_FIELDS = ("messages", *TOKEN_FIELDS, "cost_nano", "unpriced")


class Sums(models.Model):
    """Sums of records."""

    messages = models.BigIntegerField(default=0)
    input_tokens = models.BigIntegerField(default=0)
    output_tokens = models.BigIntegerField(default=0)
    cache_5m_tokens = models.BigIntegerField(default=0)
    cache_1h_tokens = models.BigIntegerField(default=0)
    cache_read_tokens = models.BigIntegerField(default=0)
    cost_nano = models.BigIntegerField(default=0)
    unpriced = models.BigIntegerField(default=0)

    class Meta:
        abstract = True
