"""What an answer means for what was sent. The table of these is the contract."""

from __future__ import annotations

from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from claude_tray.errors import ContractError
from claude_tray.sync.answer import Answer, NoAnswer
from claude_tray.wire.answers import PARTIAL, SUCCESS, Greeting, Receipt
from claude_tray.wire.codec import decode

if TYPE_CHECKING:
    from claude_tray.wire.answers import Problem

_OK: Final = 200
_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403
_NO_GREETING: Final = (404, 405)
_SOON: Final = frozenset({408, 425, 429, *range(500, 600)}) - {501, 505, 511}
_REDIRECTS: Final = range(300, 400)
_LONGEST: Final = 120


class Kind(StrEnum):
    """
    What a receiver takes.

    CHANGES: records, merged by their keys; it tells how far it has come.
    SESSIONS: sessions; it may replace one by what it is sent, so each is
    sent whole.
    """

    CHANGES = "changes"
    SESSIONS = "sessions"


class State(StrEnum):
    """How a destination stands."""

    OK = "ok"
    DELAYED = "delayed"
    SIGN_IN = "sign-in"
    MISCONFIGURED = "misconfigured"


class Verdict(Enum):
    """
    What is to be done about an answer.

    ACCEPTED: it is there.
    REWIND: the receiver lost what it had: send it again.
    LATER: wait, then send the same.
    BROKEN: likewise; if it goes on, one of the rows may be what breaks it.
    BAD_ROWS: the receiver will not take it as it is: look for the rows.
    TOO_LARGE: send less at a time.
    PLAIN: send it without compression.
    SIGN_IN: the token is not taken.
    MISCONFIGURED: this is not where it should go; a person must look.
    """

    ACCEPTED = auto()
    REWIND = auto()
    LATER = auto()
    BROKEN = auto()
    BAD_ROWS = auto()
    TOO_LARGE = auto()
    PLAIN = auto()
    SIGN_IN = auto()
    MISCONFIGURED = auto()


_ABOUT_ROWS: Final = {
    400: Verdict.BAD_ROWS,
    413: Verdict.TOO_LARGE,
    415: Verdict.PLAIN,
    422: Verdict.BAD_ROWS,
    500: Verdict.BROKEN,
}


class Meaning(NamedTuple):
    """
    What an answer means.

    Attributes:
        verdict: What is to be done.
        reason: Why, in words for people; empty where all is well.
        receipt: Of an answer that has one.
    """

    verdict: Verdict
    reason: str = ""
    receipt: Receipt | None = None


class Welcome(NamedTuple):
    """
    What the handshake told.

    Attributes:
        kind: What the receiver takes.
        greeting: None from one that takes sessions.
    """

    kind: Kind
    greeting: Greeting | None = None


def meaning_of(answer: Answer | NoAnswer, rows: int, kind: Kind) -> Meaning:
    """
    Return what the answer to a POST of some rows means.

    Args:
        answer: What came back.
        rows: How many were sent.
        kind: The receiver's.
    """
    if isinstance(answer, NoAnswer):
        return _of_silence(answer)
    if answer.status == _OK:
        return _of_receipt(answer, rows, kind)
    if answer.status in _ABOUT_ROWS:
        return Meaning(_ABOUT_ROWS[answer.status], _words(answer))
    return _of_refusal(answer)


def welcome_of(answer: Answer | NoAnswer) -> Welcome | Meaning:
    """Return what the answer to the handshake tells."""
    if isinstance(answer, NoAnswer):
        return _of_silence(answer)
    if answer.status in _NO_GREETING:
        return Welcome(Kind.SESSIONS)
    if answer.status == _OK and answer.is_json:
        try:
            return Welcome(Kind.CHANGES, decode(answer.body, Greeting))
        except ContractError:
            return Meaning(Verdict.LATER, _STRANGER)
    if answer.status == _OK:
        return Meaning(Verdict.LATER, _STRANGER)
    return _of_refusal(answer)


def _of_silence(answer: NoAnswer) -> Meaning:
    if answer.is_untrusted:
        return Meaning(Verdict.MISCONFIGURED, answer.reason)
    return Meaning(Verdict.LATER, answer.reason)


_STRANGER: Final = (
    "the answer is not from a sync server; is a network login page in the"
    " way, or is the address wrong?"
)


def _of_receipt(answer: Answer, rows: int, kind: Kind) -> Meaning:
    """Captive portals and wrong addresses answer 200, too."""
    if not answer.is_json:
        return Meaning(Verdict.LATER, _STRANGER)
    try:
        receipt = decode(answer.body, Receipt)
    except ContractError:
        return Meaning(Verdict.LATER, _STRANGER)
    if receipt.status not in (SUCCESS, PARTIAL):
        return Meaning(Verdict.BROKEN, _cut(f"it says: {receipt.message}"))
    if receipt.resync_from is not None:
        return Meaning(Verdict.REWIND, "", receipt)
    arrived = receipt.snapshots_received
    if arrived != rows and (arrived is not None or kind is Kind.CHANGES):
        text = f"{rows} messages were sent, but {arrived} arrived"
        return Meaning(Verdict.LATER, text)
    return Meaning(Verdict.ACCEPTED, "", receipt)


def _of_refusal(answer: Answer) -> Meaning:
    status = answer.status
    if status == _UNAUTHORIZED:
        return Meaning(Verdict.SIGN_IN, _words(answer))
    if status == _FORBIDDEN and answer.problem() is not None:
        return Meaning(Verdict.SIGN_IN, _words(answer))
    if status in _SOON:
        return Meaning(Verdict.LATER, _words(answer))
    if status in _REDIRECTS:
        target = urlsplit(answer.headers.get("location", ""))
        where = target.hostname or "another page"
        text = f"{status}: it sends on to {where}; put the final address in"
        return Meaning(Verdict.MISCONFIGURED, text)
    return Meaning(Verdict.MISCONFIGURED, _words(answer))


def _words(answer: Answer) -> str:
    """Return what an answer says is wrong."""
    problem = answer.problem()
    told = _told(problem) if problem else ""
    return _cut(f"the server answered {answer.status} {told}".strip())


def _told(problem: Problem) -> str:
    detail = problem.detail or problem.error or problem.message or ""
    return f"{problem.code or ''} {detail}".strip()


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
