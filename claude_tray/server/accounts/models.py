"""Users, device tokens and failed sign-ins."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A user, who sees only their own data."""

    email = models.EmailField("e-mail address", unique=True)

    REQUIRED_FIELDS: ClassVar = ["email"]


class DeviceToken(models.Model):
    """
    A long-lived token of one machine, which can only sync.

    The token itself is not stored: `jti` is the ID inside it.
    """

    user = models.ForeignKey(
        User,
        models.CASCADE,
        related_name="device_tokens",
    )
    jti = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class RefusedSignIn(models.Model):
    """Number of consecutive failures of a name from an address."""

    name = models.CharField(max_length=150)
    address = models.CharField(max_length=45)
    count = models.PositiveIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name", "address"],
                name="refused_name_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} from {self.address}"
