"""How much of a thing is tried: a little by default, much in .ci/long."""

from __future__ import annotations

import os

_MANY_TIMES = 20


def is_long() -> bool:
    """Tell whether the full doses are asked for."""
    return os.environ.get("HYPOTHESIS_PROFILE") == "long"


def dose(usual: int) -> int:
    return usual * _MANY_TIMES if is_long() else usual


def kills() -> int:
    """How many processes are killed at random moments."""
    return 200 if is_long() else 20
