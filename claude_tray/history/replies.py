"""Replies as other programs kept them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.history import Placed
from claude_tray.domain.usage import (
    STANDARD_TERMS,
    ProjectPath,
    SessionId,
    UsageRecord,
    key_of,
)
from claude_tray.history.values import NotUsableError

if TYPE_CHECKING:
    from claude_tray.domain.usage import Millis, TokenCounts

_SYNTHETIC: Final = "<synthetic>"


class Kept(NamedTuple):
    """What another program kept of a reply."""

    message_id: str
    request_id: str
    at_ms: Millis
    model: str
    tokens: TokenCounts
    session: str
    project: str
    is_sidechain: bool = False


def placed(kept: Kept) -> Placed:
    """
    Return a reply that another program kept.

    Such programs keep the first line of a reply, whose output is mostly the
    start of a stream, so none of them is final.

    Raises:
        NotUsableError: It cannot be told from what transcripts hold.
    """
    if not kept.message_id:
        raise NotUsableError(_NO_ID)
    if not kept.model or kept.model == _SYNTHETIC:
        raise NotUsableError(_NO_MODEL)
    record = UsageRecord(
        key_of(kept.message_id, kept.request_id, ""),
        kept.message_id,
        kept.at_ms,
        kept.tokens,
        kept.at_ms,
        kept.model,
        STANDARD_TERMS,
        kept.request_id,
        kept.is_sidechain,
        kept.at_ms,
        SessionId(kept.session),
        ProjectPath(kept.project),
        is_final=False,
    )
    return Placed(record)


_NO_ID: Final = "no message id to tell it from what was read"
_NO_MODEL: Final = "no model"
