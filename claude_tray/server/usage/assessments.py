"""Assess the Claude accounts of a user: one value for API, metrics, alerts."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from claude_tray.core.snapshot import AccountSnapshot, Snapshot
from claude_tray.i18n.translator import ENGLISH, Translator
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.status_text import (
    StatusDescription,
    describe_status,
)
from claude_tray.server.usage.queries.account_states import (
    StoredAccountState,
    get_account_state,
    list_account_states,
    load_assessed_account,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from claude_tray.core.status import Assessment


class AssessedAccount(NamedTuple):
    """
    A Claude account as every surface shows it.

    Attributes:
        key: Hash of the account; "" is the unknown one.
        state: Window, limits, pace and usage of today; its name is the key.
        assessment: Status, severity and limits, the binding one first.
        description: The status in words.
    """

    key: str
    state: AccountSnapshot
    assessment: Assessment
    description: StatusDescription


def load_assessed_accounts(
    user: int,
    now: datetime,
    *,
    key: str | None = None,
    zone: tzinfo = UTC,
    translator: Translator = ENGLISH,
    has_typical_usage: bool = False,
) -> tuple[AssessedAccount, ...]:
    """
    Load and assess the accounts of a user, the one used last first.

    Args:
        user: Primary key of the user.
        now: Current time.
        key: Only this account; None is all.
        zone: Time zone of "today" and of times in sentences.
        translator: Language of the sentences.
        has_typical_usage: Load the usage of earlier windows too, which
            sentences about an unknown limit compare with.
    """
    stored: Sequence[StoredAccountState]
    if key is None:
        stored = list_account_states(user, now)
    else:
        state = get_account_state(user, now, key)
        stored = () if state is None else (state,)
    return tuple(
        _assess(
            load_assessed_account(
                account,
                now,
                zone=zone,
                has_typical_usage=has_typical_usage,
            ),
            ViewContext(now, None, zone, translator),
        )
        for account in stored
    )


def _assess(state: AccountSnapshot, view: ViewContext) -> AssessedAccount:
    context = view._replace(account=state)
    snapshot = Snapshot(view.now, (state,), today=state.today)
    return AssessedAccount(
        state.name,
        state,
        context.assess(snapshot),
        describe_status(snapshot, context),
    )
