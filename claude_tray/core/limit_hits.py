"""
Decide which refusals of Claude Code still block it.

A message that a limit is reached blocks until the reset that it names, but
never longer than the window of its limit lasts, and only until a response
shows that work goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.limits import (
    FIVE_HOUR,
    SAME_RESET_TOLERANCE_MS,
    SEVEN_DAY,
    LimitKind,
    LimitSample,
    LimitSource,
    identify_limit,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from claude_tray.core.time import Millis


_HOUR_MS: Final = 3_600_000
_DAY_MS: Final = 24 * _HOUR_MS
_MONTH_MS: Final = 31 * _DAY_MS
FULL_PERCENT: Final = 100.0
# The window of a limit: no refusal lasts longer.
MAX_BLOCK_MS: Final = {
    LimitKind.FIVE_HOUR: 5 * _HOUR_MS,
    LimitKind.SEVEN_DAY: 7 * _DAY_MS,
    LimitKind.MODEL: 7 * _DAY_MS,
    LimitKind.SPEND: _MONTH_MS,
    LimitKind.OTHER: _MONTH_MS,
    LimitKind.UNKNOWN: _MONTH_MS,
}
# Without a reset, the shortest window that the message may mean.
_ASSUMED_BLOCK_MS: Final = {
    **MAX_BLOCK_MS,
    LimitKind.SPEND: 7 * _DAY_MS,
    LimitKind.OTHER: 7 * _DAY_MS,
    LimitKind.UNKNOWN: 5 * _HOUR_MS,
}
_SAMPLED_KINDS: Final = (
    LimitKind.FIVE_HOUR,
    LimitKind.SEVEN_DAY,
    LimitKind.MODEL,
)
_NAME_BY_KIND: Final = {
    LimitKind.FIVE_HOUR: FIVE_HOUR,
    LimitKind.SEVEN_DAY: SEVEN_DAY,
}


class LimitHit(NamedTuple):
    """
    Message that a limit was reached.

    Attributes:
        kind: Limit that was reached; UNKNOWN if the message does not say.
        at_ms: Time of the message.
        resets_ms: Time of the reset; None if the message has none.
        scope: Readable name of the model, surface or budget, as "Fable";
            may be empty.
        session: ID of the session that was refused; empty if unknown.
    """

    kind: LimitKind
    at_ms: Millis
    resets_ms: Millis | None
    scope: str = ""
    session: str = ""

    @property
    def sample_name(self) -> str:
        """Name under which the usage of this limit is reported."""
        return _NAME_BY_KIND.get(self.kind) or identify_limit(self.scope).name

    @property
    def end_ms(self) -> int:
        """Latest time until which the limit may block."""
        longest_ms = self.at_ms + MAX_BLOCK_MS[self.kind]
        if self.resets_ms is None or self.resets_ms <= self.at_ms:
            return self.at_ms + _ASSUMED_BLOCK_MS[self.kind]
        return min(self.resets_ms, longest_ms)

    @property
    def known_end_ms(self) -> int | None:
        """Time of the reset; None if the message names none in reach."""
        is_known = self.resets_ms is not None and (
            self.at_ms < self.resets_ms <= self.end_ms
        )
        return self.resets_ms if is_known else None


def is_plausible_reset(kind: LimitKind, at_ms: int, resets_ms: int) -> bool:
    """Return whether a limit reached at a time may reset at another."""
    longest_ms = MAX_BLOCK_MS[kind] + SAME_RESET_TOLERANCE_MS
    return at_ms < resets_ms <= at_ms + longest_ms


def build_samples_from_hits(
    hits: Iterable[LimitHit], account: str
) -> list[LimitSample]:
    """Return limit hits of an account as samples of 100 %."""
    return [
        LimitSample(
            account,
            hit.sample_name,
            FULL_PERCENT,
            hit.resets_ms,
            hit.at_ms,
            LimitSource.MESSAGE,
        )
        for hit in hits
        if hit.kind in _SAMPLED_KINDS
        and hit.sample_name
        and hit.resets_ms is not None
        and is_plausible_reset(hit.kind, hit.at_ms, hit.resets_ms)
    ]


def select_latest_hits(
    hits: Iterable[LimitHit], now_ms: int
) -> list[LimitHit]:
    """
    Return the latest hit of each limit that may still block.

    It has the reset of an earlier one if it names none itself.
    """
    latest_hits: dict[tuple[LimitKind, str], LimitHit] = {}
    for hit in sorted(hits, key=_get_time):
        key = hit.kind, hit.scope
        earlier = latest_hits.get(key)
        latest_hits[key] = (
            hit._replace(resets_ms=earlier.resets_ms)
            if hit.resets_ms is None
            and earlier is not None
            and (earlier.resets_ms or 0) > hit.at_ms
            else hit
        )
    return [hit for hit in latest_hits.values() if hit.end_ms > now_ms]


class HitEffects(NamedTuple):
    """
    What the latest limit hits mean now.

    Attributes:
        blocking: Hits that block, those of all models first.
        lifted: Hits after which work went on before their reset.
    """

    blocking: tuple[LimitHit, ...]
    lifted: tuple[LimitHit, ...]


def assess_hits(
    latest_hits: Iterable[LimitHit],
    samples: Iterable[LimitSample],
    models_after: Mapping[LimitHit, Collection[str]],
) -> HitEffects:
    """
    Return which limit hits still block.

    Ended are those that a newer report contradicts, and those that a later
    response proves wrong: of any model, or of the same one if the limit
    covers only that.

    Args:
        latest_hits: Limit hits of one account, as select_latest_hits returns.
        samples: Its current limits, as merge_limit_samples returns.
        models_after: IDs of the models that answered a request sent after a
            hit; only those that the account's limits count.
    """
    sample_by_name = {
        identify_limit(sample.name).name: sample for sample in samples
    }
    open_hits = [
        hit
        for hit in latest_hits
        if not _is_contradicted(hit, sample_by_name.get(hit.sample_name))
    ]
    lifted = tuple(
        hit
        for hit in open_hits
        if _is_disproved(hit, models_after.get(hit, ()))
    )
    blocking = [hit for hit in open_hits if hit not in lifted]
    blocking.sort(key=lambda hit: (hit.kind is LimitKind.MODEL, -hit.end_ms))
    return HitEffects(tuple(blocking), lifted)


def _get_time(hit: LimitHit) -> tuple[int, int]:
    return hit.at_ms, hit.resets_ms or 0


def _is_contradicted(hit: LimitHit, sample: LimitSample | None) -> bool:
    """
    Return whether a newer report shows that a limit was lifted early.

    It has a later reset, or less than 100 %.
    """
    if (
        sample is None
        or sample.source is LimitSource.MESSAGE
        or sample.observed_at_ms <= hit.at_ms
    ):
        return False
    has_later_reset = (
        sample.resets_ms is not None
        and sample.resets_ms > hit.end_ms + SAME_RESET_TOLERANCE_MS
    )
    return has_later_reset or (
        sample.percent is not None and sample.percent < FULL_PERCENT
    )


def _is_disproved(hit: LimitHit, models: Iterable[str]) -> bool:
    """Return whether a model was used although its limit was reached."""
    is_scoped = hit.kind is LimitKind.MODEL
    return any(
        not is_scoped or covers_model(hit.scope, model) for model in models
    )


def covers_model(scope: str, model: str) -> bool:
    """
    Return whether a limit's scope covers a model.

    Args:
        scope: As "Opus" or "Fable 5"; empty covers all models.
        model: Model ID, as "claude-opus-5-5".
    """
    family = scope.split(" ", 1)[0].lower()
    return family in model.lower()
