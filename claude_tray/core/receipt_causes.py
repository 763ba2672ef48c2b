"""Find why replies took points: expired caches, compaction, large contexts."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from claude_tray.core.cost_breakdown import measure_cache
from claude_tray.core.receipt import Cause, Reply

if TYPE_CHECKING:
    from collections.abc import Iterable


# A context that shrinks to less than this fraction was compacted.
_COMPACTED: Final = 0.5
_MIN_COMPACTED_TOKENS: Final = 50_000
_CONTEXT_SIZES: Final = (50_000, 100_000, 200_000)
_CONTEXT_CAUSES: Final = (
    Cause.SMALL_CONTEXT,
    Cause.MEDIUM_CONTEXT,
    Cause.LARGE_CONTEXT,
    Cause.HUGE_CONTEXT,
)


def mark_causes(replies: Iterable[Reply]) -> list[Reply]:
    """
    Return replies with their causes, oldest first.

    Args:
        replies: With those of the hours before, which show whether a cache
            had expired.
    """
    previous: dict[tuple[str, bool], Reply] = {}
    marked = []
    for reply in sorted(replies, key=lambda reply: reply.at_ms):
        thread = reply.session, reply.is_subagent
        before = previous.get(thread)
        marked.append(_mark_cause(reply, before))
        if not reply.is_background:
            previous[thread] = reply
    return marked


def _mark_cause(reply: Reply, before: Reply | None) -> Reply:
    """Return a reply with its cause, given the one before in its thread."""
    if reply.is_background:
        return reply._replace(cause=Cause.BACKGROUND)
    size = reply.tokens.prompt
    if before is not None:
        old_size = before.tokens.prompt
        if (
            old_size >= _MIN_COMPACTED_TOKENS
            and size < _COMPACTED * old_size
            and not reply.is_subagent
        ):
            return reply._replace(cause=Cause.COMPACTION)
    cause = _CONTEXT_CAUSES[bisect_right(_CONTEXT_SIZES, size)]
    return reply._replace(cause=cause, rebuilt=_find_rebuilt(reply, before))


def _find_rebuilt(reply: Reply, before: Reply | None) -> float:
    """Return the fraction of cache writes that an expired cache had held."""
    use = measure_cache(reply.tokens)
    if before is None or not use.written:
        return 0.0
    if reply.at_ms - before.at_ms <= measure_cache(before.tokens).lifetime_ms:
        return 0.0
    expired = before.tokens.prompt - use.read
    return max(0, min(use.written, expired)) / use.written
