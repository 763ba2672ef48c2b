"""Mutate bytes at random, with fragments that broke readers before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random


FRAGMENTS: Final = (
    b"null", b"true", b"-1", b"0", b"1e400", b"-1e-400", b"NaN", b"Infinity",
    b'"\\ud800"', b'"\\udc00\\ud800"', b"[]", b"{}", b"[[[[[[[[", b"\xff",
    b"\xc0\x80", b"\xed\xa0\x80", b"\0", b"}{", b'"', b"\\", b"\n", b"\r\n",
    b"\xef\xbb\xbf", b"99999999999999999999", b"9" * 400, b"1073741824",
    b'"<synthetic>"', b'"assistant"', b'"9999-12-31T23:59:59.999+23:59"',
    b'"0001-01-01T00:00:00-23:59"', b'"2026-03-01T09:00:00"', b"2026-03-01",
    b"inf", b"nan", b"= ", b"'''", b'"""', b"#", b"\x1b]0;x\x07", b"\xe2\x80\xae",
)  # fmt: skip


def mutate(seed: bytes, rng: random.Random) -> bytes:
    """Return a mutation of a seed."""
    data = bytearray(seed)
    for _ in range(rng.randint(1, 6)):
        position = rng.randint(0, len(data))
        operation = rng.randrange(5)
        if operation == 0:
            data[position:position] = rng.choice(FRAGMENTS)
        elif operation == 1:
            end = position + rng.randint(0, 60)
            data[position:end] = rng.choice(FRAGMENTS)
        elif operation == 2:
            del data[position : position + rng.randint(1, 40)]
        elif operation == 3 and data:
            data[position % len(data)] ^= 1 << rng.randrange(8)
        else:
            end = position + rng.randint(0, 200)
            data[position:position] = data[position:end] * rng.randint(1, 3)
    return bytes(data)
