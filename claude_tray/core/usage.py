"""Define usage records and merge repeated reports of one response."""

from __future__ import annotations

from hashlib import blake2b
from operator import add, mul
from struct import Struct
from typing import TYPE_CHECKING, Final, NamedTuple, NewType

if TYPE_CHECKING:
    from datetime import date

    from claude_tray.core.time import Millis


class ImportedRecord(NamedTuple):
    """
    A record and the account it belongs to.

    Attributes:
        record: Record of one API response.
        account: Account key; None if the file does not name one.
        is_project_guess: The project is only known by its folder's name.
    """

    record: UsageRecord
    account: str | None = None
    is_project_guess: bool = False


# Kind of totals whose input is input and output together.
STATS_CACHE: Final = "stats-cache"


class ImportedDayTotal(NamedTuple):
    """
    Total of one model on one local day, without single records.

    Attributes:
        kind: Source of the total; totals of one kind are complete and never
            overlap.
        day: Local day.
        project: Path or name of the project; empty if unknown.
        model: Model ID.
        tokens: Token counts; cache writes of unknown lifetime are counted as
            5-minute writes.
        account: Account key; None if the file does not name one.
    """

    kind: str
    day: date
    project: str
    model: str
    tokens: TokenCounts
    account: str | None = None


class ImportedHistory(NamedTuple):
    """
    Content of one imported file.

    Attributes:
        source: Name of the format.
        records: Records, each once.
        day_totals: Totals of days.
        skipped: Number of skipped entries by reason.
    """

    source: str
    records: tuple[ImportedRecord, ...] = ()
    day_totals: tuple[ImportedDayTotal, ...] = ()
    skipped: tuple[tuple[str, int], ...] = ()


class TokenKind(NamedTuple):
    """
    One kind of tokens and its name in each place where kinds are listed.

    Attributes:
        name: Field of TokenCounts and Rate, key of a custom price and label
            of the metric.
        column: Column in the local database; the server's has "_tokens"
            appended.
        category: What it is counted as where cache writes are not split by
            lifetime: "input", "output", "cache_write" or "cache_read".
        input_price_factor: Price as a multiple of the price of input, for
            custom prices that leave it out; None if it is required.
    """

    name: str
    column: str
    category: str
    input_price_factor: float | None = None

    @property
    def export_name(self) -> str:
        """Field of `claude-tray export`."""
        return f"{self.name}_tokens"

    @property
    def server_column(self) -> str:
        """Column in the server's database."""
        return f"{self.column}_tokens"

    @property
    def server_export_name(self) -> str:
        """Column of the server's CSV export."""
        name = self.name.replace("cache_write", "cache_creation")
        return f"{name}_tokens"


# The order of TokenCounts, Rate, the price table and every row of sums.
TOKEN_KINDS: Final = (
    TokenKind("input", "input", "input"),
    TokenKind("output", "output", "output"),
    TokenKind("cache_write_5m", "cache_5m", "cache_write", 1.25),
    TokenKind("cache_write_1h", "cache_1h", "cache_write", 2),
    TokenKind("cache_read", "cache_read", "cache_read", 0.1),
)


class TokenCounts(NamedTuple):
    """
    Number of tokens of each kind.

    A tuple because a first load creates hundreds of thousands of them.
    """

    input: int = 0
    output: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    cache_read: int = 0

    @property
    def cache_write(self) -> int:
        return self.cache_write_5m + self.cache_write_1h

    @property
    def cache(self) -> int:
        return self.cache_write + self.cache_read

    @property
    def prompt(self) -> int:
        """All input, cached or not: the size that price tiers depend on."""
        return self.total - self.output

    @property
    def total(self) -> int:
        return sum(self)

    def plus(self, other: TokenCounts) -> TokenCounts:
        return TokenCounts(*map(add, self, other))


ZERO_TOKENS: Final = TokenCounts()


class Rate(NamedTuple):
    """Price of one token of each kind, in nano-dollars."""

    input: int
    output: int
    cache_write_5m: int
    cache_write_1h: int
    cache_read: int

    def compute_cost(self, tokens: TokenCounts) -> int:
        """Return the cost of the tokens in nano-dollars."""
        return sum(map(mul, tokens, self))


SessionId = NewType("SessionId", str)
# Full path of the folder a session was started in.
ProjectPath = NewType("ProjectPath", str)


_HASH_64: Final = blake2b(digest_size=8)
_unpack_int64: Final = Struct("<q").unpack


class PricingTerms(NamedTuple):
    """Terms that a price depends on, besides model and tokens."""

    speed: str = ""
    inference_geo: str = ""
    service_tier: str = ""
    web_searches: int = 0


STANDARD_TERMS = PricingTerms()
# Service tier of records that stand for several requests: see
# core.other_requests.
OTHER_REQUESTS: Final = "other_requests"


