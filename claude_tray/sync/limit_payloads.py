"""Build the limits that a request reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.core.limit_merge import (
    compute_known_at,
    find_newest_reports,
    select_current,
)
from claude_tray.core.time import format_iso_ms
from claude_tray.protocol.agent_sync import AbsentLimitPayload, LimitPayload
from claude_tray.store.limit_reports import load_reports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from claude_tray.store.connection import Reader


class LimitPayloads(NamedTuple):
    """Limits that apply now, and those that accounts do not have."""

    present: list[LimitPayload]
    absent: list[AbsentLimitPayload]


def load_limit_payloads(
    reader: Reader,
    accounts: Iterable[str],
    now_ms: int,
    hash_account: Callable[[str], str],
) -> LimitPayloads:
    """
    Return the limits of accounts that apply now.

    Args:
        reader: Open database.
        accounts: Account keys.
        now_ms: Current time.
        hash_account: Returns the pseudonym of an account.
    """
    newest = find_newest_reports(
        [
            sample
            for account in accounts
            for sample in load_reports(reader, account)
        ],
        now_ms,
    )
    return LimitPayloads(
        [
            LimitPayload(
                sample.name,
                sample.percent,
                format_iso_ms(sample.resets_ms),
                format_iso_ms(sample.observed_at_ms),
                hash_account(sample.account),
            )
            for sample in select_current(newest, now_ms)
            if sample.percent is not None and sample.resets_ms is not None
        ],
        [
            AbsentLimitPayload(
                sample.name,
                format_iso_ms(compute_known_at(sample)),
                hash_account(sample.account),
            )
            for sample in newest.values()
            if sample.is_absent
        ],
    )
