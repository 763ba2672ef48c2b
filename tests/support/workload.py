"""Scale the work of tests: little by default, much in .ci/long."""

from __future__ import annotations

import os

_LONG_FACTOR = 20


def is_long_run() -> bool:
    """Return whether the tests run at full scale."""
    return os.environ.get("HYPOTHESIS_PROFILE") == "long"


def scale_count(count: int) -> int:
    return count * _LONG_FACTOR if is_long_run() else count


def kill_count() -> int:
    """Return how many processes to kill at random times."""
    return 200 if is_long_run() else 20
