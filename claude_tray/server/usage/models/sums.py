"""What usage adds up to: projects, sessions, quarters of an hour."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from claude_tray.server.usage.models.links import link, owner
from claude_tray.server.usage.models.sources import (
    ClaudeAccount,
    Machine,
    Model,
)

# The sums of `Sums`, in the order of claude_tray.domain.totals.Totals.
SUM_FIELDS = (
    "messages",
    "input_tokens",
    "output_tokens",
    "cache_5m_tokens",
    "cache_1h_tokens",
    "cache_read_tokens",
    "cost_nano",
    "unpriced",
)


class Sums(models.Model):
    """What replies add up to."""

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


class Project(models.Model):
    """A project, by the name it was sent with."""

    user = owner()
    name = models.CharField(max_length=255)
    path = models.CharField(max_length=4096, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "name"],
                name="project_user_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Session(Sums):
    """A session of Claude Code and what all of it used."""

    user = owner()
    project = models.ForeignKey(
        Project,
        models.CASCADE,
        related_name="sessions",
        db_index=False,
    )
    session_id = models.CharField(max_length=255)
    # What its project was taken from: names.Beginning.
    project_rank = models.BigIntegerField()
    first_ms = models.BigIntegerField()
    last_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "session_id"],
                name="session_user_id",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "last_ms"], name="session_user_last"),
            models.Index(
                fields=["project", "last_ms"],
                name="session_project_last",
            ),
        ]

    def __str__(self) -> str:
        return self.session_id


class SessionShare(Sums):
    """What a session used on one machine, by one account, of one model."""

    user = owner()
    session = link(Session)
    machine = link(Machine)
    account = link(ClaudeAccount)
    model = link(Model)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session", "machine", "account", "model"],
                name="share_of_session",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user"], name="share_user"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.messages}"


class UsageCell(Sums):
    """
    A quarter of an hour, whose number is claude_tray.domain.days.cell_of.

    Every offset of a time zone is a multiple of it.
    """

    user = owner()
    cell = models.IntegerField()
    machine = link(Machine)
    account = link(ClaudeAccount)
    model = link(Model)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "cell", "machine", "account", "model"],
                name="cell_of_user",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cell}: {self.messages}"
