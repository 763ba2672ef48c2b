"""
Limit how often passwords are tried, by address and by name.

The database counts, so the limits hold over all workers and both for the
sign-in page and for the API. They are checked before the password, whose
check is slow by design.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import F
from rest_framework.exceptions import Throttled

from claude_tray.core.time import to_epoch_ms
from claude_tray.server.accounts.models import RefusedSignIn, SignInRate

MAX_ATTEMPTS: Final = 10
_RATE_PERIOD: Final = timedelta(minutes=1)
MAX_FAILURES: Final = 5
LOCKOUT_PERIOD: Final = timedelta(minutes=15)
# Length of the column RefusedSignIn.name.
_MAX_NAME_LENGTH: Final = 150
# Counts an attempt and returns the count. Parameters: network, now, and the
# start of the period, in ms.
_COUNT_ATTEMPT_SQL: Final = """
INSERT INTO accounts_signinrate AS rate (network, started_ms, count)
VALUES (%s, %s, 1)
ON CONFLICT (network) DO UPDATE SET
  count = CASE WHEN rate.started_ms > %s THEN rate.count + 1 ELSE 1 END,
  started_ms = CASE WHEN rate.started_ms > %s
    THEN rate.started_ms ELSE excluded.started_ms END
RETURNING count, started_ms
"""


class SignInRefusedError(Throttled):
    """Too many passwords were tried; `wait` is in seconds."""

    wait: int

    def __init__(self, wait: timedelta) -> None:
        detail = "Too many failed attempts. Try again later."
        super().__init__(ceil(wait / timedelta(seconds=1)), detail)


def count_attempt(network: str, now: datetime) -> None:
    """
    Count an attempt to sign in.

    Raises:
        SignInRefusedError: There were too many from this network.
    """
    if not settings.ENVIRONMENT.has_rate_limits:
        return
    now_ms = to_epoch_ms(now)
    period_ms = to_epoch_ms(now - _RATE_PERIOD)
    # Refused attempts write nothing, so that they cannot occupy the database.
    current = SignInRate.objects.filter(
        network=network, started_ms__gt=period_ms
    ).first()
    if current is not None and current.count >= MAX_ATTEMPTS:
        raise _build_rate_error(current.started_ms, now_ms)
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT_ATTEMPT_SQL, (network, now_ms, period_ms, period_ms)
        )
        count, started_ms = cursor.fetchone()
    if count == 1:
        SignInRate.objects.filter(started_ms__lte=period_ms).delete()
    if count > MAX_ATTEMPTS:
        raise _build_rate_error(started_ms, now_ms)


def check_lock(name: str, network: str, now: datetime) -> None:
    """
    Check that a name is not locked for a network.

    By both, so that nobody can lock out a user from elsewhere.

    Raises:
        SignInRefusedError: It is.
    """
    lock = RefusedSignIn.objects.filter(
        name=_get_key(name),
        address=network,
        count__gte=MAX_FAILURES,
        last_at__gt=now - LOCKOUT_PERIOD,
    ).first()
    if lock is not None:
        raise SignInRefusedError(lock.last_at + LOCKOUT_PERIOD - now)


def record_failure(name: str, network: str, now: datetime) -> None:
    """Count a wrong password."""
    RefusedSignIn.objects.filter(last_at__lte=now - LOCKOUT_PERIOD).delete()
    failure, is_new = RefusedSignIn.objects.get_or_create(
        name=_get_key(name),
        address=network,
        defaults={"count": 1, "last_at": now},
    )
    if not is_new:
        RefusedSignIn.objects.filter(pk=failure.pk).update(
            count=F("count") + 1,
            last_at=now,
        )


def forget_failures(name: str, network: str) -> None:
    """Forget wrong passwords after the right one."""
    RefusedSignIn.objects.filter(name=_get_key(name), address=network).delete()


def _get_key(name: str) -> str:
    return name.lower()[:_MAX_NAME_LENGTH]


def _build_rate_error(started_ms: int, now_ms: int) -> SignInRefusedError:
    elapsed = timedelta(milliseconds=now_ms - started_ms)
    return SignInRefusedError(_RATE_PERIOD - elapsed)
