"""Define bounded types of the values that agents send."""

from __future__ import annotations

import re
from typing import Annotated, Final

from msgspec import Meta

from claude_tray.core.limits import MAX_PERCENT

# Neither databases nor URLs accept these.
CONTROL_CHARS: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
MAX_TEXT_LENGTH: Final = 255
# Documented here, checked by `agent_sync_validation`: of a row with a control
# character only that row is rejected.
_NO_CONTROL_CHARS: Final = {"pattern": "^[^\\x00-\\x1f\\x7f]*$"}
_NO_SLASH: Final = {"pattern": "^[^\\x00-\\x1f\\x7f/]*$"}

# A 32-bit column of the server; its sums have 64 bits.
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]
# More are ignored or rejected: see `agent_validation` and the server.
MAX_LIMITS: Final = 100
AT_MOST_100: Final = {"maxItems": MAX_LIMITS}
AT_MOST_10_000: Final = {"maxItems": 10_000}
Percent = Annotated[
    float, Meta(extra_json_schema={"minimum": 0, "maximum": MAX_PERCENT})
]
LimitName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_TEXT_LENGTH,
        extra_json_schema=_NO_CONTROL_CHARS | {"maxLength": 64},
    ),
]
Seq = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Text = Annotated[
    str, Meta(max_length=MAX_TEXT_LENGTH, extra_json_schema=_NO_CONTROL_CHARS)
]
LongText = Annotated[
    str, Meta(max_length=4096, extra_json_schema=_NO_CONTROL_CHARS)
]
Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_TEXT_LENGTH,
        extra_json_schema=_NO_CONTROL_CHARS,
    ),
]
# Part of an address, so it cannot be "." or ".." either.
AddressName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_TEXT_LENGTH,
        extra_json_schema=_NO_SLASH,
    ),
]
# All terms of a price together are one key of the database.
Term = Annotated[str, Meta(max_length=64, extra_json_schema=_NO_CONTROL_CHARS)]
