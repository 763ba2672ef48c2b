"""Where usage comes from: machines, accounts, models."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from claude_tray.server.usage.models.links import owner


class Server(models.Model):
    """
    One row: this database's identity.

    `price_version` is the price table all stored costs were made with.
    """

    server_id = models.CharField(max_length=32)
    price_version = models.CharField(max_length=255, default="")

    def __str__(self) -> str:
        return self.server_id


class Machine(models.Model):
    """
    A machine that sends.

    `acked_seq` is how much of the store `store_id` has arrived; `as_of` is
    up to when that machine had read its transcripts.
    """

    user = owner()
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
    """A Claude account: what 5-hour windows belong to; "" is unknown."""

    user = owner()
    key = models.CharField(max_length=255)

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
    """What Claude Code told of a limit, one row a window of it."""

    account = models.ForeignKey(
        ClaudeAccount,
        models.CASCADE,
        related_name="+",
        db_index=False,
    )
    name = models.CharField(max_length=255)
    resets_ms = models.BigIntegerField()
    percent = models.FloatField()
    told_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "name", "resets_ms"],
                name="limit_of_window",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.percent}"


class Horizon(models.Model):
    """Before when a person's replies were deleted; their sums stay."""

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
    """A model and the terms its price depends on."""

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
