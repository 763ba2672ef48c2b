"""How much of a thing is tried: a little by default, much in .ci/long."""

from __future__ import annotations

import os

_LONG_FACTOR = 20


def is_long_run() -> bool:
    """Tell whether the full doses are asked for."""
    return os.environ.get("HYPOTHESIS_PROFILE") == "long"


def scale_count(count: int) -> int:
    return count * _LONG_FACTOR if is_long_run() else count


def kill_count() -> int:
    """How many processes are killed at random moments."""
    return 200 if is_long_run() else 20
