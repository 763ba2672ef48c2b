"""Plasma and GNOME Shell, without anything else of their sessions."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from tests.support.desktop import Desktop, until
from tests.support.panels import Panel

_APPLETS = """[Containments][1]
formfactor=2
immutability=1
lastScreen=0
location=3
plugin=org.kde.panel
[Containments][1][Applets][3]
immutability=1
plugin=org.kde.plasma.systemtray
[Containments][1][Applets][3][Configuration]
SystrayContainmentId=8
[Containments][1][General]
AppletOrder=3
[Containments][8]
formfactor=2
immutability=1
lastScreen=0
location=3
plugin=org.kde.plasma.private.systemtray
[Containments][8][General]
extraItems=
showAllItems=true
"""
_SHELL = """[org/gnome/shell]
enabled-extensions=['ubuntu-appindicators@ubuntu.com']
disable-extension-version-validation=true
welcome-dialog-last-shown-version='99'
[org/gnome/desktop/interface]
enable-animations=false
"""
KDE = Panel(
    "KDE",
    "plasmashell",
    "plasma-org.kde.plasma.desktop-appletsrc",
    _APPLETS,
)
GNOME = Panel(
    "GNOME",
    "gnome-shell",
    "glib-2.0/settings/keyfile",
    _SHELL,
)
_LONG = 60.0


class Plasma(Desktop):
    """Xvfb, a session bus, openbox, kded5 and plasmashell."""

    size = "1024x768x24"
    panel_of = KDE

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, KDE)

    def __enter__(self) -> Self:
        self.variables |= {
            "QT_QUICK_BACKEND": "software",
            "KDE_FULL_SESSION": "true",
            "KDE_SESSION_VERSION": "5",
        }
        self._start_display()
        self._start_bus()
        self.start("openbox")
        configuration = Path(self.variables["XDG_CONFIG_HOME"])
        KDE.set_up(configuration)
        (configuration / "kdeglobals").write_text(
            "[KDE]\nAnimationDurationFactor=0\n",
        )
        # It is kded5 that knows of icons.
        self.start("kded5")
        self.panel = self.start("plasmashell", "--no-respawn")
        until(lambda: self.items() is not None, _LONG)
        return self


class Gnome(Desktop):
    """Xvfb, two buses, and GNOME Shell with its AppIndicator extension."""

    size = "1024x768x24"
    panel_of = GNOME

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, GNOME)

    def __enter__(self) -> Self:
        self._start_display()
        self._start_bus()
        # It wants a system's bus; any will do.
        address = f"unix:path={self.folder}/system-bus"
        self.start(
            "dbus-daemon",
            "--session",
            "--nofork",
            f"--address={address}",
        )
        self.variables |= {
            "DBUS_SYSTEM_BUS_ADDRESS": address,
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "XDG_SESSION_TYPE": "x11",
        }
        GNOME.set_up(Path(self.variables["XDG_CONFIG_HOME"]))
        self.panel = self.start("gnome-shell", "--x11", "--replace")
        until(lambda: self.items() is not None, _LONG)
        return self
