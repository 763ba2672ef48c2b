"""The model of records, and the columns of sums of records."""

from __future__ import annotations

from typing import Any, ClassVar

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


class UsageSnapshot(models.Model):
    """
    One record, merged from all lines that were sent about it.

    `key` identifies the API response, `at_ms` is its earliest time.
    `counted_ms` and `origin_ms` are the times of the token counts and of the
    line that names the session; null if equal to `at_ms`. `is_original` is
    true if that session sent the request, of which forks have copies.
    `messages` is 0 for an advisor's part of a response, else 1.
    """

    pk = models.CompositePrimaryKey("user", "key")
    # Its sums, written with it, have a constraint; another check of each of
    # a thousand rows would take a tenth of an upload.
    user = build_unconstrained_key(settings.AUTH_USER_MODEL)
    key = models.BigIntegerField()
    session = build_unconstrained_key("usage.Session")
    machine = build_unconstrained_key("usage.Machine")
    account = build_unconstrained_key("usage.ClaudeAccount")
    model = build_unconstrained_key("usage.Model")
    at_ms = models.BigIntegerField()
    counted_ms = models.BigIntegerField(null=True)
    origin_ms = models.BigIntegerField(null=True)
    is_sidechain = models.BooleanField()
    is_original = models.BooleanField(default=False)
    messages = models.SmallIntegerField()
    input_tokens = models.IntegerField()
    output_tokens = models.IntegerField()
    cache_5m_tokens = models.IntegerField()
    cache_1h_tokens = models.IntegerField()
    cache_read_tokens = models.IntegerField()
    web_searches = models.IntegerField()
    cost_nano = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["user", "account", "at_ms"],
                name="reply_user_account_at",
            ),
            models.Index(
                fields=["user", "session", "at_ms"],
                name="reply_user_session_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at_ms}: {self.output_tokens}"
