"""Models of the usage data: records, sums and the names they refer to."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from claude_tray.server.usage.day_models import (
    HOUR_FIELDS,
    DayCoverage,
    UsageDay,
    UsageTotal,
)
from claude_tray.server.usage.record_models import (
    SUM_FIELDS,
    TOKEN_FIELDS,
    Sums,
    UsageSnapshot,
    build_unconstrained_key,
    build_user_key,
)


class Server(models.Model):
    """
    A single row with this database's ID.

    `price_version` is the price table of all stored costs, `repair_version`
    the version of `usage.repair` that has run.
    """

    server_id = models.CharField(max_length=32)
    price_version = models.CharField(max_length=255, default="")
    repair_version = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.server_id


class Machine(models.Model):
    """
    A machine that syncs.

    `acked_seq` is the sequence number up to which the store `store_id` has
    arrived; `as_of` is the time up to which its transcripts are read.
    """

    user = build_user_key()
    machine_id = models.CharField(max_length=255)
    name = models.CharField(max_length=255, blank=True)
    version = models.CharField(max_length=255, blank=True)
    store_id = models.CharField(max_length=255, blank=True)
    acked_seq = models.BigIntegerField(default=0)
    last_sync_at = models.DateTimeField(null=True)
    as_of = models.DateTimeField(null=True)
    clock_skew_ms = models.BigIntegerField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "machine_id"],
                name="machine_user_id",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.machine_id


class ClaudeAccount(models.Model):
    """
    A Claude account, which has its own windows; the key "" is unknown.

    `chain_ms` is the end of a finished window by `chain_rule`; later windows
    do not depend on records before it. 0 if unknown.
    """

    user = build_user_key()
    key = models.CharField(max_length=255)
    chain_ms = models.BigIntegerField(default=0)
    chain_rule = models.CharField(max_length=16, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "key"],
                name="account_user_key",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class LimitTold(models.Model):
    """
    Newest sample of a limit in one of its windows.

    Without a percentage, the account was reported to have no such limit.
    """

    user = build_user_key()
    account = build_unconstrained_key(ClaudeAccount)
    name = models.CharField(max_length=255)
    resets_ms = models.BigIntegerField()
    percent = models.FloatField(null=True)
    told_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "account", "name", "resets_ms"],
                name="limit_of_window",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.percent}"


class Horizon(models.Model):
    """Time before which a user's records are deleted, but not their sums."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        primary_key=True,
    )
    before_ms = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.before_ms}"


class Model(models.Model):
    """A model and the terms that its price depends on."""

    name = models.CharField(max_length=255)
    speed = models.CharField(max_length=255, blank=True)
    inference_geo = models.CharField(max_length=255, blank=True)
    service_tier = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name", "speed", "inference_geo", "service_tier"],
                name="model_terms",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Project(models.Model):
    """A project, identified by the name that machines send."""

    user = build_user_key()
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


class ProjectPath(models.Model):
    """A transcript folder of a project; `digest` is the hash of its name."""

    pk = models.CompositePrimaryKey("user", "digest")
    user = build_user_key()
    digest = models.BigIntegerField()
    project = build_unconstrained_key(Project)

    def __str__(self) -> str:
        return f"{self.digest}: {self.project_id}"


class RetiredName(models.Model):
    """A name that a project had; addresses with it still lead there."""

    pk = models.CompositePrimaryKey("user", "name")
    user = build_user_key()
    name = models.CharField(max_length=255)
    project = build_unconstrained_key(Project)

    def __str__(self) -> str:
        return self.name


class Session(Sums):
    """A session of Claude Code and its usage."""

    user = build_user_key()
    project = models.ForeignKey(
        Project,
        models.CASCADE,
        related_name="sessions",
        db_index=False,
        db_constraint=False,
    )
    session_id = models.CharField(max_length=255)
    # Rank of the line that determined the project: lookup_ids.ProjectOrigin.
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
                fields=["user", "project", "last_ms"],
                name="session_user_project_last",
            ),
        ]

    def __str__(self) -> str:
        return self.session_id


class SessionShare(Sums):
    """Usage of a session by machine, account and model."""

    pk = models.CompositePrimaryKey(
        "user", "session", "machine", "account", "model"
    )
    user = build_user_key()
    session = build_unconstrained_key(Session)
    machine = build_unconstrained_key(Machine)
    account = build_unconstrained_key(ClaudeAccount)
    model = build_unconstrained_key(Model)

    def __str__(self) -> str:
        return f"{self.session_id}: {self.messages}"


class UsageCell(Sums):
    """
    Usage in a bucket of 15 minutes: `core.calendar.compute_bucket`.

    All zones' offsets are multiples of it, so buckets add up to local days.
    """

    pk = models.CompositePrimaryKey(
        "user", "cell", "machine", "account", "model"
    )
    user = build_user_key()
    cell = models.IntegerField()
    machine = build_unconstrained_key(Machine)
    account = build_unconstrained_key(ClaudeAccount)
    model = build_unconstrained_key(Model)

    def __str__(self) -> str:
        return f"{self.cell}: {self.messages}"


__all__ = [
    "HOUR_FIELDS",
    "SUM_FIELDS",
    "TOKEN_FIELDS",
    "ClaudeAccount",
    "DayCoverage",
    "Horizon",
    "LimitTold",
    "Machine",
    "Model",
    "Project",
    "ProjectPath",
    "RetiredName",
    "Server",
    "Session",
    "SessionShare",
    "Sums",
    "UsageCell",
    "UsageDay",
    "UsageSnapshot",
    "UsageTotal",
]
