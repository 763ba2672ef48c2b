"""Announce changes of tokens, machines and passwords."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.dispatch import Signal

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class AccountEvent(StrEnum):
    """What happened; the audit log stores the values."""

    TOKEN_CREATED = "token.created"  # noqa: S105 - a name, no secret
    TOKEN_REVOKED = "token.revoked"  # noqa: S105
    MACHINE_REVOKED = "machine.revoked"
    MACHINE_ALLOWED = "machine.allowed"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105
    USER_CREATED = "user.created"


# Sent with `actor`, `event`, `target` and `detail`, in the transaction of the
# change. A signal, because the audit log imports this package.
account_changed: Final = Signal()


def announce(
    actor: AbstractUser | None,
    event: AccountEvent,
    target: AbstractUser,
    detail: str = "",
) -> None:
    """
    Announce a change.

    Args:
        actor: Who made it; None is a command on the server.
        event: What happened.
        target: The user that it is about.
        detail: Name of the token or machine; never a secret.
    """
    account_changed.send(
        AccountEvent, actor=actor, event=event, target=target, detail=detail
    )
