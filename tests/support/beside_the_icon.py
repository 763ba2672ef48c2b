"""
The tray without its icon, in a process of its own that may be killed.

    python -m tests.support.beside_the_icon OWN CLAUDE URL

It forwards as soon as there is something; the token is in the environment.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from claude_tray.app import App
from claude_tray.desktop.instance import Instance
from claude_tray.desktop.logs import start_logging
from claude_tray.desktop.paths import Own
from claude_tray.engine.choices import Choices, Folder
from claude_tray.settings.secret import Secret
from claude_tray.sync.address import address_of
from claude_tray.sync.dispatch import Dispatch
from claude_tray.sync.naming import Privacy
from claude_tray.sync.own_keys import machine_id
from claude_tray.sync.patience import Rhythm
from claude_tray.sync.plan import Plan
from tests.support.builders import PRICES

if TYPE_CHECKING:
    from claude_tray.sync.dispatch import Means


def main(own_folder: str, claude: str, url: str) -> None:
    root = Path(own_folder)
    own = Own(
        root / "config" / "settings.toml",
        root / "data" / "usage.db",
        root / "state",
    )
    start_logging(own.log)

    def make(means: Means) -> Dispatch:
        plan = Plan(
            address_of(url),
            Secret(os.environ["CLAUDE_USAGE_API_TOKEN"]),
            Privacy(),
            {"": claude},
            machine_id(own.machine_id),
            "thinkpad",
            Rhythm(gather=0.02, every=0.02),
        )
        return Dispatch(plan, means)

    choices = Choices((Folder(Path(claude)),), PRICES)
    app = App(own, choices, lambda _: None)
    instance = Instance(own.state)
    instance.claim()
    app.start(instance)
    app.board.read_after(0, 30)
    app.forwarding.choose(make)
    print("runs", flush=True)  # noqa: T201
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
