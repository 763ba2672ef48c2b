"""
cc-cockpit's history: `events.ndjson`, one reply a line.

`k` is the message's and the request's id with a colon between, `t` seconds
since 1970, `m` the model; `i`, `o`, `w5`, `w1` and `r` are input, output,
cache writes for 5 minutes and for an hour, and cache reads; `s` the session,
`p` the project's folder, `x` 1 for a subagent's reply. Seen with 0.5.2. Its
cost is not taken: ours follows from the tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from claude_tray.domain.history import History
from claude_tray.history.replies import Kept, placed
from claude_tray.history.values import (
    LeftOut,
    NotUsableError,
    at_seconds,
    counts,
    text,
)

if TYPE_CHECKING:
    from claude_tray.domain.history import Placed

NAME: Final = "cc-cockpit"
_UNREADABLE: Final = "no JSON object"


def is_first_line(value: Any) -> bool:  # noqa: ANN401 - JSON is anything
    """Tell whether a file's first value is one of these."""
    return isinstance(value, dict) and {"k", "t", "m", "o"} <= value.keys()


def read(data: bytes) -> History:
    """Return what the file holds."""
    left_out = LeftOut()
    replies: list[Placed] = []
    for line in data.splitlines():
        if not line.strip():
            continue
        try:
            replies.append(_reply(line))
        except NotUsableError as error:
            left_out.because(error)
    return History(NAME, tuple(replies), (), left_out.told())


def _reply(line: bytes) -> Placed:
    try:
        event = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise NotUsableError(_UNREADABLE) from None
    if not isinstance(event, dict):
        raise NotUsableError(_UNREADABLE)
    message, _, request = text(event.get("k")).partition(":")
    names = ("i", "o", "w5", "w1", "r")
    return placed(
        Kept(
            message,
            request,
            at_seconds(event.get("t")),
            text(event.get("m")),
            counts(*(event.get(name) for name in names)),
            text(event.get("s")) or NAME,
            text(event.get("p")) or f"imported from {NAME}",
            event.get("x") == 1,
        ),
    )
