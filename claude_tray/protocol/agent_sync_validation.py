"""Validate the rows of agent-sync and convert them to records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from claude_tray.core.billing import is_billed
from claude_tray.core.bounds import (
    MAX_WEB_SEARCHES,
    compute_latest_ms,
    is_plausible_time,
)
from claude_tray.core.cost_states import ID_PREFIX
from claude_tray.core.providers import compute_provider_record_key
from claude_tray.core.time import Millis, parse_iso_ms
from claude_tray.core.usage import (
    STANDARD_TERMS,
    PricingTerms,
    ProjectPath,
    SessionId,
    TokenCounts,
    UsageRecord,
)
from claude_tray.protocol.agent_sync import (
    AgentSyncRequest,
    MessagePayload,
    ProjectPayload,
    RejectedRow,
    RowPayload,
    SessionPayload,
    UsagePayload,
)
from claude_tray.protocol.codec import DECODE_ERRORS
from claude_tray.protocol.wire_types import CONTROL_CHARS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_ADVISOR_MARKER: Final = "/advisor/"
_DEFAULT_TERMS: Final = ("standard", "global", "not_available")
_NO_TERMS: Final = (None, None, None)
_row_decoder: Final = msgspec.json.Decoder(RowPayload)
_rows_decoder: Final = msgspec.json.Decoder(list[RowPayload])


class ValidatedRow(NamedTuple):
    """
    Row that can be stored.

    Attributes:
        row_index: Index in the request, as in RejectedRow.
        account: Hash of the Claude account.
        record: Record; its project is the name in the request.
    """

    row_index: int
    account: str
    record: UsageRecord


class UnbilledRow(NamedTuple):
    """
    Valid row that is not about a billed response, as `is_billed` decides.

    Attributes:
        row_index: Index in the request, as in RejectedRow.
    """

    row_index: int


def validate_rows(
    request: AgentSyncRequest,
    now_ms: int,
) -> Iterator[ValidatedRow | UnbilledRow | RejectedRow]:
    """
    Yield every row of a request in order, validated.

    Args:
        request: Decoded request.
        now_ms: Current time; rows later than tomorrow are rejected.
    """
    index = 0
    default_account = request.agent.account if request.agent else ""
    for project in request.projects:
        for session in project.sessions:
            validator = _SessionValidator(
                project, session, session.account or default_account, now_ms
            )
            yield from validator.validate_all(index, session.messages)
            index += len(session.messages)


class _SessionValidator:
    """Validate the rows of one session."""

    def __init__(
        self,
        project: ProjectPayload,
        session: SessionPayload,
        account: str,
        now_ms: int,
    ) -> None:
        self._path = ProjectPath(project.name)
        self._session_id = SessionId(session.session_id)
        self._account = account
        self._provider = session.provider
        self._latest_ms = compute_latest_ms(now_ms)
        self._session_error = _find_session_error(project, session)

    def validate_all(
        self, start: int, raws: Sequence[msgspec.Raw]
    ) -> list[ValidatedRow | UnbilledRow | RejectedRow]:
        """Validate the rows; `start` is the index of the first."""
        error = self._session_error
        if error:
            return [
                self._reject(index, *error)
                for index in range(start, start + len(raws))
            ]
        rows = _decode_plain_rows(raws)
        if rows is None:
            return [
                self._validate_raw(index, raw)
                for index, raw in enumerate(raws, start)
            ]
        return [
            self._validate(index, row) for index, row in enumerate(rows, start)
        ]

    def _validate_raw(
        self, index: int, raw: msgspec.Raw
    ) -> ValidatedRow | UnbilledRow | RejectedRow:
        try:
            row = _decode_row(raw)
        except DECODE_ERRORS as error:
            return self._reject(index, "invalid", str(error))
        return self._validate(index, row)

    def _validate(
        self, index: int, row: RowPayload
    ) -> ValidatedRow | UnbilledRow | RejectedRow:
        message = row.message
        if message is None or message.usage is None or not message.model:
            return self._reject(index, "no_usage", "no message with usage")
        if not is_billed(message.model):
            return UnbilledRow(index)
        at_ms = parse_iso_ms(row.timestamp or "")
        if at_ms is None or not is_plausible_time(at_ms, self._latest_ms):
            text = "no ISO 8601, before 2020 or later than tomorrow"
            return self._reject(index, "timestamp", text)
        record = self._build_record(row, message, message.usage, at_ms)
        return ValidatedRow(index, self._account, record)

    def _reject(self, index: int, code: str, detail: str) -> RejectedRow:
        return RejectedRow(index, self._session_id, code, detail[:200])

    def _build_record(
        self,
        row: RowPayload,
        message: MessagePayload,
        usage: UsagePayload,
        at_ms: Millis,
    ) -> UsageRecord:
        message_id, request_id = message.id or "", row.request_id or ""
        model = message.model or ""
        tokens = _parse_tokens(usage)
        # The UUID of a line is not that of the response.
        line_id = (row.response_key if message_id else row.uuid) or ""
        # Without any ID the content must identify the row across retries.
        if not message_id and not line_id:
            line_id = f"{self._session_id}\0{at_ms}\0{model}\0{tokens}"
        return UsageRecord(
            compute_provider_record_key(
                self._provider, message_id, request_id, line_id
            ),
            message_id,
            at_ms,
            tokens,
            at_ms,
            model,
            _parse_terms(usage),
            request_id,
            row.is_sidechain or False,
            at_ms,
            self._get_session_id(row),
            self._path,
            # Named arguments take longer, for each row.
            True,  # noqa: FBT003 - is_final
            _ADVISOR_MARKER not in message_id
            and not message_id.startswith(ID_PREFIX),
            # Only whether it is known matters here.
            at_ms if row.is_original else None,
        )

    def _get_session_id(self, row: RowPayload) -> SessionId:
        """Return the session of a line, as the tray reads it."""
        own_id = row.session_id
        if own_id and _is_address_name(own_id):
            return SessionId(own_id)
        return self._session_id


# Browsers resolve these as folders.
_FOLDER_LINKS: Final = (".", "..")


def _find_session_error(
    project: ProjectPayload, session: SessionPayload
) -> tuple[str, str] | None:
    """Return why a whole session is rejected, if it is."""
    if not _is_address_name(project.name):
        return "project_name", f"the project's name has {_NOT_IN_ADDRESSES}"
    if not _is_address_name(session.session_id):
        return "session_id", f"the session's ID has {_NOT_IN_ADDRESSES}"
    if any(
        CONTROL_CHARS.search(text)
        for text in (project.path, session.account, session.provider)
    ):
        return "invalid", "a control character"
    return None


_NOT_IN_ADDRESSES: Final = "a slash or a control character, or is only dots"


def _is_address_name(text: str) -> bool:
    """Return whether a name can be part of an address."""
    return (
        "/" not in text
        and text not in _FOLDER_LINKS
        and not CONTROL_CHARS.search(text)
    )


def _decode_plain_rows(raws: Sequence[msgspec.Raw]) -> list[RowPayload] | None:
    """
    Decode rows at once, which takes half the time.

    Returns:
        None if a row may be invalid: decode each, as the others are not.
    """
    joined = b",".join(raws)
    if _may_have_control_chars(joined):
        return None
    try:
        rows = _rows_decoder.decode(b"[%b]" % joined)
    except DECODE_ERRORS:
        return None
    return rows if len(rows) == len(raws) else None


def _decode_row(raw: msgspec.Raw) -> RowPayload:
    """
    Decode a row.

    Raises:
        msgspec.ValidationError: A value has the wrong type, is out of range
            or has a control character.
    """
    row = _row_decoder.decode(raw)
    if (
        row.message is not None
        and _may_have_control_chars(bytes(raw))
        and _has_control_chars(row, row.message)
    ):
        text = "a control character"
        raise msgspec.ValidationError(text)
    return row


def _may_have_control_chars(raw: bytes) -> bool:
    """Return whether JSON may contain control characters, which are escaped."""
    return b"\\" in raw or b"\x7f" in raw


def _has_control_chars(row: RowPayload, message: MessagePayload) -> bool:
    usage = message.usage or UsagePayload()
    return any(
        text and not text.isprintable() and CONTROL_CHARS.search(text)
        for text in (
            message.id,
            message.model,
            row.request_id,
            row.uuid,
            row.response_key,
            usage.speed,
            usage.inference_geo,
            usage.service_tier,
        )
    )


def _parse_tokens(usage: UsagePayload) -> TokenCounts:
    """Return token counts, with cache writes split by lifetime."""
    cache_creation = usage.cache_creation
    write_5m = usage.cache_creation_input_tokens or 0
    write_1h = 0
    if cache_creation is not None:
        write_1h = cache_creation.ephemeral_1h_input_tokens or 0
        split_total = write_1h + (
            cache_creation.ephemeral_5m_input_tokens or 0
        )
        # The flat count may be 0 or smaller next to a filled split.
        write_5m = max(write_5m, split_total) - write_1h
    return TokenCounts(
        usage.input_tokens or 0,
        usage.output_tokens or 0,
        write_5m,
        write_1h,
        usage.cache_read_input_tokens or 0,
    )


def _parse_terms(usage: UsagePayload) -> PricingTerms:
    values = (usage.speed, usage.inference_geo, usage.service_tier)
    tools = usage.server_tool_use
    if tools is None and values == _NO_TERMS:
        return STANDARD_TERMS
    searches = tools.web_search_requests if tools else 0
    speed, geo, tier = map(_normalize_term, values)
    return PricingTerms(speed, geo, tier, min(searches or 0, MAX_WEB_SEARCHES))


def _normalize_term(text: str | None) -> str:
    return "" if text is None or text in _DEFAULT_TERMS else text
