"""One lean row a reply."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from claude_tray.server.usage.models.links import link, owner
from claude_tray.server.usage.models.sources import (
    ClaudeAccount,
    Machine,
    Model,
)
from claude_tray.server.usage.models.sums import Session


class UsageSnapshot(models.Model):
    """
    One reply, as all that was sent of it amounts to.

    `key` is claude_tray.domain.usage.key_of, `at_ms` the earliest time that
    was sent. `counted_ms` and `origin_ms`, where they differ from it, are
    the times of the counts and of the line that tells the session.
    `messages` is 0 for an advisor's share of a reply, else 1.
    """

    pk = models.CompositePrimaryKey("user", "key")
    user = owner()
    key = models.BigIntegerField()
    session = link(Session)
    machine = link(Machine)
    account = link(ClaudeAccount)
    model = link(Model)
    at_ms = models.BigIntegerField()
    counted_ms = models.BigIntegerField(null=True)
    origin_ms = models.BigIntegerField(null=True)
    is_sidechain = models.BooleanField()
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
            models.Index(fields=["account", "at_ms"], name="reply_account_at"),
            models.Index(fields=["session", "at_ms"], name="reply_session_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at_ms}: {self.output_tokens}"
