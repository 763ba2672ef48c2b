"""Create, list and revoke device tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rest_framework_simplejwt.tokens import AccessToken

from claude_tray.server.accounts.models import DeviceToken, User

# The claim that only device tokens have.
DEVICE_CLAIM: Final = "device"
DEFAULT_LIFETIME: Final = timedelta(days=365)
MAX_LIFETIME: Final = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class DeviceTokenInfo:
    """A device token without its secret."""

    jti: str
    name: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None

    def is_valid(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


def create_device_token(
    user: User,
    name: str,
    now: datetime,
    lifetime: timedelta = DEFAULT_LIFETIME,
) -> str:
    """Create a token that can only sync; the caller shows it once."""
    token = AccessToken.for_user(user)
    token.set_exp(from_time=now, lifetime=lifetime)
    token[DEVICE_CLAIM] = token["jti"]
    DeviceToken.objects.create(
        user=user,
        jti=token["jti"],
        name=name,
        created_at=now,
        expires_at=now + lifetime,
    )
    return str(token)


def list_device_tokens(user: User) -> tuple[DeviceTokenInfo, ...]:
    """List a user's device tokens, newest first."""
    device_tokens = DeviceToken.objects.filter(user=user).order_by(
        "-created_at", "pk"
    )
    return tuple(
        DeviceTokenInfo(
            token.jti,
            token.name,
            token.created_at,
            token.expires_at,
            token.revoked_at,
            token.last_used_at,
        )
        for token in device_tokens
    )


def revoke_device_token(user: User, jti: str, now: datetime) -> bool:
    """Revoke a token; return whether there was a valid one."""
    active_tokens = DeviceToken.objects.filter(
        user=user, jti=jti, revoked_at=None
    )
    return bool(active_tokens.update(revoked_at=now))


def revoke_device_tokens_named(user: User, name: str, now: datetime) -> int:
    """Revoke all tokens of a name; return their number."""
    active_tokens = DeviceToken.objects.filter(
        user=user, name=name, revoked_at=None
    )
    return active_tokens.update(revoked_at=now)
