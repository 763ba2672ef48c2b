from __future__ import annotations

import random

import pytest

from tests.fuzz.mutate import mutated
from tests.fuzz.targets import SEEDS, TARGETS
from tests.support.builders import a_line
from tests.support.doses import is_long

# What broke a reader once, by target.
CASES = (
    ("scan", b'{"type":"assistant","message":' + b"[" * 100_000 + b"}"),
    ("scan", a_line("09:00", "msg_\\ud800").replace(b"\\\\", b"\\")),
    ("scan", b"\0" * 5_000 + a_line()),
    ("scan", a_line(usage={"output_tokens": 10**400})),
    ("tail", a_line().strip() + a_line() + b"\xef\xbb\xbf" + a_line()),
    ("parse", a_line(timestamp="0001-01-01T00:00:00-23:59")),
    ("settings", b"[icon]\nstyle = 'pie'\n[icon.style]\nx = 1\n"),
    ("statusline", b'{"rate_limits":{"five_hour":{"resets_at":1e400}}}'),
)


@pytest.mark.parametrize(("target", "data"), CASES)
def test_what_was_found_once_holds(target: str, data: bytes) -> None:
    TARGETS[target](data)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("target", TARGETS)
def test_whatever_the_bytes_are_it_holds(target: str) -> None:
    chance = random.Random(target)
    times = 100 if target == "parse" else 1
    for _ in range(times * (20_000 if is_long() else 400)):
        data = mutated(chance.choice(SEEDS[target]), chance)
        # Shown with what it raises.
        TARGETS[target](data)
