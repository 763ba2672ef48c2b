"""Create, list, bind and revoke the tokens of machines and programs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken

from claude_tray.server.accounts.events import AccountEvent, announce
from claude_tray.server.accounts.models import ApiToken, TokenScope, User

# The claim that only these tokens have, as 0.1.0 named it.
API_TOKEN_CLAIM: Final = "device"  # noqa: S105 - a name
# The scopes that users create tokens for.
TOKEN_SCOPES: Final = (TokenScope.SEND, TokenScope.READ, TokenScope.METRICS)
DEFAULT_LIFETIME: Final = timedelta(days=365)
MAX_LIFETIME: Final = timedelta(days=3650)
# Length of the column ApiToken.name.
MAX_NAME_LENGTH: Final = 255


def create_api_token(
    user: User,
    scope: TokenScope,
    name: str,
    now: datetime,
    lifetime: timedelta = DEFAULT_LIFETIME,
    *,
    actor: User | None = None,
) -> tuple[ApiToken, str]:
    """
    Create a token; the caller shows it once.

    Args:
        user: Its owner.
        scope: One of TOKEN_SCOPES.
        name: Name of the machine or program.
        now: Current time.
        lifetime: At most MAX_LIFETIME.
        actor: Who creates it; None is a command on the server.

    Returns:
        Its row, and the token itself.
    """
    token = AccessToken()
    token[api_settings.USER_ID_CLAIM] = str(user.pk)
    token.set_iat(at_time=now)
    token.set_exp(from_time=now, lifetime=lifetime)
    token[API_TOKEN_CLAIM] = token["jti"]
    row = ApiToken.objects.create(
        user=user,
        jti=token["jti"],
        scope=scope,
        name=name,
        created_at=now,
        expires_at=now + lifetime,
    )
    announce(actor, AccountEvent.TOKEN_CREATED, user, f"{scope} {name}")
    return row, str(token)


def is_valid_name(name: str) -> bool:
    """Return whether a token may have this name."""
    return 0 < len(name) <= MAX_NAME_LENGTH and name.isprintable()


def list_api_tokens(user: User) -> tuple[ApiToken, ...]:
    """List a user's tokens without signed-in programs, newest first."""
    tokens = ApiToken.objects.filter(user=user, scope__in=TOKEN_SCOPES)
    return tuple(tokens.order_by("-created_at", "pk"))


def revoke_token(
    user: User, jti: str, now: datetime, *, actor: User | None = None
) -> ApiToken | None:
    """
    Revoke a token or signed-in program.

    Args:
        user: Its owner.
        jti: Its ID.
        now: Current time.
        actor: Who revokes it; None is a command on the server.

    Returns:
        The token; None if there is no such one that is not revoked yet.
    """
    tokens = ApiToken.objects.filter(user=user, jti=jti, revoked_at=None)
    token = tokens.select_related("user").first()
    if token is not None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        _announce_revoked(token, actor)
    return token


def revoke_api_tokens_named(
    user: User, name: str, now: datetime
) -> tuple[ApiToken, ...]:
    """Revoke all valid tokens of a name by a command; return them."""
    tokens = ApiToken.objects.filter(
        user=user,
        name=name,
        scope__in=TOKEN_SCOPES,
        revoked_at=None,
        expires_at__gt=now,
    )
    revoked = tuple(tokens.select_related("user"))
    tokens.update(revoked_at=now)
    for token in revoked:
        _announce_revoked(token, None)
    return revoked


def _announce_revoked(token: ApiToken, actor: User | None) -> None:
    detail = f"{token.scope} {token.name}"
    announce(actor, AccountEvent.TOKEN_REVOKED, token.user, detail)


def bind_to_machine(token: ApiToken, machine_id: str) -> bool:
    """
    Bind a token to the first machine that sends with it.

    Returns:
        Whether the token belongs to this machine.
    """
    if not token.machine_id:
        # Atomic: only one of two machines that start at once gets it.
        unbound = ApiToken.objects.filter(pk=token.pk, machine_id="")
        unbound.update(machine_id=machine_id)
        token.refresh_from_db(fields=["machine_id"])
    return token.allows(machine_id)
