"""How much of a thing is tried: a little by default, much in .ci/long."""

from __future__ import annotations

import os

_MANY_TIMES = 20


def dose(usual: int) -> int:
    is_long = os.environ.get("HYPOTHESIS_PROFILE") == "long"
    return usual * _MANY_TIMES if is_long else usual
