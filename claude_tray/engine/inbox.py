"""What the engine is asked to do."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.engine.choices import Choices
    from claude_tray.engine.gain import Gain
    from claude_tray.store.connection import Writer


@dataclass(frozen=True, slots=True)
class FileTouched:
    """A transcript may have grown."""

    path: str


@dataclass(frozen=True, slots=True)
class Rescan:
    """
    Anything may have changed: look at every file.

    Attributes:
        done: Told what it brought, on the engine's thread.
    """

    done: Callable[[Gain], None] | None = None


@dataclass(frozen=True, slots=True)
class Choose:
    """Go on with other choices."""

    choices: Choices


@dataclass(frozen=True, slots=True)
class Do:
    """Run some work on the writer, after all that was asked before."""

    work: Callable[[Writer], None]


@dataclass(frozen=True, slots=True)
class Stop:
    """End after the work at hand."""


Message = FileTouched | Rescan | Choose | Do | Stop


class Inbox:
    """
    Messages in the order they came, each distinct one once.

    A file that is written a thousand times while the engine is busy is read
    once when it is free: nothing is delayed and nothing piles up.
    """

    def __init__(self) -> None:
        self._waiting: dict[Message, None] = {}
        self._changed = threading.Condition()

    def put(self, message: Message) -> None:
        with self._changed:
            self._waiting.setdefault(message)
            self._changed.notify()

    def take(self, timeout: float) -> Message | None:
        """Return the next message, or None when none came in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting, timeout)
            if not self._waiting:
                return None
            message = next(iter(self._waiting))
            del self._waiting[message]
            return message

    def is_stopping(self, within: float = 0) -> bool:
        """
        Tell whether the end has been asked for, behind whatever else.

        Args:
            within: Seconds to wait for that, whatever else comes.
        """
        with self._changed:
            return self._changed.wait_for(
                lambda: Stop() in self._waiting,
                within,
            )
