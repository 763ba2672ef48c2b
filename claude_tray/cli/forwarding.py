"""What forwarding needs, made from what a person chose."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from claude_tray.desktop.keyring import token_in_keyring
from claude_tray.domain.snapshot import SyncPhase, SyncState
from claude_tray.engine.accounts import recalled
from claude_tray.errors import SettingsError, SyncError
from claude_tray.store import destinations, outbox
from claude_tray.store.connection import open_reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.cli.context import Context
    from claude_tray.store.connection import Reader, Writer
    from claude_tray.sync.dispatch import Dispatch, Means
    from claude_tray.sync.forwarding import Forwarding
    from claude_tray.sync.plan import Plan

_KEYS = "sync_"


class Forwards:
    """
    Keeps the tray's forwarding as the settings have it.

    Args:
        forwarding: What is switched.
        look: Returns the context anew: the `.env` file may have changed.
    """

    def __init__(
        self,
        forwarding: Forwarding,
        look: Callable[[], Context],
    ) -> None:
        self._forwarding = forwarding
        self._look = look
        self._known: tuple[object, ...] = ()

    def choose(self, context: Context) -> None:
        """Go on by other choices; the same ones disturb nothing."""
        chosen = context.settings._asdict().items()
        of_sync = tuple(v for k, v in chosen if k.startswith(_KEYS))
        known = (of_sync, context.environment, context.folders)
        if known == self._known:
            return
        self._known = known
        is_on = context.settings.sync_enabled
        self._forwarding.choose(self._make if is_on else None)

    def _make(self, means: Means) -> Dispatch:
        from claude_tray.sync.dispatch import Dispatch  # noqa: PLC0415

        with closing(open_reader(means.store)) as reader:
            return Dispatch(plan_in(self._look(), reader), means)


def state_in(context: Context, reader: Reader) -> SyncState:
    """Return how forwarding stands, as the store has it."""
    from claude_tray.sync.state import state_of  # noqa: PLC0415

    try:
        url = plan_in(context, reader).address.url
    except (SyncError, SettingsError) as error:
        problem = f"{error.summary} {error.hint}".strip()
        return SyncState(SyncPhase.STOPPED, problem=problem)
    known = destinations.find(reader, url)
    waiting = outbox.waiting(reader, url, known.acked_seq)
    return state_of(known, waiting, len(destinations.all_aside(reader, url)))


def plan_in(context: Context, reader: Reader | Writer) -> Plan:
    """
    Return where usage is forwarded to and how.

    Raises:
        SyncMisconfiguredError: The address or the token is missing or wrong.
        SettingsError: An own file cannot be used.
    """
    # Late: most people forward nothing.
    from claude_tray.sync.plan import plan_of  # noqa: PLC0415

    last = outbox.last_account(reader)
    choices = recalled(reader, context.choices())
    folders: dict[str, str] = {}
    for folder in sorted(choices.folders, key=lambda f: f.account != last):
        folders.setdefault(folder.account, str(folder.path))
    return plan_of(
        context.settings,
        context.environment,
        context.own,
        folders,
        token_in_keyring,
    )
