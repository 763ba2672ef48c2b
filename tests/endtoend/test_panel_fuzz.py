"""
Send a panel random menus and icons of ours, and requests of other programs.

A panel that ends by what this program sends takes every other icon with it.
Runs in .ci/long; its length is set by PANEL_FUZZ_SECONDS.
"""

from __future__ import annotations

import os
import random
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from claude_tray.ui.icon.model import IconModel
from claude_tray.ui.icon.render import draw_icon
from tests.support.desktop import (
    VirtualDesktop,
    find_missing_programs,
    wait_until,
)

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a Linux desktop"),
    pytest.mark.skipif(
        os.environ.get("HYPOTHESIS_PROFILE") != "long", reason="in .ci/long"
    ),
    pytest.mark.skipif(
        bool(find_missing_programs()),
        reason=f"lacks {find_missing_programs()}",
    ),
]

SECONDS: Final = float(os.environ.get("PANEL_FUZZ_SECONDS", "60"))
SEED: Final = int(os.environ.get("PANEL_FUZZ_SEED", "1"))
LABELS: Final = (
    "",
    "_",
    "Usage ▸",
    "a" * 4000,
    "<b>&amp;</b>",
    "שלום 38%",
    "\N{WARNING SIGN}\N{VARIATION SELECTOR-16}",
    "two\nlines",
)
MENU: Final = "com.canonical.dbusmenu"
# Numbers of menu entries that exist, that do not, and that were removed.
NUMBERS: Final = (-1, 0, 1, 2, 7, 40, 2**31 - 1)
# Requests of other programs: method, signature and values.
REQUESTS: Final[
    tuple[tuple[str, str, Callable[[int], tuple[Any, ...]]], ...]
] = (
    ("AboutToShow", "i", lambda number: (number,)),
    ("AboutToShowGroup", "ai", lambda number: ([number, 0],)),
    ("Event", "isvu", lambda number: (number, "clicked", ("i", 0), 0)),
    ("Event", "isvu", lambda number: (number, "opened", ("s", ""), 2**32 - 1)),
    ("Event", "isvu", lambda number: (number, "x" * 999, ("s", ""), 0)),
    (
        "EventGroup",
        "a(isvu)",
        lambda number: ([(number, "", ("b", True), 0)],),
    ),
    ("GetGroupProperties", "aias", lambda number: ([number] * 99, ["label"])),
    ("GetLayout", "iias", lambda number: (number, -1, [])),
    ("GetLayout", "iias", lambda number: (0, number, ["a" * 999])),
    ("GetProperty", "is", lambda number: (number, "no-such-name")),
    ("NoSuchMethod", "i", lambda number: (number,)),
)


class RandomIcon:
    """An icon that is changed, opened, hidden and shown at random."""

    def __init__(self, desktop: VirtualDesktop, seed: int) -> None:
        # Late: this backend exists on Linux only.
        from claude_tray.ui.tray.backends.pystray import Menu, MenuItem  # noqa: PLC0415
        from claude_tray.ui.tray.backends.sni import StatusNotifierIcon  # noqa: PLC0415

        self._menu_type, self._item_type = Menu, MenuItem
        self._random = random.Random(seed)
        self._desktop = desktop
        draw = partial(draw_icon, IconModel(167))
        self.icon: Any = StatusNotifierIcon("claude-tray", draw, "2h 47m")
        self.icon.menu = self._make_menu(0)

    def step(self) -> str:
        """Do one thing; return its name."""
        actions = (
            self._change_menu,
            self._change_icon,
            self._change_title,
            self._press,
            self._press,
            self._close_menu,
            self._send_request,
            self._toggle_visibility,
        )
        action = self._random.choice(actions)
        action()
        return action.__name__

    def _make_menu(self, depth: int) -> Any:
        count = self._random.randint(1, 12)
        return self._menu_type(*(self._make_item(depth) for _ in range(count)))

    def _make_item(self, depth: int) -> Any:
        kind = self._random.random()
        label = self._random.choice(LABELS)
        if kind < 0.1:
            return self._menu_type.SEPARATOR
        if kind < 0.3 and depth < 3:
            return self._item_type(label, self._make_menu(depth + 1))
        return self._item_type(
            label,
            lambda: None,
            checked=(lambda _: True) if kind < 0.6 else None,
            radio=kind < 0.5,
            enabled=kind < 0.9,
        )

    def _change_menu(self) -> None:
        self.icon.menu = self._make_menu(0)

    def _change_icon(self) -> None:
        minutes = self._random.randint(0, 299)
        self.icon.icon = partial(draw_icon, IconModel(minutes))

    def _change_title(self) -> None:
        self.icon.title = "\n".join(self._random.choices(LABELS, k=3))[:3000]

    def _press(self) -> None:
        x = str(self._random.randint(2, 400))
        y, button = str(self._random.randint(2, 200)), "3"
        if self._random.random() < 0.6:
            x, y = "12", "16"
            button = self._random.choice(("1", "3", "3", "4", "5"))
        self._desktop.run_command(
            "xdotool", "mousemove", x, y, "click", button
        )

    def _close_menu(self) -> None:
        self._desktop.run_command("xdotool", "key", "Escape")

    def _send_request(self) -> None:
        """Call the menu as a program that is not the panel."""
        method, signature, build = self._random.choice(REQUESTS)
        values = build(self._random.choice(NUMBERS))
        for item in self._desktop.list_items() or ():
            service = item.partition("/")[0]
            target = f"{service}/MenuBar"
            self._desktop.call(target, MENU, method, signature, values)

    def _toggle_visibility(self) -> None:
        if self._random.random() < 0.2:
            self.icon.visible = False
            self.icon.visible = True


def test_nothing_that_the_icon_sends_ends_the_panel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with VirtualDesktop(tmp_path) as desktop:
        for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
            monkeypatch.setenv(name, desktop.env[name])
        driver = RandomIcon(desktop, SEED)
        driver.icon.run_detached(
            setup=lambda icon: setattr(icon, "visible", True)
        )
        try:
            wait_until(desktop.list_items)
            steps = _drive(driver, desktop)
        finally:
            driver.icon.stop()
            driver.icon.join()

        # It still accepts icons.
        assert desktop.list_items() is not None, steps[-10:]


def _drive(driver: RandomIcon, desktop: VirtualDesktop) -> list[str]:
    """Do random things until the time is over or the panel has ended."""
    steps: list[str] = []
    plugins = _list_children(desktop.panel.pid)
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        steps.append(driver.step())
        status = desktop.panel.poll()
        assert status is None, (status, len(steps), steps[-10:])
        found = _list_children(desktop.panel.pid)
        assert found == plugins, (len(steps), steps[-10:])
    return steps


def _list_children(pid: int) -> str:
    """List the processes of the panel's plugins; one of them has the icons."""
    return Path(f"/proc/{pid}/task/{pid}/children").read_text()
