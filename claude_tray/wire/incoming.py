"""Rows of agent-sync as usage records, each one checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from claude_tray.domain.usage import (
    STANDARD_TERMS,
    ProjectPath,
    SessionId,
    Terms,
    TokenCounts,
    UsageRecord,
    key_of,
)
from claude_tray.wire.agent_sync import (
    Row,
    Usage,
)
from claude_tray.wire.answers import Rejected
from claude_tray.wire.rows import CONTROL, millis_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.domain.usage import Millis
    from claude_tray.wire.agent_sync import Message, Project, Request, Session

EARLIEST_MS: Final = 1_577_836_800_000  # 2020
FUTURE_MS: Final = 86_400_000
_SHARE: Final = "/advisor/"
_USUAL: Final = ("standard", "global", "not_available")
_NONE: Final = (None, None, None)
_rows: Final = msgspec.json.Decoder(Row)


class Received(NamedTuple):
    """
    A row that can be kept.

    Attributes:
        place: Its index in the request, as `Rejected` has it.
        account: The hash of its Claude account.
        record: Its project is the name on the wire.
    """

    place: int
    account: str
    record: UsageRecord


def rows_in(
    request: Request,
    now_ms: int,
) -> Iterator[Received | Rejected]:
    """
    Give out every row of a request, in its order, checked.

    Args:
        request: As it was decoded.
        now_ms: Milliseconds since 1970; rows of tomorrow are rejected.
    """
    index = 0
    usual = request.agent.account if request.agent else ""
    for project in request.projects:
        for session in project.sessions:
            place = _Place(project, session, session.account or usual, now_ms)
            for raw in session.messages:
                yield place.read(index, raw)
                index += 1


class _Place:
    """Where the rows of one session belong."""

    def __init__(
        self,
        project: Project,
        session: Session,
        account: str,
        now_ms: int,
    ) -> None:
        self._path = ProjectPath(project.name)
        self._session_id = SessionId(session.session_id)
        self._account = account
        self._latest = now_ms + FUTURE_MS
        self._trouble = _trouble(project, session)

    def read(self, index: int, raw: msgspec.Raw) -> Received | Rejected:
        if self._trouble:
            return self._reject(index, *self._trouble)
        try:
            row = _rows.decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            return self._reject(index, "invalid", str(error))
        message = row.message
        if message is None or message.usage is None or not message.model:
            return self._reject(index, "no_usage", "no reply with its usage")
        if _is_odd(bytes(raw)) and _has_control(row, message):
            return self._reject(index, "invalid", "a control character")
        at_ms = millis_of(row.timestamp or "")
        if at_ms is None or not EARLIEST_MS <= at_ms <= self._latest:
            text = "no ISO 8601, before 2020 or later than tomorrow"
            return self._reject(index, "timestamp", text)
        record = self._record(row, message, message.usage, at_ms)
        return Received(index, self._account, record)

    def _reject(self, index: int, code: str, detail: str) -> Rejected:
        return Rejected(index, self._session_id, code, detail[:200])

    def _record(
        self,
        row: Row,
        message: Message,
        usage: Usage,
        at_ms: Millis,
    ) -> UsageRecord:
        name, request_id = message.id or "", row.request_id or ""
        model = message.model or ""
        tokens = _tokens(usage)
        line = row.uuid or ""
        if not name and not line:
            line = f"{self._session_id}\0{at_ms}\0{model}\0{tokens}"
        return UsageRecord(
            key_of(name, request_id, line),
            name,
            at_ms,
            tokens,
            at_ms,
            model,
            _terms(usage),
            request_id,
            row.is_sidechain or False,
            at_ms,
            self._session_id,
            self._path,
            is_final=True,
            is_message=_SHARE not in name,
        )


def _trouble(project: Project, session: Session) -> tuple[str, str] | None:
    """Return why no row of a session can be kept, if there is a reason."""
    if "/" in project.name or CONTROL.search(project.name):
        return "project_name", "a slash or a control character in the name"
    if CONTROL.search(project.path) or CONTROL.search(session.session_id):
        return "invalid", "a control character"
    return None


def _is_odd(raw: bytes) -> bool:
    """Tell whether a text may hold what JSON only has as an escape."""
    return b"\\" in raw or b"\x7f" in raw


def _has_control(row: Row, message: Message) -> bool:
    usage = message.usage or Usage()
    return any(
        text and not text.isprintable() and CONTROL.search(text)
        for text in (
            message.id,
            message.model,
            row.request_id,
            row.uuid,
            usage.speed,
            usage.inference_geo,
            usage.service_tier,
        )
    )


def _tokens(usage: Usage) -> TokenCounts:
    """Return the counts, cache writes told by how long they are kept."""
    kept = usage.cache_creation
    five = usage.cache_creation_input_tokens or 0
    hour = 0
    if kept is not None:
        hour = kept.ephemeral_1h_input_tokens or 0
        split = hour + (kept.ephemeral_5m_input_tokens or 0)
        five = max(five, split) - hour
    return TokenCounts(
        usage.input_tokens or 0,
        usage.output_tokens or 0,
        five,
        hour,
        usage.cache_read_input_tokens or 0,
    )


def _terms(usage: Usage) -> Terms:
    special = (usage.speed, usage.inference_geo, usage.service_tier)
    tools = usage.server_tool_use
    if tools is None and special == _NONE:
        return STANDARD_TERMS
    searches = tools.web_search_requests if tools else 0
    speed, place, tier = map(_special, special)
    return Terms(speed, place, tier, searches or 0)


def _special(text: str | None) -> str:
    return "" if text is None or text in _USUAL else text
