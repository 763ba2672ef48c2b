"""Start, find and list signed-in programs."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.db.models import F
from django.utils import timezone
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import RefreshToken
from rest_framework_simplejwt.utils import datetime_from_epoch

from claude_tray.server.accounts.api_tokens import MAX_NAME_LENGTH
from claude_tray.server.accounts.events import AccountEvent, announce
from claude_tray.server.accounts.models import ApiToken, TokenScope, User
from claude_tray.text import make_visible

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework_simplejwt.tokens import Token


# The claim of an access token that names its signed-in program.
_PROGRAM_CLAIM: Final = "program"
# A program that signs in each time instead of using its refresh token must
# not fill the table: the one that was used longest ago ends.
MAX_PROGRAMS: Final = 1000
_EXPIRED_PERIOD: Final = timedelta(days=7)
_UNKNOWN_PROGRAM: Final = "unknown program"


class TokenProblem(StrEnum):
    """Why a token with a valid signature is refused, as in error codes."""

    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a code
    REVOKED = "token_revoked"
    USER_INACTIVE = "user_inactive"
    USER_NOT_FOUND = "user_not_found"


_DETAILS: Final = {
    TokenProblem.PASSWORD_CHANGED: "The password was changed. Sign in again.",
    TokenProblem.REVOKED: "This token has been revoked.",
    TokenProblem.USER_INACTIVE: "This user is disabled.",
    TokenProblem.USER_NOT_FOUND: "The user of this token was deleted.",
}


def start_sign_in(user: User, name: str, now: datetime) -> RefreshToken:
    """Sign a program in; return its refresh token."""
    token = RefreshToken.for_user(user)
    token[_PROGRAM_CLAIM] = token["jti"]
    ApiToken.objects.create(**_build_row(token, user, name, now))
    _delete_superfluous(user, now)
    return token


def find_sign_in(token: Token, name: str) -> ApiToken:
    """
    Return the signed-in program of a refresh or access token.

    Tokens that were not issued by a sign-in, as by `RefreshToken.for_user`,
    are listed from their first use on.

    Args:
        token: A token with a valid signature and time.
        name: Name of the program if it is not listed yet.

    Raises:
        InvalidToken: It was revoked, or its user cannot use it any more.
    """
    jti = str(token.get(_PROGRAM_CLAIM) or token["jti"])
    programs = ApiToken.objects.filter(jti=jti, scope=TokenScope.REFRESH)
    # The ID is unique: first() would sort.
    program = next(iter(programs.select_related("user")), None)
    if program is None:
        program = _list_sign_in(token, name)
    user = program.user
    if not user.is_active:
        raise build_token_error(TokenProblem.USER_INACTIVE)
    if program.revoked_at is not None:
        raise build_token_error(TokenProblem.REVOKED)
    if program.password_key != user.password_key:
        raise build_token_error(TokenProblem.PASSWORD_CHANGED)
    return program


def create_access_token(refresh: RefreshToken, program: ApiToken) -> str:
    """Create an access token that ends with its signed-in program."""
    access = refresh.access_token
    access[_PROGRAM_CLAIM] = program.jti
    return str(access)


def list_sign_ins(user: User, now: datetime) -> tuple[ApiToken, ...]:
    """List the programs that are signed in, last used first."""
    programs = _filter_valid(user, now).filter(password_key=user.password_key)
    return tuple(programs.order_by("-last_used_at", "-pk"))


def end_sign_ins(user: User, now: datetime) -> int:
    """Sign all programs out by a command; return their number."""
    count = _filter_valid(user, now).update(revoked_at=now)
    detail = f"{TokenScope.REFRESH}: {count}"
    announce(None, AccountEvent.TOKEN_REVOKED, user, detail)
    return count


def get_program_name(request: Request) -> str:
    """Return the user agent of a program, printable and not too long."""
    name = make_visible(request.headers.get("User-Agent", "")).strip()
    return name[:MAX_NAME_LENGTH] or _UNKNOWN_PROGRAM


def build_token_error(problem: TokenProblem) -> InvalidToken:
    """Build the 401 of a token that is not valid any more."""
    return InvalidToken({"detail": _DETAILS[problem], "code": problem.value})


def _list_sign_in(token: Token, name: str) -> ApiToken:
    """Create the row of a token that was issued without one."""
    user_id = token.get(api_settings.USER_ID_CLAIM)
    user = User.objects.filter(pk=user_id).first() if user_id else None
    if user is None:
        raise build_token_error(TokenProblem.USER_NOT_FOUND)
    if not user.is_active:
        raise build_token_error(TokenProblem.USER_INACTIVE)
    issued_at = datetime_from_epoch(int(token.get("iat") or 0))
    deactivated_at = user.deactivated_at
    if deactivated_at is not None and issued_at <= deactivated_at:
        raise build_token_error(TokenProblem.REVOKED)
    claim = token.get(api_settings.REVOKE_TOKEN_CLAIM)
    if user.password_key != (claim or user.unlisted_token_key):
        raise build_token_error(TokenProblem.PASSWORD_CHANGED)
    fields = _build_row(token, user, name, timezone.now())
    program, is_new = ApiToken.objects.get_or_create(
        jti=fields.pop("jti"), defaults=fields
    )
    if is_new:
        _delete_superfluous(user, program.created_at)
    return program


def _build_row(
    token: Token, user: User, name: str, now: datetime
) -> dict[str, object]:
    return {
        "user": user,
        "jti": token["jti"],
        "scope": TokenScope.REFRESH,
        "name": name,
        "password_key": user.password_key,
        "created_at": now,
        "expires_at": datetime_from_epoch(int(token["exp"])),
        "last_used_at": now,
    }


def _filter_valid(user: User, now: datetime) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(
        user=user,
        scope=TokenScope.REFRESH,
        revoked_at=None,
        expires_at__gt=now,
    )


def _delete_superfluous(user: User, now: datetime) -> None:
    programs = ApiToken.objects.filter(user=user, scope=TokenScope.REFRESH)
    programs.filter(expires_at__lt=now - _EXPIRED_PERIOD).delete()
    valid = _filter_valid(user, now)
    oldest = valid.order_by(F("last_used_at").desc(), "-pk")[MAX_PROGRAMS:]
    valid.filter(pk__in=oldest.values_list("pk", flat=True)).update(
        revoked_at=now
    )