class UsageReport(NamedTuple):
    """
    Report of a response by one line; reports are never mixed.

    Attributes:
        tokens: Token counts.
        at_ms: Time of the line.
        model: Model ID.
        terms: Terms of the price.
        request_id: Request ID; empty if the line has none.
    """

    tokens: TokenCounts
    at_ms: Millis
    model: str
    terms: PricingTerms
    request_id: str


class RecordOrigin(NamedTuple):
    """
    Origin of a line.

    Ordered: the smallest origin of a response determines its session and
    project: that of the earliest line outside sidechains.
    """

    is_sidechain: bool
    at_ms: Millis
    session_id: SessionId
    project: ProjectPath


class UsageRecord(NamedTuple):
    """
    One billed API response, merged from all lines that report it.

    Claude Code writes a line for each part of a response, resumed and forked
    sessions copy it, and sidechains replay it: all of them are one record.

    Report and origin are flat fields because a first load creates hundreds of
    thousands of records and a nested tuple doubles the cost.

    Attributes:
        key: 64-bit hash that identifies the response in every file.
        message_id: ID of the response; empty if the line has none.
        at_ms: Time of the earliest line.
        tokens: Token counts of the fullest line; with the next four fields,
            its report.
        counted_ms: Time of the fullest line.
        model: Model ID.
        terms: Terms of the price.
        request_id: Request ID; empty if the line has none.
        is_sidechain: Whether the line of origin is in a sidechain; with the
            next three fields, the origin.
        origin_ms: Time of the line of origin.
        session_id: Session of the line of origin.
        project: Project of the line of origin.
        is_final: A line has a stop reason and counts, so the output is not
            just the first streamed count.
        is_message: False for an advisor's part and for other requests, which
            cost but are no responses of their own.
        requested_ms: When the request was sent; None if unknown. Part of the
            origin: only the session that sent it has a line about it.
        is_cut: The response was interrupted, so its output is a minimum even
            with a stop reason.
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
    requested_ms: Millis | None = None
    is_cut: bool = False

    @property
    def is_other_requests(self) -> bool:
        """Whether it stands for requests that no line reports."""
        return not self.is_message and is_other_requests(self.terms)

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


def is_other_requests(terms: PricingTerms) -> bool:
    """Return whether the terms are those of other requests."""
    return terms.service_tier == OTHER_REQUESTS


def compute_record_key(message_id: str, request_id: str, line_id: str) -> int:
    """
    Return the key of a response, a signed 64-bit hash.

    Anthropic's IDs are unique and a replay has a new request ID. IDs of
    gateways may repeat: there the request ID or that of the first line counts.
    """
    if message_id[:4] == "msg_":
        text = message_id
    elif message_id:
        text = f"{message_id}\0{request_id}"
        if line_id and not request_id:
            text = f"{text}\0{line_id}"
    else:
        text = f"\0{line_id}"
    try:
        data = text.encode()
    except UnicodeEncodeError:
        data = text.encode("utf-8", "surrogatepass")
    # Copying a hash object is faster than creating one.
    hasher = _HASH_64.copy()
    hasher.update(data)
    key: int = _unpack_int64(hasher.digest())[0]
    return key


def has_foreign_id(message_id: str) -> bool:
    """Return whether an ID is a gateway's, so others may be the same."""
    return bool(message_id) and message_id[:4] != "msg_"


def pick_fullest(one: UsageReport, other: UsageReport) -> UsageReport:
    """Return the report that counts, independent of the order."""
    return (
        other if _build_fullness_key(other) > _build_fullness_key(one) else one
    )


def _build_fullness_key(report: UsageReport) -> tuple[object, ...]:
    # Output grows while a response is streamed. The rest only breaks ties, so
    # that the choice does not depend on the order of files.
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
    Merge two records of the same response.

    Commutative, associative and idempotent: files may be read in any order
    and any number of times. Other requests are no reports but a result, which
    may shrink: the second record replaces the first.
    """
    if other.is_other_requests:
        return other
    first = min(one, other, key=_build_origin_key)
    return UsageRecord(
        one.key,
        one.message_id,
        min(one.at_ms, other.at_ms),
        *pick_fullest(one.report, other.report),
        *first.origin,
        one.is_final or other.is_final,
        one.is_message,
        first.requested_ms,
        one.is_cut or other.is_cut,
    )


def _build_origin_key(record: UsageRecord) -> tuple[object, ...]:
    # Forks copy lines with their times: of two equal ones, that of the
    # session that sent the request comes first.
    requested_ms = record.requested_ms
    return (
        record.is_sidechain,
        record.origin_ms,
        requested_ms is None,
        record.session_id,
        record.project,
        requested_ms,
    )
