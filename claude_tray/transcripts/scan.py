"""What a transcript has gained since it was last read."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from claude_tray.transcripts.chunks import Chunks
from claude_tray.transcripts.cursor import Cursor, seal_of, start_of
from claude_tray.transcripts.lines import (
    UNREADABLE,
    MalformedLineError,
    decode,
    decode_strictly,
)
from claude_tray.transcripts.news import News
from claude_tray.transcripts.parse import SYNTHETIC
from claude_tray.transcripts.place import first_cwd, place_of
from claude_tray.transcripts.replies import Replies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.transcripts.lines import Line
    from claude_tray.transcripts.locate import Transcript

# Holds under any key order and spacing, and escaped text cannot match it:
# there the quotes are \".
_NEEDLE: Final = b'"assistant"'
_TYPE: Final = b'"type":"'
_ASSISTANT: Final = b'assistant"'
_TYPE_OF_REPLIES: Final = "assistant"
_HEAD_BYTES: Final = 1024
_BRACES: Final = (ord("{"), ord("}"))


class Scanner:
    """Reads transcripts one after the other through one buffer."""

    def __init__(self) -> None:
        self._chunks = Chunks()

    def scan(
        self,
        transcript: Transcript,
        cursor: Cursor,
        most: int = sys.maxsize,
    ) -> News:
        """
        Return the news of a transcript.

        A file that was replaced, cut short or written anew is read from its
        beginning; a last line without its newline waits. After `most` bytes
        it is left, with a cursor of a file that ends there.

        Raises:
            OSError: It cannot be read.
        """
        path = transcript.path
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - a text
            status = os.fstat(file.fileno())
            start = start_of(file, status, cursor)
            project = cursor.project if start else ""
            place = place_of(path, transcript.folder, project)
            news = News(transcript.path, cursor, Replies(place))
            for data, end in self._chunks.read(
                file,
                start,
                lambda head: (
                    news.replies.place.is_guess
                    or not _is_another(head, 0, len(head))
                ),
                most,
            ):
                if not project:
                    project = first_cwd(data, end)
                    place = place_of(path, transcript.folder, project)
                    news.replies.place = place
                _take_lines(data, end, news)
            news.replies.finish()
            done = self._chunks.offset
            news.has_more = self._chunks.has_more
            news.cursor = Cursor(
                status.st_ino,
                done if news.has_more else status.st_size,
                status.st_mtime_ns,
                done,
                seal_of(file, done, self._chunks.tail),
                project,
            )
        news.bytes_read = done - start
        news.bad_lines += news.replies.malformed
        news.too_long = self._chunks.too_long
        return news


def _take_lines(data: bytearray, end: int, news: News) -> None:
    """Take the lines that are an assistant's."""
    plain = []
    with memoryview(data) as view:
        for start, stop in _candidates(data, end, news):
            try:
                line = decode_strictly(view[start:stop])
            except UNREADABLE:
                _take(bytes(view[start:stop]), news)
                continue
            if line.type == _TYPE_OF_REPLIES:
                message = line.message
                if message is not None and message.model == SYNTHETIC:
                    _take_synthetic(line, bytes(view[start:stop]), news)
                else:
                    plain.append(line)
    news.replies.add(plain)


def _candidates(
    data: bytearray,
    end: int,
    news: News,
) -> Iterator[tuple[int, int]]:
    """
    Give out where the lines stand that may be an assistant's.

    An assistant's has its type as far from its end as the one before it, for
    what follows is of one length; so has one that was spliced to another's.
    """
    find, start, tail = data.find, 0, news.tail
    opening, closing = _BRACES
    while start < end:
        stop = find(b"\n", start, end)
        if data[start] != opening or data[stop - 1] != closing:
            _take_odd(bytes(data[start:stop]), news)
        elif data.startswith(_NEEDLE, stop - tail) and stop - tail > start:
            yield start, stop
        elif not _is_another(data, start, stop):
            at = data.rfind(_NEEDLE, start, stop)
            if at >= 0:
                news.tail = tail = stop - at
                yield start, stop
        start = stop + 1


def _is_another(data: bytearray, start: int, stop: int) -> bool:
    """
    Tell whether a line's beginning says that it is no assistant's.

    Its type mostly stands there, before any object in it.
    """
    at = data.find(_TYPE, start, start + _HEAD_BYTES)
    return (
        0 <= at < stop
        and data.find(b"{", start + 1, at) < 0
        and not data.startswith(_ASSISTANT, at + len(_TYPE))
    )


def _take(data: bytes, news: News) -> None:
    """Take a line that is not as it should be."""
    try:
        line = decode(data)
    except MalformedLineError:
        _take_salvaged(data, news)
    else:
        _take_line(line, data, news)


def _take_line(line: Line, data: bytes, news: News) -> None:
    if line.type == _TYPE_OF_REPLIES:
        if line.message is not None and line.message.model == SYNTHETIC:
            _take_synthetic(line, data, news)
        else:
            news.replies.add([line])


def _take_synthetic(line: Line, data: bytes, news: News) -> None:
    if line.error == "rate_limit" or b"limit" in data:
        # Late: a first load seldom meets one, and its time to the first
        # figure counts.
        from claude_tray.transcripts.limit_lines import (  # noqa: PLC0415
            limit_hit_of,
        )

        hit = limit_hit_of(line, data)
        if hit:
            news.hits.append(hit)


def _take_odd(text: bytes, news: News) -> None:
    """Take a line that does not begin or end as an object does."""
    text = text.strip(b" \t\r\xef\xbb\xbf")
    if not text:
        return
    if _NEEDLE in text:
        _take_salvaged(text, news)
    elif not (text.startswith(b"{") and text.endswith(b"}")):
        news.bad_lines += 1


def _take_salvaged(text: bytes, news: News) -> None:
    # Late, as above.
    from claude_tray.transcripts.salvage import salvage  # noqa: PLC0415

    found, lost = salvage(text)
    for part in found:
        try:
            _take_line(decode(part), part, news)
        except MalformedLineError:
            lost = True
    news.bad_lines += lost
