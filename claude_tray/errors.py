"""
Define the errors that this program raises on purpose, and mark their texts.

* ClaudeTrayError
  * InternalError
  * UsageError
  * SettingsError
  * StoreError
    * StoreTooNewError
    * StoreFullError
    * StoreLockedError
    * StoreCorruptError
  * ContractError
  * SyncError
    * SyncDelayedError
    * SyncRefusedError
    * SyncMisconfiguredError
  * DesktopError
    * NoTrayError
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Self

from claude_tray.text import join_sentences, make_visible

if TYPE_CHECKING:
    from collections.abc import Callable


def gettext_noop(text: str) -> str:
    """Mark a msgid that is translated elsewhere, and return it unchanged."""
    return text


class ClaudeTrayError(Exception):
    """
    An error that is shown to the user, without a traceback.

    Both texts are msgids: English with a name in braces for each value. They
    are translated where they are shown.

    Args:
        summary: What happened and why, as one short sentence.
        hint: What to do about it; empty if there is nothing.
        values: Values for the names in both texts.
    """

    def __init__(
        self, summary: str, *, hint: str = "", **values: object
    ) -> None:
        self._summary = summary
        self._hint = hint
        self._values = values
        super().__init__(self.summary)

    @property
    def summary(self) -> str:
        """Return the first sentence in English."""
        return self._fill(self._summary)

    @property
    def hint(self) -> str:
        """Return the hint in English."""
        return self._fill(self._hint)

    def with_hint(self, hint: str, **values: object) -> Self:
        """Return the same error with another hint."""
        return type(self)(
            self._summary, hint=hint, **{**self._values, **values}
        )

    def with_context(self, summary: str) -> Self:
        """
        Return the same error with a sentence that says what it prevents.

        Args:
            summary: Msgid with {reason} in the place of the summary.
        """
        return type(self)(
            summary, hint=self._hint, **{**self._values, "reason": self}
        )

    def translate(self, gettext: Callable[[str], str]) -> tuple[str, str]:
        """Return the summary and the hint in another language."""
        # The translation of an empty msgid is the header of the catalog.
        hint = gettext(self._hint) if self._hint else ""
        return (
            self._fill(gettext(self._summary), gettext),
            self._fill(hint, gettext),
        )

    def describe(self, gettext: Callable[[str], str] = str) -> str:
        """
        Return the summary and the hint as one text.

        Args:
            gettext: Returns the translation of a msgid; the default is
                English.
        """
        return join_sentences(self.translate(gettext))

    def _fill(self, text: str, gettext: Callable[[str], str] = str) -> str:
        # Without values, braces belong to a path or an answer of a server.
        if not self._values:
            return make_visible(text)
        values = {
            name: fill_value(name, value, gettext)
            for name, value in self._values.items()
        }
        return text.format(**values)


class Problem(str):
    """
    The English text of errors, which surfaces translate.

    Snapshots and states carry it. One that passed through a file or another
    process is plain text.

    Attributes:
        errors: The errors that the text describes.
    """

    __slots__ = ("errors",)

    errors: tuple[ClaudeTrayError, ...]

    def __new__(cls, *errors: ClaudeTrayError) -> Self:
        text = " ".join(error.describe() for error in errors)
        problem = super().__new__(cls, text)
        problem.errors = errors
        return problem


def translate_problem(text: str, gettext: Callable[[str], str]) -> str:
    """Return a problem in another language, or a text as it is."""
    if not isinstance(text, Problem):
        return translate_reason(text, gettext)
    return join_sentences(error.describe(gettext) for error in text.errors)


# Values that are reasons: msgids, messages of the system, or texts of others.
_REASON_NAMES: Final = frozenset({"reason", "problem"})
_MAX_REASON_LENGTH: Final = 500
# Reasons with values, which are stored in English: the values are found again.
_REASON_PATTERNS: Final = (
    gettext_noop("the server reported: {message}"),
    gettext_noop("{sent} records were sent, but {received} received"),
    gettext_noop(
        "the server redirects to {host} ({status}); set that address"
    ),
    gettext_noop("the server responded {status} {details}"),
    gettext_noop("larger than {count} bytes"),
    gettext_noop("it has {key} twice"),
)
# Of the C library, which Python does not translate; the first are of modules
# that raise its errors.
SYSTEM_REASONS: Final = (
    gettext_noop("leads to credentials"),
    gettext_noop("not a regular file"),
    gettext_noop("it is not a JSON object"),
    gettext_noop("Permission denied"),
    gettext_noop("Operation not permitted"),
    gettext_noop("No such file or directory"),
    gettext_noop("File exists"),
    gettext_noop("Is a directory"),
    gettext_noop("Not a directory"),
    gettext_noop("Directory not empty"),
    gettext_noop("File name too long"),
    gettext_noop("Too many levels of symbolic links"),
    gettext_noop("No space left on device"),
    gettext_noop("Disk quota exceeded"),
    gettext_noop("Read-only file system"),
    gettext_noop("Input/output error"),
    gettext_noop("Too many open files"),
    gettext_noop("Address already in use"),
    gettext_noop("Connection refused"),
    gettext_noop("Broken pipe"),
)


def translate_reason(reason: str, gettext: Callable[[str], str]) -> str:
    """
    Translate a reason if it is one of this program or of the system.

    Args:
        reason: A msgid, also with a small first letter or with its values,
            or a text from elsewhere, which is returned as it is.
        gettext: Returns the translation of a msgid.
    """
    # The translation of an empty msgid is the header of the catalog.
    if not reason or gettext is str or len(reason) > _MAX_REASON_LENGTH:
        return reason
    if (translated := gettext(reason)) != reason:
        return translated
    capitalized = reason[:1].upper() + reason[1:]
    if (translated := gettext(capitalized)) != capitalized:
        return translated[:1].lower() + translated[1:]
    for pattern in _REASON_PATTERNS:
        expression = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(pattern))
        if match := re.fullmatch(expression, reason):
            return gettext(pattern).format(**match.groupdict())
    return reason


def fill_value(name: str, value: object, gettext: Callable[[str], str]) -> str:
    """Return the value of a placeholder, translated and safe to show."""
    if isinstance(value, ClaudeTrayError):
        return value.translate(gettext)[0]
    text = make_visible(f"{value}")
    if name not in _REASON_NAMES:
        return text
    # Formatting would make a problem plain text.
    problem = value if isinstance(value, Problem) else text
    return make_visible(translate_problem(problem, gettext))


class InternalError(ClaudeTrayError):
    """
    A fault of this program, shown without a traceback.

    Its text says where it happened, never what the error says: that may be
    the content of a file.
    """

    @classmethod
    def from_error(cls, error: BaseException) -> InternalError:
        """Describe any error by its type and place."""
        traceback = error.__traceback__
        while traceback is not None and traceback.tb_next is not None:
            traceback = traceback.tb_next
        path = traceback.tb_frame.f_code.co_filename if traceback else "?"
        return cls(
            gettext_noop("Internal error: {name} in {file}, line {line}."),
            hint=gettext_noop("Please report it."),
            name=type(error).__name__,
            file=path.replace("\\", "/").rpartition("/")[2],
            line=traceback.tb_lineno if traceback else 0,
        )


class UsageError(ClaudeTrayError):
    """An argument names something that does not exist."""


class SettingsError(ClaudeTrayError):
    """The settings cannot be used; the summary names the key."""


class StoreError(ClaudeTrayError):
    """The store cannot be opened, read or written."""


class StoreTooNewError(StoreError):
    """A newer version of this program wrote the store."""


class StoreFullError(StoreError):
    """The disk is full; the store can still be read."""


class StoreLockedError(StoreError):
    """Another program is writing; the store can still be read."""


class StoreCorruptError(StoreError):
    """The database is damaged; it can be rebuilt from the transcripts."""


class ContractError(ClaudeTrayError):
    """Data from another program does not match the agreed format."""


class SyncError(ClaudeTrayError):
    """Usage was not sent; it is kept and sent later."""


class SyncDelayedError(SyncError):
    """The server is unreachable or busy: retry later."""


class SyncRefusedError(SyncError):
    """The server refused the token: the user must sign in again."""


class SyncMisconfiguredError(SyncError):
    """The address or the server is wrong."""


class DesktopError(ClaudeTrayError):
    """The desktop or the system refused an operation."""


class NoTrayError(DesktopError):
    """No display, or no tray to show an icon in."""
