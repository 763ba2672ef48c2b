"""Compare costs with those that Claude Code computed itself."""

from __future__ import annotations

from typing import Final, NamedTuple

from claude_tray.core.cost import NanoUsd

# Claude Code adds up floating-point numbers.
_MIN_TOLERANCE: Final = 100_000
_TOLERANCE_PER_MILLE: Final = 1


class CostCheck(NamedTuple):
    """
    Costs of a session, or of several, by both.

    Attributes:
        at_ms: Time of the last sums that Claude Code wrote.
        transcripts: Cost of the records that the sums contain.
        other: Cost of other requests.
        compactions: Part of the records' cost that the sums omit.
        reported: Cost that Claude Code computed.
    """

    at_ms: int
    transcripts: int
    other: int
    compactions: int
    reported: int

    @property
    def total(self) -> NanoUsd:
        """Cost that should be the reported one."""
        return NanoUsd(self.transcripts - self.compactions + self.other)

    @property
    def difference(self) -> NanoUsd:
        """How much more it is than reported; 0 for rounding errors."""
        difference = self.total - self.reported
        tolerance = max(
            _MIN_TOLERANCE, self.reported * _TOLERANCE_PER_MILLE // 1000
        )
        return NanoUsd(0 if abs(difference) <= tolerance else difference)

    def plus(self, other: CostCheck) -> CostCheck:
        return CostCheck(
            max(self.at_ms, other.at_ms),
            self.transcripts + other.transcripts,
            self.other + other.other,
            self.compactions + other.compactions,
            self.reported + other.reported,
        )
