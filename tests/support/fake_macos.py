"""
Run the macOS icon on another system and print what it did.

Our code runs on a stand-in for Cocoa that refuses what pyobjc refuses. Takes
the folder of pyobjc's wheels and prints one JSON object.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from tests.support.cocoa.behavior import CocoaDesktop
from tests.support.cocoa.runtime import Point, make_rect

desktop = CocoaDesktop(Path(sys.argv[1]))

from claude_tray.ui.icon.model import IconModel  # noqa: E402
from claude_tray.ui.toolkit.messages import (  # noqa: E402
    ActionKind,
    UserAction,
)
from claude_tray.ui.tray.backends.macos import MacosIcon  # noqa: E402
from claude_tray.ui.tray.icon_adapter import IconAdapter  # noqa: E402
from claude_tray.ui.tray.menu_model import MenuEntry, ToggleKind  # noqa: E402
from claude_tray.ui.tray.view_model import TrayView  # noqa: E402

CONTROL = 1 << 18
actions: list[UserAction] = []
result: dict[str, Any] = {}


def build_view(*, is_default: bool = True, quits: bool = True) -> TrayView:
    quit_entry = MenuEntry("Quit", UserAction(ActionKind.QUIT))
    refresh = MenuEntry("Refresh", UserAction(ActionKind.REFRESH))
    mute = UserAction(ActionKind.MUTE)
    muted = MenuEntry("Mute", mute, ToggleKind.CHECK, is_on=True)
    menu = (
        MenuEntry("Show Stats", is_default=is_default),
        None,
        MenuEntry("More", entries=(muted,)),
        quit_entry if quits else refresh,
    )
    icon = IconModel(167, 0.38, panel="mono")
    return TrayView(icon, "2h 47m\nleft", menu)


def on_main(act: Any) -> Any:
    return desktop.run_on_main_thread(act)


def take_actions() -> list[tuple[str, Any]]:
    """Return what was chosen since the last call, after the loop has idled."""
    on_main(lambda: None)
    on_main(lambda: None)
    taken = [(a.kind.value, a.anchor) for a in actions]
    actions.clear()
    return taken


def use_mouse(adapter: IconAdapter) -> None:
    desktop.pointer = Point(1220, 888)
    on_main(lambda: desktop.click("Left"))
    result["left click"] = take_actions()
    # On the second screen, whose menu bar has the icon, too.
    desktop.pointer = Point(3000, 1370)
    on_main(lambda: desktop.click("Left"))
    result["on the other screen"] = take_actions()
    on_main(desktop.press_by_keyboard)
    result["by VoiceOver"] = take_actions()
    for name, kind, flags in (
        ("right click", "Right", 0),
        ("click with Control", "Left", CONTROL),
    ):
        menus: list[Any] = []
        desktop.on_menu = menus.append
        on_main(lambda k=kind, f=flags: desktop.click(k, f))
        result[name] = [desktop.list_entries(menu) for menu in menus]
        take_actions()
    # The tray's menu changes while the user looks at it.
    changed = build_view(quits=False)

    def change_and_choose(menu: Any) -> None:
        adapter.show(changed)
        desktop.choose(menu, "Quit")

    desktop.on_menu = change_and_choose
    on_main(lambda: desktop.click("Right"))
    result["chosen while the menu changed"] = take_actions()
    on_main(lambda: desktop.click("Left"))
    result["left click after the menu"] = [k for k, _ in take_actions()]
    adapter.show(build_view(is_default=False))
    opened: list[Any] = []
    desktop.on_menu = opened.append
    on_main(lambda: desktop.click("Left"))
    result["left click without a default"] = len(opened)


def main() -> None:
    signals: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: signals.append(number))
    desktop.button_frame = make_rect(1200, 876, 40, 24)
    has_text_beside = [False]
    icon: Any = MacosIcon("claude-tray", lambda: has_text_beside[0])
    adapter = IconAdapter(icon, actions.append)

    def get(name: str) -> Any:
        return on_main(lambda: desktop.get(desktop.button, name))

    def describe_icon() -> list[Any]:
        image = get("setImage:")
        size = desktop.get(image, "setSize:")
        is_template = desktop.get(image, "setTemplate:")
        return [*size, is_template, get("setTitle:")]

    def start(_: Any) -> None:
        try:
            icon.visible = True
            adapter.show(build_view())
            result["icon"] = describe_icon()
            has_text_beside[0] = True
            dark = IconModel(166, 0.38, panel="dark")
            adapter.show(build_view()._replace(icon=dark))
            result["icon with text"] = describe_icon()
            result["tooltip"] = get("setToolTip:")
            use_mouse(adapter)
            icon.visible = False
            result["hidden"] = get("setImage:") is None
            icon.visible = True
            result["shown again"] = get("setImage:") is not None
            os.kill(os.getpid(), signal.SIGINT)
            on_main(lambda: None)
            result["signals"] = len(signals)
        finally:
            icon.stop()

    icon.run(setup=start)
    calls = desktop.cocoa.calls
    result["off the main thread"] = sorted(
        {c.selector for c in calls if not c.is_main} - {"isMainThread"}
    )
    png = [
        c.arguments[0] for c in calls if c.selector == "dataWithBytes:length:"
    ]
    result["pixels"] = int.from_bytes(png[-1][16:20], "big")
    result["no App Nap"] = [
        f"{c.arguments[0]:x}"
        for c in calls
        if c.selector == "beginActivityWithOptions:reason:"
    ]
    result["no Dock icon"] = [
        c.arguments for c in calls if c.selector == "setActivationPolicy:"
    ]
    result["after the end"] = [
        desktop.get(desktop.button, name)
        for name in ("setImage:", "setTitle:")
    ]
    json.dump(result, sys.stdout)


main()
