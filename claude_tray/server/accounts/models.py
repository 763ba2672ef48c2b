"""Users, tokens and failed sign-ins."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from rest_framework_simplejwt.utils import get_md5_hash_password

from claude_tray.server.accounts.events import AccountEvent, announce

if TYPE_CHECKING:
    from datetime import datetime


# Recording each use would cost every request a transaction.
_LAST_USED_INTERVAL: Final = timedelta(minutes=10)


class User(AbstractUser):
    """
    A user, who sees only their own data.

    Attributes:
        deactivated_at: Signed-in programs of that time or before have ended,
            also if the user is active again.
        unlisted_token_key: Password key of the time before tokens named
            theirs. Tokens without a key are valid while it is the current
            one.
    """

    email = models.EmailField("e-mail address", unique=True)
    deactivated_at = models.DateTimeField(null=True, editable=False)
    unlisted_token_key = models.CharField(
        max_length=64, default="", editable=False
    )

    REQUIRED_FIELDS: ClassVar = ["email"]
    # Who sets a new password; None is a command on the server.
    password_changed_by: User | None = None

    @property
    def password_key(self) -> str:
        """
        Key that changes with the password.

        The same as the claim of Simple JWT's CHECK_REVOKE_TOKEN, so that
        `RefreshToken.for_user` names it too.
        """
        return get_md5_hash_password(self.password)

    def check_password(self, raw_password: str | None) -> bool:
        """
        Check a password.

        If that renews its hash, signed-in programs stay signed in.
        """
        key = self.password_key
        is_right = super().check_password(raw_password)
        if self.password_key != key:
            self._replace_password_key(key)
        return is_right

    def save(self, *args: Any, **options: Any) -> None:
        """Save; the programs of an inactive user are signed out for good."""
        # Django's mark, which it clears if it only renews the hash.
        is_set = getattr(self, "_password", None) is not None
        has_new_password = is_set and self.pk is not None
        self._save_and_end_sign_ins(*args, **options)
        if has_new_password:
            announce(
                self.password_changed_by, AccountEvent.PASSWORD_CHANGED, self
            )

    def _save_and_end_sign_ins(self, *args: Any, **options: Any) -> None:
        if self.is_active:
            super().save(*args, **options)
            return
        ends_sign_ins = self.deactivated_at is None or self._was_active()
        if ends_sign_ins:
            self.deactivated_at = timezone.now()
            if options.get("update_fields") is not None:
                fields = {*options["update_fields"], "deactivated_at"}
                options["update_fields"] = fields
        super().save(*args, **options)
        if ends_sign_ins:
            self.api_tokens.filter(
                scope=TokenScope.REFRESH, revoked_at=None
            ).update(revoked_at=self.deactivated_at)

    def _was_active(self) -> bool:
        return User.objects.filter(pk=self.pk, is_active=True).exists()

    def _replace_password_key(self, key: str) -> None:
        self.api_tokens.filter(password_key=key).update(
            password_key=self.password_key
        )
        if self.unlisted_token_key == key:
            self.unlisted_token_key = self.password_key
            self.save(update_fields=["unlisted_token_key"])


class TokenScope(models.TextChoices):
    """What a token may do."""

    SEND = "send"
    READ = "read"
    METRICS = "metrics"
    # A signed-in program: everything that its user may do.
    REFRESH = "refresh"


class ApiToken(models.Model):
    """
    A token of a machine or program, which can be revoked.

    The token itself is not stored: `jti` is the ID inside it.

    Attributes:
        name: Given by the user; the user agent of a signed-in program.
        machine_id: The machine that a token for sending belongs to; empty
            until it first sends.
        password_key: `User.password_key` that a signed-in program ends with;
            empty for other tokens.
    """

    user = models.ForeignKey(
        User,
        models.CASCADE,
        related_name="api_tokens",
    )
    jti = models.CharField(max_length=64, unique=True)
    scope = models.CharField(
        max_length=16, choices=TokenScope, default=TokenScope.SEND
    )
    name = models.CharField(max_length=255)
    machine_id = models.CharField(max_length=255, default="")
    password_key = models.CharField(max_length=64, default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "scope"], name="token_user_scope"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_valid(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at

    @property
    def is_interactive(self) -> bool:
        """It may do everything that its user may do."""
        return self.scope == TokenScope.REFRESH

    def record_use(self, now: datetime) -> None:
        """Record when it was used, at most every few minutes."""
        last_used_at = self.last_used_at
        if last_used_at is None or now - last_used_at > _LAST_USED_INTERVAL:
            ApiToken.objects.filter(pk=self.pk).update(last_used_at=now)

    def allows(self, machine_id: str) -> bool:
        """Return whether it may send as a machine."""
        return self.machine_id in {"", machine_id}


class ExternalIdentity(models.Model):
    """A user's ID at an OpenID Connect provider."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=255)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["issuer", "subject"],
                name="identity_issuer_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} of {self.issuer}"


class SignInRate(models.Model):
    """Number of sign-ins from a network since a time."""

    # An IPv4 address, or an IPv6 network.
    network = models.CharField(max_length=64, primary_key=True)
    started_ms = models.BigIntegerField(db_index=True)
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.network


class RefusedSignIn(models.Model):
    """Number of consecutive failures of a name from a network."""

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
