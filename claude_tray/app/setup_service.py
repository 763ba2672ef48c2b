"""Keep the state of the setup switches, and run their actions."""

from __future__ import annotations

import subprocess
import threading
import time
from typing import TYPE_CHECKING, Final

from claude_tray.app.instance_client import request_popup
from claude_tray.errors import ClaudeTrayError, DesktopError, gettext_noop
from claude_tray.setup.switches import (
    SetupTarget,
    follow_folder,
    load_setup_state,
    turn_switch,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from claude_tray.app.context import AppContext
    from claude_tray.core.setup import SetupState, SetupSwitch
    from claude_tray.ui.toolkit.messages import UserAction


# A user may connect the status line in a terminal.
_CACHE_SECONDS: Final = 5.0


class SetupService:
    """
    State of the setup switches; any thread may read it.

    Args:
        get_context: Returns the current context.
        on_changed: Called after a switch was turned, or could not be; it
            applies changed settings and calls `invalidate`.
    """

    def __init__(
        self,
        get_context: Callable[[], AppContext],
        on_changed: Callable[[], None],
    ) -> None:
        self._get_context = get_context
        self._on_changed = on_changed
        self._lock = threading.Lock()
        self._problems: dict[SetupSwitch, str] = {}
        self._state: SetupState | None = None
        self._loaded_at = 0.0

    def get_state(self) -> SetupState:
        """Return the state, at most a few seconds old."""
        with self._lock:
            now = time.monotonic()
            if self._state is None or now > self._loaded_at + _CACHE_SECONDS:
                self._state = self._load_state()
                self._loaded_at = now
            return self._state

    def turn_switch(self, action: UserAction) -> None:
        """
        Turn the switch of an action; a problem stays beside it.

        Raises:
            ClaudeTrayError: It could not be turned.
        """
        switch = action.switch
        if switch is None:
            return
        context = self._get_context()
        problem = ""
        try:
            turn_switch(
                switch, build_setup_target(context), is_on=action.is_on
            )
        except ClaudeTrayError as error:
            problem = error.describe(context.translator.catalog.gettext)
            raise
        finally:
            with self._lock:
                self._problems[switch] = problem
            self._on_changed()

    def invalidate(self) -> None:
        """Read the state again before it is used next."""
        with self._lock:
            self._state = None

    def follow_folder(self, action: UserAction) -> None:
        """Add the folder of an action to the settings."""
        follow_folder(action.folder, build_setup_target(self._get_context()))

    def _load_state(self) -> SetupState:
        context = self._get_context()
        state = load_setup_state(
            build_setup_target(context), context.translator.catalog.gettext
        )
        for switch, problem in self._problems.items():
            if problem:
                state = state.with_problem(switch, problem)
        return state


def build_setup_target(context: AppContext) -> SetupTarget:
    """Return what the setup switches of a context read and change."""
    return SetupTarget(
        context.paths.settings_file,
        context.folders,
        context.settings.notifications_enabled,
        context.folders_fixed_by,
    )


def start_demo(command: Sequence[str], instance_folder: Path) -> None:
    """
    Start the demo in a process of its own, and open its popup.

    Args:
        command: Command line of the demo.
        instance_folder: Folder of the demo's lock and socket.

    Raises:
        DesktopError: The program cannot be started.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - this program itself
            [*command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise DesktopError(
            gettext_noop("The sample data cannot be shown: {reason}."),
            reason=error.strerror,
        ) from error
    # Its end must be awaited, whenever that is.
    threading.Thread(target=process.wait, name="demo", daemon=True).start()
    request_popup(instance_folder, waits_for_start=True)
