"""Run `claude-tray --demo`: the tray and its popup on sample data."""

from __future__ import annotations

import os
import shutil
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from claude_tray.app import (
    demo_data,
    instance_client,
    instance_messages,
    view_options,
)
from claude_tray.app.display import DisplayLoop
from claude_tray.app.shutdown import ShutdownSignal
from claude_tray.app.windows import WindowManager
from claude_tray.ingest.config import list_accounts
from claude_tray.ingest.snapshot_channel import SnapshotChannel
from claude_tray.platform.paths import AppPaths
from claude_tray.platform.single_instance import SingleInstance
from claude_tray.store.connection import open_reader
from claude_tray.store.snapshot import SnapshotBuilder
from claude_tray.ui.toolkit.messages import ActionKind, UserAction

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.app.context import AppContext
    from claude_tray.core.snapshot import Snapshot
    from claude_tray.i18n.translator import Translator


_PANEL_TIMEOUT_SECONDS: Final = 10.0
_DEMO_FOLDER: Final = "demo"
_STATE_SECONDS: Final = 10.0


def get_instance_folder(state_folder: Path) -> Path:
    """Return the folder of the demo's lock and socket."""
    return state_folder / _DEMO_FOLDER


def run_demo(context: AppContext, *, has_tray: bool) -> bool:
    """
    Show sample usage; its store is deleted at the end.

    A demo may run beside the tray, but only one. If one runs already, open
    its popup and return False.
    """
    folder = get_instance_folder(context.paths.state_folder)
    instance = SingleInstance(folder)
    if not instance.acquire():
        instance_client.request_popup(folder, waits_for_start=True)
        return False
    try:
        _run_with_sample_store(context, instance, has_tray=has_tray)
    finally:
        instance.release()
    return True


def _run_with_sample_store(
    context: AppContext, instance: SingleInstance, *, has_tray: bool
) -> None:
    with TemporaryDirectory(
        prefix="claude-tray-", ignore_cleanup_errors=True
    ) as folder:
        paths = _create_demo_paths(context.paths, Path(folder))
        demo_context = context._replace(
            paths=paths, folders=(Path(_DEMO_FOLDER),)
        )
        demo_data.fill_demo_store(
            paths.database,
            demo_context.engine_config().prices,
            datetime.now(UTC),
        )
        _run_demo(demo_context, instance, has_tray=has_tray)


def _create_demo_paths(paths: AppPaths, folder: Path) -> AppPaths:
    """Return temporary paths with a copy of the user's settings."""
    settings = folder / paths.settings_file.name
    if paths.settings_file.exists():
        shutil.copy(paths.settings_file, settings)
    return AppPaths(settings, folder / paths.database.name, folder)


def load_demo_snapshot(context: AppContext, now: datetime) -> Snapshot:
    """Load the snapshot of the sample store, labeled as a demo."""
    with closing(open_reader(context.paths.database)) as reader:
        accounts = list_accounts(context.engine_config())
        snapshot = SnapshotBuilder(reader).build(accounts, now)
    return replace(snapshot, is_demo=True)


def apply_demo_state(
    snapshot: Snapshot, state: demo_data.DemoState, translator: Translator
) -> Snapshot:
    """Add what a state has besides its limits."""
    problem = ""
    if state.problem:
        path = f"/home/ada/.claude{os.sep}projects"
        problem = translator.gettext(state.problem, path=path)
    return replace(
        snapshot, scan_progress=state.scan_progress, problem=problem
    )


def _run_demo(
    context: AppContext, instance: SingleInstance, *, has_tray: bool
) -> None:
    channel, shutdown = SnapshotChannel(), ShutdownSignal()
    channel.publish(load_demo_snapshot(context, datetime.now(UTC)))
    states = threading.Thread(
        target=_cycle_states, args=(context, channel, shutdown), name="demo"
    )

    def on_action(action: UserAction) -> None:
        if action.kind is ActionKind.QUIT:
            shutdown.request()
        else:
            windows.open_for_action(action)

    windows = WindowManager(lambda: context, on_action)
    windows.start_publishing(channel)
    display = DisplayLoop(
        channel,
        view_options.ViewOptionsStore(channel, context).get_options,
        shutdown,
    )
    instance.serve(
        lambda line: _handle_line(line, on_action), shutdown.request
    )
    states.start()
    try:
        display.run(on_action if has_tray else None, _PANEL_TIMEOUT_SECONDS)
    finally:
        shutdown.is_requested.set()
        states.join()
        channel.close()
        windows.stop()


def _cycle_states(
    context: AppContext, channel: SnapshotChannel, shutdown: ShutdownSignal
) -> None:
    """Show one state after the other until the demo ends."""
    started = datetime.now(UTC)
    for state in cycle(demo_data.DEMO_STATES):
        now = datetime.now(UTC)
        demo_data.show_demo_state(context.paths.database, state, started, now)
        snapshot = load_demo_snapshot(context, now)
        channel.publish(apply_demo_state(snapshot, state, context.translator))
        if shutdown.is_requested.wait(_STATE_SECONDS):
            return


def _handle_line(line: str, on_action: Callable[[UserAction], None]) -> str:
    """Run a command of another process and return the reply as a line."""
    command = instance_messages.parse_command(line)
    if isinstance(command, instance_messages.QuitTray):
        on_action(UserAction(ActionKind.QUIT))
    elif isinstance(command, instance_messages.ShowPopup):
        on_action(UserAction(ActionKind.OPEN_POPUP))
    elif isinstance(command, instance_messages.RefreshStore):
        return instance_messages.encode_message(
            instance_messages.Declined("demo")
        )
    return instance_messages.encode_message(instance_messages.Accepted())
