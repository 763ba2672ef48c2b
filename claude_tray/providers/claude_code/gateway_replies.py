"""
Tell responses apart whose gateway gives all of them one ID.

Claude Code writes a line for each content block. Blocks of one response are a
chain: the parent of the first is the user's line, that of another is the block
before. Where a gateway gives every response the same ID and no request ID,
only this chain shows which lines belong together (ccusage #1635); where it
gives each its own ID, the result is the same (ccusage #985).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from claude_tray.core.time import to_epoch_ms
from claude_tray.core.usage import ZERO_TOKENS, TokenCounts, has_foreign_id
from claude_tray.providers.claude_code.schema import (
    MalformedLineError,
    TranscriptLine,
    decode_line,
    parse_token_counts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


_ASSISTANT_NEEDLE: Final = b'"assistant"'
# Of lines without a parent, blocks of one response follow each other.
_MAX_GAP_MS: Final = 10_000
# A result of a tool may stand between two blocks that were written together.
_MAX_WRITE_GAP_MS: Final = 500
_MAX_BLOCKS: Final = 4096
_FIRST_LOOK_BACK: Final = 1 << 18
_MAX_LOOK_BACK: Final = 1 << 24


_Key = TypeVar("_Key")


def is_ambiguous(line: TranscriptLine) -> bool:
    """Return whether other responses may have the ID of this one."""
    message_id = line.message.id if line.message else ""
    return not line.request_id and has_foreign_id(message_id or "")


class _Block(NamedTuple):
    """
    A line of a response.

    Attributes:
        reply: Identity of the response.
        tokens: Its counts, as far as this line knows them.
        at_ms: Time of the line.
    """

    reply: str
    tokens: TokenCounts
    at_ms: int


class GatewayReplies:
    """
    Finds the response that each line of a transcript belongs to.

    Args:
        path: The transcript.
        offset: Where the scan began; earlier lines are read when needed.
    """

    def __init__(self, path: str, offset: int) -> None:
        self._path = path
        self._offset = offset
        # By ID and UUID of the line, and by ID, session and parent.
        self._by_uuid: dict[tuple[str, str], _Block] = {}
        self._by_parent: dict[tuple[str, str, str], _Block] = {}
        self._latest: dict[tuple[str, str], _Block] = {}

    def identify(self, line: TranscriptLine) -> str:
        """Return the identity of a line's response; lines come in order."""
        if self._offset:
            offset, self._offset = self._offset, 0
            for earlier in _read_lines_before(
                self._path, offset, line.parent_uuid or ""
            ):
                self._add(earlier)
        return self._add(line).reply

    def _add(self, line: TranscriptLine) -> _Block:
        message_id = (line.message.id if line.message else "") or ""
        session, parent = line.session_id or "", line.parent_uuid or ""
        uuid = line.uuid or ""
        at_ms = to_epoch_ms(line.timestamp) if line.timestamp else 0
        tokens = _get_tokens(line)
        previous = self._find_previous(line, tokens, at_ms)
        # Copies of a line in other sessions keep its UUID.
        reply = previous.reply if previous else uuid or f"{parent}/{at_ms}"
        block = _Block(reply, tokens, at_ms)
        _remember(self._by_uuid, (message_id, uuid), block)
        _remember(self._by_parent, (message_id, session, parent), block)
        _remember(self._latest, (message_id, session), block)
        return block

    def _find_previous(
        self, line: TranscriptLine, tokens: TokenCounts, at_ms: int
    ) -> _Block | None:
        """Return an earlier block of the same response."""
        message_id = (line.message.id if line.message else "") or ""
        session, parent = line.session_id or "", line.parent_uuid
        copied = self._by_uuid.get((message_id, line.uuid or ""))
        if copied and line.uuid:
            return copied
        if parent:
            block = self._by_uuid.get(
                (message_id, parent)
            ) or self._by_parent.get((message_id, session, parent))
            if block and _continues(block.tokens, tokens):
                return block
        latest = self._latest.get((message_id, session))
        if latest is None:
            return None
        gap_ms = abs(at_ms - latest.at_ms)
        is_same = (
            gap_ms < _MAX_WRITE_GAP_MS and latest.tokens == tokens
            if parent
            else gap_ms < _MAX_GAP_MS and _continues(latest.tokens, tokens)
        )
        return latest if is_same else None


def _remember(blocks: dict[_Key, _Block], key: _Key, block: _Block) -> None:
    """Keep the latest blocks: those of one response are near each other."""
    blocks[key] = block
    if len(blocks) > _MAX_BLOCKS:
        del blocks[next(iter(blocks))]


def _continues(first: TokenCounts, second: TokenCounts) -> bool:
    """Return whether the second line may continue the response."""
    return first.output <= second.output and (
        not first.prompt
        or first._replace(output=0) == second._replace(output=0)
    )


def _get_tokens(line: TranscriptLine) -> TokenCounts:
    usage = line.message.usage if line.message else None
    try:
        return parse_token_counts(usage) if usage else ZERO_TOKENS
    except MalformedLineError:
        return ZERO_TOKENS


def _read_lines_before(
    path: str, offset: int, parent: str
) -> Iterator[TranscriptLine]:
    """
    Yield ambiguous lines before an offset, back to a parent at least.

    Raises:
        OSError: The file cannot be read.
    """
    length = _FIRST_LOOK_BACK
    with open(path, "rb") as file:  # noqa: PTH123 - a str
        while True:
            start = max(0, offset - length)
            file.seek(start)
            data = file.read(offset - start)
            is_found = parent.encode("utf-8", "replace") in data
            if is_found or not start or length >= _MAX_LOOK_BACK:
                break
            length *= 8
    lines = data.split(b"\n")
    for text in lines[1:] if start else lines:
        if _ASSISTANT_NEEDLE in text:
            try:
                line = decode_line(text)
            except MalformedLineError:
                continue
            if line.type == "assistant" and is_ambiguous(line):
                yield line
