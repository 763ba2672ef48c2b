from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.app.display import DisplayLoop
from claude_tray.errors import NoTrayError
from claude_tray.ingest.snapshot_channel import SnapshotChannel

if TYPE_CHECKING:
    from claude_tray.app.shutdown import ShutdownSignal


def _get_no_options() -> Any:
    pytest.fail("nothing is shown")


def test_a_message_waits_for_the_icon(shutdown: ShutdownSignal) -> None:
    """A first notification that came too early would be the last one."""
    display = DisplayLoop(SnapshotChannel(), _get_no_options, shutdown)
    reasons: list[str] = []

    def show() -> None:
        with pytest.raises(NoTrayError) as caught:
            display.show_balloon("body", "title", lambda: None)
        reasons.append(str(caught.value))

    notifier = threading.Thread(target=show)
    notifier.start()
    notifier.join(0.1)
    assert notifier.is_alive()
    shutdown.request()
    display.run(None, 0)
    notifier.join()

    assert len(reasons) == 1
