"""Validate what a request of agent-sync says about its sender."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.bounds import (
    compute_latest_ms,
    is_plausible_time,
    is_storable_time,
)
from claude_tray.core.limit_merge import filter_plausible
from claude_tray.core.limits import (
    LimitSample,
    LimitSource,
    clean_limit_name,
)
from claude_tray.core.time import Millis, parse_iso_ms
from claude_tray.errors import ContractError, gettext_noop
from claude_tray.protocol.agent_sync import AgentPayload, IgnoredValue
from claude_tray.protocol.wire_types import CONTROL_CHARS, MAX_LIMITS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


_IDENTITY_FIELDS: Final = (
    *("machine_id", "machine_name", "store_id", "account", "version"),
)


class SenderReport(NamedTuple):
    """
    What a sender reports about itself, within bounds.

    Attributes:
        sent_ms: Time of the request by its clock; None if unknown.
        as_of_ms: Time of its last scan; None if unknown.
        limits: Plausible samples of limits; of an absent limit, the reset
            is the time of the report.
        ignored: Values that are not used.
    """

    sent_ms: Millis | None = None
    as_of_ms: Millis | None = None
    limits: tuple[LimitSample, ...] = ()
    ignored: tuple[IgnoredValue, ...] = ()

    def without_accounts(
        self, accounts: Collection[str], detail: str
    ) -> SenderReport:
        """Return the report without the limits of some accounts."""
        remaining = tuple(s for s in self.limits if s.account not in accounts)
        if len(remaining) == len(self.limits):
            return self
        ignored = IgnoredValue("agent.limits", "too_many_accounts", detail)
        return self._replace(
            limits=remaining, ignored=(*self.ignored, ignored)
        )


def check_identity(agent: AgentPayload) -> None:
    """
    Check the texts that identify a sender.

    Raises:
        ContractError: One has a control character; the hint names it.
    """
    for name in _IDENTITY_FIELDS:
        if CONTROL_CHARS.search(getattr(agent, name)):
            raise ContractError(
                gettext_noop("Invalid agent-sync data."),
                hint="A control character - at `$.agent.{field}`",
                field=name,
            )


def validate_agent(agent: AgentPayload | None, now_ms: int) -> SenderReport:
    """
    Return the values of a sender that are plausible.

    A wrong clock must not keep a machine from sending, so other values are
    ignored one by one.

    Args:
        agent: Description of the sender; None without one.
        now_ms: Current time; reports later than tomorrow are ignored.
    """
    if agent is None:
        return SenderReport()
    ignored: list[IgnoredValue] = []
    samples: list[LimitSample] = []
    latest_ms = compute_latest_ms(now_ms)
    for field, sample in _iter_limits(agent):
        if len(samples) == MAX_LIMITS:
            detail = f"a request may have {MAX_LIMITS} limits"
            ignored.append(IgnoredValue(field, "too_many", detail))
        elif sample is None or not _is_plausible(sample, latest_ms):
            ignored.append(IgnoredValue(field, "invalid", _BAD_LIMIT))
        else:
            samples.append(sample)
    return SenderReport(
        _take_time("sent_at", agent.sent_at, ignored),
        _take_time("as_of", agent.as_of, ignored),
        tuple(samples),
        tuple(ignored[:_MAX_REPORTED]),
    )


# Keeps responses small.
_MAX_REPORTED: Final = 100
_BAD_TIME: Final = "no ISO 8601, before 1970 or after 2199"
_BAD_LIMIT: Final = (
    "a name that cannot be printed or is longer than 64 characters, an"
    " impossible percentage, no ISO 8601, or a reset that is not within the"
    " length of the window"
)


def _take_time(
    name: str, text: str, ignored: list[IgnoredValue]
) -> Millis | None:
    """Parse an optional time; report one that is not plausible."""
    at_ms = _parse_time(text)
    if text and at_ms is None:
        # First, as there may be more limits than are reported.
        ignored.insert(
            0, IgnoredValue(f"agent.{name}", "timestamp", _BAD_TIME)
        )
    return at_ms


def _parse_time(text: str) -> Millis | None:
    at_ms = parse_iso_ms(text)
    return at_ms if at_ms is not None and is_storable_time(at_ms) else None


def _iter_limits(
    agent: AgentPayload,
) -> Iterator[tuple[str, LimitSample | None]]:
    """Yield the address of each limit and its sample; None without times."""
    for index, limit in enumerate(agent.limits):
        resets_ms = _parse_time(limit.resets_at)
        observed_ms = _parse_time(limit.observed_at)
        sample = None
        if resets_ms is not None and observed_ms is not None:
            sample = LimitSample(
                limit.account or agent.account,
                limit.name,
                # Without the sign of -0.0.
                limit.used_percentage + 0.0,
                resets_ms,
                observed_ms,
                LimitSource.MACHINE,
            )
        yield f"agent.limits[{index}]", sample
    for index, absent in enumerate(agent.absent_limits or ()):
        observed_ms = _parse_time(absent.observed_at)
        sample = None
        if observed_ms is not None:
            sample = LimitSample(
                absent.account or agent.account,
                absent.name,
                None,
                # Only makes the row unique.
                observed_ms,
                observed_ms,
                LimitSource.MACHINE,
            )
        yield f"agent.absent_limits[{index}]", sample


def _is_plausible(sample: LimitSample, latest_ms: int) -> bool:
    return (
        is_plausible_time(sample.observed_at_ms, latest_ms)
        and clean_limit_name(sample.name) == sample.name
        and not CONTROL_CHARS.search(sample.account)
        and (sample.is_absent or bool(filter_plausible([sample])))
    )
