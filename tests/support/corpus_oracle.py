"""
Compute the exact totals of a corpus, independently of the product.

Rules: a response is identified by its message and request id. Of its lines
the one with the most output counts, the later one if they tie; the earliest
line gives the time. Costs are whole nano-dollars.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

WINDOW_MS: Final = 5 * 3_600_000
_HOUR_MS: Final = 3_600_000
# Nano-dollars for a token: input, output, cache write 5 min and 1 h, cache read.
NANO_USD: Final = {
    "claude-opus-4-5-20251101": (5_000, 25_000, 6_250, 10_000, 500),
    "claude-sonnet-4-5-20250929": (3_000, 15_000, 3_750, 6_000, 300),
    "claude-haiku-4-5-20251001": (1_000, 5_000, 1_250, 2_000, 100),
    "claude-opus-4-1-20250805": (15_000, 75_000, 18_750, 30_000, 1_500),
}
_FIELDS: Final = ("input", "output", "cache_5m", "cache_1h", "cache_read")


class UsageLine(NamedTuple):
    """
    The usage of one line of a response.

    Attributes:
        model: Its full name.
        at_ms: Milliseconds since 1970.
        tokens: Input, output, cache write 5 min and 1 h, cache read.
    """

    model: str
    at_ms: int
    tokens: tuple[int, int, int, int, int]

    @property
    def nano_usd(self) -> int:
        prices = NANO_USD[self.model]
        return sum(
            count * price
            for count, price in zip(self.tokens, prices, strict=True)
        )


class Oracle:
    """
    Collect the lines of a corpus while it is written.

    Attributes:
        lines: Number of lines of every kind.
        size: Number of bytes.
    """

    def __init__(self) -> None:
        self.lines = 0
        self.size = 0
        self._responses: dict[tuple[str, str], UsageLine] = {}

    def add_usage(self, key: tuple[str, str], line: UsageLine) -> None:
        """
        Add a line of a response.

        Args:
            key: Message id and request id.
            line: Its usage.
        """
        known = self._responses.setdefault(key, line)
        fullest = line if line.tokens[1] >= known.tokens[1] else known
        at_ms = min(line.at_ms, known.at_ms)
        self._responses[key] = fullest._replace(at_ms=at_ms)

    def summarize(self) -> dict[str, Any]:
        """Return the totals by model and by window, as JSON."""
        responses = sorted(self._responses.values(), key=lambda r: r.at_ms)
        by_model: dict[str, dict[str, int]] = {}
        for response in responses:
            totals = by_model.setdefault(
                response.model,
                dict.fromkeys(("messages", *_FIELDS, "cost_nano_usd"), 0),
            )
            totals["messages"] += 1
            totals["cost_nano_usd"] += response.nano_usd
            for field, count in zip(_FIELDS, response.tokens, strict=True):
                totals[field] += count
        return {
            "lines": self.lines,
            "bytes": self.size,
            "messages": len(responses),
            "by_model": by_model,
            "windows": _split_windows(responses, 1),
            "windows_by_hour": _split_windows(responses, _HOUR_MS),
        }


def _split_windows(
    responses: list[UsageLine], step_ms: int
) -> list[dict[str, int]]:
    """Start a window at the first response after the last; round down."""
    windows: list[dict[str, int]] = []
    for response in responses:
        if not windows or response.at_ms >= windows[-1]["end_ms"]:
            start_ms = response.at_ms // step_ms * step_ms
            windows.append(
                {
                    "start_ms": start_ms,
                    "end_ms": start_ms + WINDOW_MS,
                    **dict.fromkeys(
                        ("messages", "tokens", "cost_nano_usd"), 0
                    ),
                }
            )
        windows[-1]["messages"] += 1
        windows[-1]["tokens"] += sum(response.tokens)
        windows[-1]["cost_nano_usd"] += response.nano_usd
    return windows
