from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from claude_tray.app.shutdown import ShutdownSignal


def test_a_request_before_the_callback_is_set_is_not_lost(
    shutdown: ShutdownSignal,
) -> None:
    calls: list[str] = []
    shutdown.request()

    shutdown.on_request(lambda: calls.append("quit"))

    assert calls == ["quit"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_signal_requests_the_end(shutdown: ShutdownSignal) -> None:
    os.kill(os.getpid(), signal.SIGTERM)

    assert shutdown.is_requested.wait(30)


_SCRIPT = """
import sys, threading, time
from claude_tray.app.shutdown import ShutdownSignal
shutdown = ShutdownSignal(deadline_seconds=float(sys.argv[1]))
hanging = threading.Thread(target=time.sleep, args=(600,), daemon=True)
hanging.start()
if len(sys.argv) > 3:
    shutdown.successor = lambda: print("successor", flush=True)
shutdown.request()
shutdown.request()
if sys.argv[2] == "hang":
    hanging.join()
shutdown.finish()
time.sleep(0.5)
print("finished")
"""


@pytest.mark.parametrize(("mode", "out"), [("hang", ""), ("end", "finished")])
def test_the_process_ends_in_time_whatever_hangs(mode: str, out: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", _SCRIPT, "0.2", mode],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert result.stdout.strip() == out


@pytest.mark.parametrize("mode", ["hang", "end"])
def test_a_successor_is_started_even_if_something_hangs(mode: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, "0.3", mode, "restart"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (done.returncode, done.stdout.split()[0]) == (0, "successor")
