"""
Models of teams: members, invitations, accounts, budgets, alerts, audit log.

Usage itself belongs to users (`server/usage/models.py`); nothing here copies
it. Rows of a team end with the team, rows about a user with the user.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

MAX_NAME_LENGTH = 150
# Lengths of the columns ClaudeAccount.key and Project.name.
MAX_KEY_LENGTH = 255


class Role(models.TextChoices):
    """
    What a member may do; `access.py` has the rules.

    MEMBER: sees only their own usage. LEAD: also sees the usage of all
    members, names accounts and sets budgets. ADMIN: also manages people,
    invitations and the team itself.
    """

    MEMBER = "member"
    LEAD = "lead"
    ADMIN = "admin"


def _build_team_key() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey("teams.Team", models.CASCADE, related_name="+")


def _build_actor_key() -> models.ForeignKey[Any, Any]:
    """Build a key that is emptied when the user is deleted."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
    )


class Team(models.Model):
    """
    Users who share accounts, budgets and a lead.

    `time_zone` is that of its months, weeks and days, `language` that of its
    mails. Alerts are also posted to `webhook_url`, unless it is empty.
    """

    name = models.CharField(max_length=MAX_NAME_LENGTH)
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=16, default="en")
    has_limit_alerts = models.BooleanField(default=True)
    webhook_url = models.CharField(max_length=2048, blank=True)
    webhook_secret = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """
    A user in a team.

    `is_managed`: the user was created by an invitation of this team, whose
    admins may therefore rename, deactivate and delete them.
    """

    team = _build_team_key()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+"
    )
    role = models.CharField(max_length=16, choices=Role.choices)
    is_managed = models.BooleanField(default=False)
    shares_sessions = models.BooleanField(default=False)
    gets_alerts = models.BooleanField(default=True)
    gets_reports = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["team", "user"], name="member_of_team"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.team_id}: {self.role}"


class Invitation(models.Model):
    """A link that makes one user a member; only its hash is stored."""

    team = _build_team_key()
    token_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=16, choices=Role.choices)
    email = models.EmailField(blank=True)
    created_by = _build_actor_key()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = _build_actor_key()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.team_id}: {self.role}"


class NamedAccount(models.Model):
    """A name for a Claude account, which several members may use."""

    team = _build_team_key()
    account_key = models.CharField(max_length=MAX_KEY_LENGTH)
    name = models.CharField(max_length=MAX_NAME_LENGTH)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["team", "account_key"], name="account_of_team"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BudgetScope(models.TextChoices):
    """What a budget is for."""

    TEAM = "team"
    MEMBER = "member"
    PROJECT = "project"
    ACCOUNT = "account"


class BudgetPeriod(models.TextChoices):
    """How long a budget lasts, in the time zone of the team."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class BudgetUnit(models.TextChoices):
    """What a budget counts: list prices, or input and output tokens."""

    USD = "usd"
    TOKENS = "tokens"


class Budget(models.Model):
    """
    The usage that is planned for a period.

    `target` is the name of a project or the key of an account, `amount` is in
    nano-dollars or tokens.
    """

    team = _build_team_key()
    scope = models.CharField(max_length=16, choices=BudgetScope.choices)
    member = models.ForeignKey(
        Membership, models.CASCADE, null=True, related_name="+"
    )
    target = models.CharField(max_length=MAX_KEY_LENGTH, blank=True)
    period = models.CharField(max_length=16, choices=BudgetPeriod.choices)
    unit = models.CharField(max_length=16, choices=BudgetUnit.choices)
    amount = models.BigIntegerField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.scope} {self.period}: {self.amount}"


class AlertState(models.Model):
    """
    The memory that an alert was sent, and when it was last evaluated.

    `name` says which alert it is, such as "budget.3.80"; `state` is the
    state of `core.notifications` as JSON.
    """

    name = models.CharField(max_length=320, unique=True)
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="+",
    )
    budget = models.ForeignKey(
        Budget, models.CASCADE, null=True, related_name="+"
    )
    state = models.TextField(blank=True)
    evaluated_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Alert(models.Model):
    """A message to the leads of a team; `user` is whom it is about."""

    team = _build_team_key()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="+",
    )
    kind = models.CharField(max_length=32)
    title = models.CharField(max_length=1000)
    body = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["team", "-created_at"], name="alert_of_team"),
        ]

    def __str__(self) -> str:
        return self.title


class AlertDelivery(models.Model):
    """
    An alert on its way to one member's mailbox, or to the webhook.

    The process that sends it first sets `started_at`. A delivery that started
    and did not fail is never sent again, even if its process has ended.
    """

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="deliveries")
    # None for the webhook.
    member = models.ForeignKey(
        Membership, models.CASCADE, null=True, related_name="+"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=255, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(started_at=None),
                name="delivery_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} to {self.member_id}"


class AuditEntry(models.Model):
    """
    Who did what to what.

    Without a team, it concerns a user of this server. `actor` is empty if a
    command did it. Names are kept until their user is deleted.
    """

    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField()
    actor = _build_actor_key()
    actor_name = models.CharField(max_length=MAX_NAME_LENGTH, blank=True)
    action = models.CharField(max_length=64)
    subject = _build_actor_key()
    target = models.CharField(max_length=MAX_KEY_LENGTH, blank=True)
    detail = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["team", "-at"], name="audit_of_team"),
            models.Index(fields=["-at"], name="audit_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.action} {self.target}"
