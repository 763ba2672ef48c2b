from __future__ import annotations

import random

import pytest

from tests.fuzz.mutate import mutate
from tests.fuzz.targets import SEEDS, TARGETS
from tests.support.builders import make_line
from tests.support.workload import is_long_run

# Inputs that once broke a reader, by target.
REGRESSIONS = (
    ("scan", b'{"type":"assistant","message":' + b"[" * 100_000 + b"}"),
    ("scan", make_line("09:00", "msg_\\ud800").replace(b"\\\\", b"\\")),
    ("scan", b"\0" * 5_000 + make_line()),
    ("scan", make_line(usage={"output_tokens": 10**400})),
    (
        "tail",
        make_line().strip() + make_line() + b"\xef\xbb\xbf" + make_line(),
    ),
    ("parse", make_line(timestamp="0001-01-01T00:00:00-23:59")),
    ("settings", b"[icon]\nstyle = 'pie'\n[icon.style]\nx = 1\n"),
    ("statusline", b'{"rate_limits":{"five_hour":{"resets_at":1e400}}}'),
)


@pytest.mark.parametrize(("target", "data"), REGRESSIONS)
def test_known_crashes_do_not_return(target: str, data: bytes) -> None:
    TARGETS[target](data)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("target", TARGETS)
def test_mutated_bytes_break_no_invariant(target: str) -> None:
    rng = random.Random(target)
    times = 100 if target == "parse" else 1
    for _ in range(times * (20_000 if is_long_run() else 400)):
        data = mutate(rng.choice(SEEDS[target]), rng)
        # Shown with the raised error.
        TARGETS[target](data)
