"""What reading a transcript brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from claude_tray.domain.limit_hit import LimitHit
    from claude_tray.transcripts.cursor import Cursor
    from claude_tray.transcripts.replies import Replies

# From an assistant's type to the end of its line: a uuid and a time follow.
_USUAL_TAIL: Final = 97


class News:
    """
    What a transcript has gained.

    Attributes:
        path: The file.
        cursor: Where to go on from.
        replies: Its records and where they belong.
        hits: Limits that were reached.
        bytes_read: From the first new line to the last.
        has_more: It was left before its end.
        bad_lines: Lines that were not understood and lost for it.
        too_long: Lines that were passed over because of their length.
        tail: How far before its end the last reply's line had its type.
    """

    __slots__ = (
        "bad_lines",
        "bytes_read",
        "cursor",
        "has_more",
        "hits",
        "path",
        "replies",
        "tail",
        "too_long",
    )

    def __init__(self, path: str, cursor: Cursor, replies: Replies) -> None:
        self.path = path
        self.cursor = cursor
        self.replies = replies
        self.hits: list[LimitHit] = []
        self.bytes_read = 0
        self.has_more = False
        self.bad_lines = 0
        self.too_long = 0
        self.tail = _USUAL_TAIL
