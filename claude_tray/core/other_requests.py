"""
Compute the usage of requests that no transcript line reports.

Claude Code sends requests of its own: compaction, titles, recaps, the search
of its WebSearch tool, side questions. It writes no line about them, but adds
them to the sums of the session, which it writes when the session ends. What
these sums contain beyond the records are the other requests.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import add, sub
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.cost_states import (
    NO_COUNTS,
    CostState,
    ModelCounts,
    build_record,
    clamp,
    combine,
    contains,
    get_state_key,
    sum_by_family,
    sum_costs,
)
from claude_tray.core.model_ids import canonicalize_model_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from claude_tray.core.usage import (
        SessionId,
        TokenCounts,
        UsageRecord,
    )


class CountedRecord(NamedTuple):
    """
    What the sums of a session contain of a record.

    Attributes:
        at_ms: Time of the record.
        is_sidechain: Whether it belongs to a subagent.
        model: Model ID.
        tokens: Token counts, without those that the sums omit.
        web_searches: Number of web searches.
    """

    at_ms: int
    is_sidechain: bool
    model: str
    tokens: TokenCounts
    web_searches: int


class KnownUsage(NamedTuple):
    """
    What is known about a session.

    Attributes:
        states: All sums of the session.
        records: Its records, without other requests.
        shared_until: Time of the last line that it shares with each related
            session, by session: a fork copies the lines of its parent.
    """

    states: tuple[CostState, ...] = ()
    records: tuple[CountedRecord, ...] = ()
    shared_until: Mapping[SessionId, int] = {}


class OtherRequests(NamedTuple):
    """
    Other requests of a session.

    Attributes:
        records: A record for each model and each of the sums.
        confirmed: Intervals in which the sums contain all requests, as first
            and last millisecond.
        reported_cost: Cost that Claude Code computed for the session, in
            nano-dollars; None without any sums, or if they contain usage of
            other sessions.
    """

    records: tuple[UsageRecord, ...] = ()
    confirmed: tuple[tuple[int, int], ...] = ()
    reported_cost: int | None = None


_END_OF_TIME: Final = 1 << 62
_CONTEXT_SUFFIX: Final = "[1m]"


def compute_other_requests(
    session_id: SessionId, family: Mapping[SessionId, KnownUsage]
) -> OtherRequests:
    """
    Return the other requests of a session.

    The result depends on what is known, not on the order in which it was
    read. Where records contain more than the sums, other requests are zero.

    Args:
        session_id: The session.
        family: Usage of the session and of those that may be its forks or
            parents.
    """
    by_start: dict[int, list[CostState]] = {}
    for state in sorted(family[session_id].states, key=get_state_key):
        by_start.setdefault(state.start_ms, []).append(state)
    if not by_start:
        return OtherRequests()
    parts: list[UsageRecord] = []
    confirmed: list[tuple[int, int]] = []
    reported_cost, is_comparable = 0, True
    ends = [*sorted(by_start)[1:], _END_OF_TIME]
    for states, end_ms in zip(by_start.values(), ends, strict=True):
        sums = _SessionSums(session_id, family, states, end_ms)
        parts += sums.build_records()
        confirmed.append((states[0].start_ms, sums.cuts[-1] - 1))
        reported_cost += sums.compute_reported_cost()
        is_comparable = is_comparable and sums.is_separate()
    return OtherRequests(
        tuple(parts),
        tuple(confirmed),
        reported_cost if is_comparable else None,
    )


class _SessionSums:
    """
    The sums of a session with the same start.

    Args:
        session_id: The session.
        family: As for `compute_other_requests`.
        states: In the order of their times.
        end_ms: Start of the next sums of the session.

    Attributes:
        cuts: For each of the sums, the time before which it contains every
            record.
    """

    def __init__(
        self,
        session_id: SessionId,
        family: Mapping[SessionId, KnownUsage],
        states: Sequence[CostState],
        end_ms: int,
    ) -> None:
        self._session_id = session_id
        self._family = family
        self._usage = family[session_id]
        self._states = states
        self._start_ms = states[0].start_ms
        self._records = sorted(self._usage.records, key=_get_time)
        self.cuts = self._compute_cuts(end_ms)
        self._fork_ms = self._compute_fork_time()
        self._base = self._find_base()

    def build_records(self) -> Iterator[UsageRecord]:
        """Yield the records of other requests, without empty ones."""
        rests = self._compute_rests()
        inherited = self._find_inherited_rest()
        # Later sums are better known: what they lack was no other request.
        for rest, next_rest in zip(
            reversed(rests), [rests[-1], *rests[:0:-1]], strict=True
        ):
            for model, counts in rest.items():
                rest[model] = combine(min, counts, next_rest[model])
        for rest in rests:
            for model, counts in rest.items():
                other = inherited.get(model, NO_COUNTS)
                rest[model] = clamp(combine(sub, counts, other))
        names = _choose_names(self._usage)
        previous: Mapping[str, ModelCounts] = {}
        for state, rest in zip(self._states, rests, strict=True):
            for model, counts in sorted(rest.items()):
                part = combine(sub, counts, previous.get(model, NO_COUNTS))
                if any(part.tokens) or part.web_searches:
                    yield build_record(state, model, names[model], part)
            previous = rest

    def is_separate(self) -> bool:
        """Return whether nothing of other sessions is in the sums."""
        return bool(self._base) or not (
            any(self._iter_ancestor_records()) or self._find_inherited_rest()
        )

    def compute_reported_cost(self) -> int:
        """Return the cost that the session added to its parent's."""
        base_cost = sum_costs(self._base.counts) if self._base else 0
        return max(0, sum_costs(self._states[-1].counts) - base_cost)

    def _compute_cuts(self, end_ms: int) -> list[int]:
        """Return the time of the first record after each of the sums."""
        # A subagent may outlive the last line of the session.
        times = [r.at_ms for r in self._records if not r.is_sidechain]
        cuts: list[int] = []
        for state in self._states:
            index = bisect_right(times, state.until_ms)
            next_ms = times[index] if index < len(times) else end_ms
            cuts.append(max([min(next_ms, end_ms), *cuts[-1:]]))
        return cuts

    def _compute_fork_time(self) -> int:
        """Return the time of the session's first record of its own."""
        shared_until = max(self._usage.shared_until.values(), default=-1)
        first_ms = _get_first_time(
            self._records, max(self._start_ms, shared_until + 1)
        )
        return min(first_ms, self._states[0].until_ms + 1)

    def _find_base(self) -> CostState | None:
        """Return the sums that the session inherited, if they are known."""
        candidates = [
            (self._is_shared(usage, state, until_ms), state)
            for other, until_ms in self._usage.shared_until.items()
            if (usage := self._family.get(other))
            for state in usage.states
            if self._may_inherit(state)
        ]
        # Without an owner's records a session is another fork, not a parent.
        return max(
            (
                (is_shared, state)
                for is_shared, state in candidates
                if is_shared
            ),
            key=lambda item: (item[0], get_state_key(item[1])),
            default=(0, None),
        )[1]

    def _is_shared(
        self, usage: KnownUsage, state: CostState, until_ms: int
    ) -> int:
        """
        Return how much of another session's past is shared.

        2 if there are no records of its own before its sums; 1 if it owns
        some of the shared records; 0 for another fork of the same parent.
        """
        times = [
            record.at_ms
            for record in usage.records
            if self._start_ms <= record.at_ms <= state.until_ms
            and not record.is_sidechain
        ]
        if all(at_ms <= until_ms for at_ms in times):
            return 2
        return int(any(at_ms <= until_ms for at_ms in times))

    def _may_inherit(self, state: CostState) -> bool:
        first = self._states[0]
        own = sum_by_family(first.counts)
        return (
            state.start_ms == self._start_ms
            and get_state_key(state) < get_state_key(first)
            and state.until_ms <= self._fork_ms
            and all(
                contains(own.get(model, NO_COUNTS), counts)
                for model, counts in sum_by_family(state.counts).items()
            )
        )

    def _find_inherited_rest(self) -> dict[str, ModelCounts]:
        """
        Return other requests that count for a relative, by model.

        If a session was forked before it wrote any sums, those of all its
        forks contain its other requests, and its own if it went on.
        """
        inherited: dict[str, ModelCounts] = {}
        if self._base:
            return inherited
        first_key = get_state_key(self._states[0])
        for other in self._usage.shared_until:
            usage = self._family.get(other, KnownUsage())
            states = sorted(
                (s for s in usage.states if s.start_ms == self._start_ms),
                key=get_state_key,
            )
            if states and get_state_key(states[0]) < first_key:
                sums = _SessionSums(other, self._family, states, _END_OF_TIME)
                for model, counts in sums._compute_rests()[-1].items():
                    known = inherited.get(model, NO_COUNTS)
                    inherited[model] = combine(max, counts, known)
        return inherited

    def _compute_rests(self) -> list[dict[str, ModelCounts]]:
        """Return what each of the sums contains beyond records, by model."""
        first_ms, records = self._start_ms, self._records
        inherited: dict[str, ModelCounts] = {}
        if self._base:
            first_ms = max(first_ms, self._base.until_ms + 1)
            inherited = sum_by_family(self._base.counts)
        else:
            for record in self._iter_ancestor_records():
                _count(inherited, record)
        index = bisect_left(records, first_ms, key=_get_time)
        counted, sums = dict(inherited), dict[str, ModelCounts]()
        rests = []
        for state, cut_ms in zip(self._states, self.cuts, strict=True):
            while index < len(records) and records[index].at_ms < cut_ms:
                _count(counted, records[index])
                index += 1
            # Sums only grow, unless a file was damaged.
            for model, counts in sum_by_family(state.counts).items():
                sums[model] = combine(max, counts, sums.get(model, NO_COUNTS))
            rests.append(
                {
                    model: clamp(
                        combine(sub, counts, counted.get(model, NO_COUNTS))
                    )
                    for model, counts in sums.items()
                }
            )
        # A model that only later sums name has no other requests before.
        for rest in rests:
            for model in sums.keys() - rest.keys():
                rest[model] = NO_COUNTS
        return rests

    def _iter_ancestor_records(self) -> Iterator[CountedRecord]:
        """Yield the records of parents that the sums contain."""
        end_ms = min(self.cuts[0], self._fork_ms)
        for other, until_ms in self._usage.shared_until.items():
            records = [
                record
                for record in self._family.get(other, KnownUsage()).records
                if self._start_ms <= record.at_ms < end_ms
            ]
            # Without an owner's records it is another fork, not a parent.
            if _get_first_time(records, self._start_ms) <= until_ms:
                yield from records


def _get_time(record: CountedRecord) -> int:
    return record.at_ms


def _get_first_time(records: Iterable[CountedRecord], from_ms: int) -> int:
    times = (record.at_ms for record in records if record.at_ms >= from_ms)
    return min(times, default=_END_OF_TIME)


def _count(counts: dict[str, ModelCounts], record: CountedRecord) -> None:
    model = canonicalize_model_id(record.model)
    counts[model] = combine(
        add,
        counts.get(model, NO_COUNTS),
        ModelCounts(record.tokens, record.web_searches),
    )


def _choose_names(usage: KnownUsage) -> dict[str, str]:
    """Return model IDs by canonical ID, as the records name them."""
    state_names = {name for state in usage.states for name in state.counts}
    record_names = {record.model for record in usage.records}
    return {
        canonicalize_model_id(name): name.removesuffix(_CONTEXT_SUFFIX)
        for names in (state_names, record_names)
        for name in sorted(names, reverse=True)
    }
