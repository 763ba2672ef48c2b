"""What one reply of a model used, and which report of a reply counts."""

from __future__ import annotations

from hashlib import blake2b
from struct import Struct
from typing import TYPE_CHECKING, Final, NamedTuple, NewType

if TYPE_CHECKING:
    from claude_tray.core.time import Millis
    from claude_tray.core.tokens import TokenCounts

SessionId = NewType("SessionId", str)
# The full path of the folder a session was started in.
ProjectPath = NewType("ProjectPath", str)


_HASH_64: Final = blake2b(digest_size=8)
_unpack_int64: Final = Struct("<q").unpack


class PricingTerms(NamedTuple):
    """What the price of a reply depends on beside its model and tokens."""

    speed: str = ""
    inference_geo: str = ""
    service_tier: str = ""
    web_searches: int = 0


STANDARD_TERMS = PricingTerms()


class UsageReport(NamedTuple):
    """
    What one line says of a reply: taken whole, never mixed with another.

    Attributes:
        tokens: The counts.
        at_ms: The line's own time.
        model: The model that answered.
        terms: What else the price depends on.
        request_id: Empty where the line has none.
    """

    tokens: TokenCounts
    at_ms: Millis
    model: str
    terms: PricingTerms
    request_id: str


class RecordOrigin(NamedTuple):
    """
    Where a line stood.

    Ordered: the least of a reply's origins tells its session and project,
    which is the earliest line that is no sidechain's, then the smallest id.
    """

    is_sidechain: bool
    at_ms: Millis
    session_id: SessionId
    project: ProjectPath


class UsageRecord(NamedTuple):
    """
    One billed reply, as all the lines about it amount to.

    Claude Code writes a reply once for each of its parts, resumed and forked
    sessions copy them, and sidechains replay them: all are one record.

    Report and origin lie in it flat: a first load makes very many records,
    and each tuple inside another costs as much again.

    Attributes:
        key: 64 bits that are the same wherever the reply is found.
        message_id: The reply's own id; empty where the line has none.
        at_ms: The earliest line's time.
        tokens: The fullest line's counts; with the next four, its report.
        counted_ms: That line's own time.
        model: The model that answered.
        terms: What else the price depends on.
        request_id: Empty where the line has none.
        is_sidechain: Of the line that session and project are taken from;
            with the next three, the record's origin.
        origin_ms: That line's time.
        session_id: The session.
        project: The session's folder.
        is_final: Some line carried the reply's stop reason, so its output
            was not the first streamed figure.
        is_message: False for an advisor's share, which costs but is no
            message of its own.
    """

    key: int
    message_id: str
    at_ms: Millis
    tokens: TokenCounts
    counted_ms: Millis
    model: str
    terms: PricingTerms
    request_id: str
    is_sidechain: bool
    origin_ms: Millis
    session_id: SessionId
    project: ProjectPath
    is_final: bool
    is_message: bool = True

    @property
    def report(self) -> UsageReport:
        return UsageReport(
            self.tokens,
            self.counted_ms,
            self.model,
            self.terms,
            self.request_id,
        )

    @property
    def origin(self) -> RecordOrigin:
        return RecordOrigin(
            self.is_sidechain,
            self.origin_ms,
            self.session_id,
            self.project,
        )


def compute_record_key(message_id: str, request_id: str, line_id: str) -> int:
    """
    Return the key of a reply as a signed 64-bit number.

    Anthropic's own ids are unique, and replays carry new request ids; a
    gateway's may repeat, so the request takes part there.
    """
    if message_id[:4] == "msg_":
        text = message_id
    elif message_id:
        text = f"{message_id}\0{request_id}"
    else:
        text = f"\0{line_id}"
    try:
        data = text.encode()
    except UnicodeEncodeError:
        data = text.encode("utf-8", "surrogatepass")
    # A copy costs less than making a hash anew, of each of very many.
    hasher = _HASH_64.copy()
    hasher.update(data)
    key: int = _unpack_int64(hasher.digest())[0]
    return key


def pick_fullest(one: UsageReport, other: UsageReport) -> UsageReport:
    """Return the report of the two that counts, whichever came first."""
    return (
        other if _build_fullness_key(other) > _build_fullness_key(one) else one
    )


def _build_fullness_key(report: UsageReport) -> tuple[object, ...]:
    tokens = report.tokens
    return (
        tokens.output,
        sum(tokens),
        report.at_ms,
        report.model,
        tokens,
        report.terms,
        report.request_id,
    )


def merge(one: UsageRecord, other: UsageRecord) -> UsageRecord:
    """
    Return what two records of the same reply amount to.

    Commutative, associative and idempotent: files may be read in any order
    and any number of times.
    """
    return UsageRecord(
        one.key,
        one.message_id,
        min(one.at_ms, other.at_ms),
        *pick_fullest(one.report, other.report),
        *min(one.origin, other.origin),
        one.is_final or other.is_final,
        one.is_message,
    )
