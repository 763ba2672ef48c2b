"""Models of the sums of all time and of days."""

from __future__ import annotations

from django.db import models

from claude_tray.server.usage.record_models import (
    Sums,
    build_unconstrained_key,
    build_user_key,
)


class UsageTotal(Sums):
    """All usage of a machine, account and model."""

    pk = models.CompositePrimaryKey("user", "machine", "account", "model")
    user = build_user_key()
    machine = build_unconstrained_key("usage.Machine")
    account = build_unconstrained_key("usage.ClaudeAccount")
    model = build_unconstrained_key("usage.Model")

    def __str__(self) -> str:
        return f"{self.machine_id}: {self.messages}"


class DayCoverage(models.Model):
    """
    Days of which a user's sums are kept in `UsageDay`.

    A day of a time zone begins `utc_offset` buckets before the same day of
    UTC. One row for each offset in which the user has looked at days: from
    `first_day` on, a number of days since 1970, the sums are complete.

    Buckets before `closed_bucket` are not expected to change. If they do,
    `changes` of all the user's rows increases, so that whatever a process
    remembers of them is out of date.
    """

    pk = models.CompositePrimaryKey("user", "utc_offset")
    user = build_user_key()
    utc_offset = models.SmallIntegerField()
    first_day = models.IntegerField()
    closed_bucket = models.IntegerField(default=0)
    changes = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.utc_offset}: {self.first_day}"


# All tokens of each hour.
HOUR_FIELDS = tuple(f"hour_{hour:02}" for hour in range(24))


class UsageDay(Sums):
    """
    Usage in a day of 24 hours at an offset from UTC: see `DayCoverage`.

    Days on which a time zone's offset changes are read from buckets.
    """

    pk = models.CompositePrimaryKey(
        "user", "utc_offset", "day", "machine", "account", "model"
    )
    user = build_user_key()
    utc_offset = models.SmallIntegerField()
    day = models.IntegerField()
    machine = build_unconstrained_key("usage.Machine")
    account = build_unconstrained_key("usage.ClaudeAccount")
    model = build_unconstrained_key("usage.Model")

    def __str__(self) -> str:
        return f"{self.day}: {self.messages}"


for _name in HOUR_FIELDS:
    UsageDay.add_to_class(_name, models.BigIntegerField(default=0))
