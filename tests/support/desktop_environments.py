"""Run Plasma or GNOME Shell without the rest of their sessions."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from tests.support.desktop import VirtualDesktop, wait_until
from tests.support.panels import PanelProgram

_PLASMA_APPLETS = """[Containments][1]
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
_GNOME_SETTINGS = """[org/gnome/shell]
enabled-extensions=['ubuntu-appindicators@ubuntu.com']
disable-extension-version-validation=true
welcome-dialog-last-shown-version='99'
[org/gnome/shell/extensions/appindicator]
icon-opacity=255
[org/gnome/desktop/interface]
enable-animations=false
"""
KDE = PanelProgram(
    "KDE",
    "plasmashell",
    "plasma-org.kde.plasma.desktop-appletsrc",
    _PLASMA_APPLETS,
)
GNOME = PanelProgram(
    "GNOME",
    "gnome-shell",
    "glib-2.0/settings/keyfile",
    _GNOME_SETTINGS,
)
_START_TIMEOUT = 60.0


class PlasmaDesktop(VirtualDesktop):
    """Xvfb, a session bus, openbox, kded5 and plasmashell."""

    size = "1024x768x24"
    panel_type = KDE

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, KDE)

    def __enter__(self) -> Self:
        self.env |= {
            "QT_QUICK_BACKEND": "software",
            "KDE_FULL_SESSION": "true",
            "KDE_SESSION_VERSION": "5",
        }
        self._start_display()
        self._start_bus()
        self.start("openbox")
        configuration = Path(self.env["XDG_CONFIG_HOME"])
        KDE.write_settings(configuration)
        (configuration / "kdeglobals").write_text(
            "[KDE]\nAnimationDurationFactor=0\n",
        )
        # kded5 is the StatusNotifierWatcher.
        self.start("kded5")
        self.panel = self.start("plasmashell", "--no-respawn")
        wait_until(lambda: self.list_items() is not None, _START_TIMEOUT)
        return self


class GnomeDesktop(VirtualDesktop):
    """Xvfb, two buses, and GNOME Shell with its AppIndicator extension."""

    size = "1024x768x24"
    panel_type = GNOME

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, GNOME)

    def __enter__(self) -> Self:
        self._start_display()
        self._start_bus()
        # GNOME Shell needs a system bus; any bus works.
        address = f"unix:path={self.folder}/system-bus"
        self.start(
            "dbus-daemon",
            "--session",
            "--nofork",
            f"--address={address}",
        )
        self.env |= {
            "DBUS_SYSTEM_BUS_ADDRESS": address,
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "XDG_SESSION_TYPE": "x11",
        }
        GNOME.write_settings(Path(self.env["XDG_CONFIG_HOME"]))
        self.panel = self.start("gnome-shell", "--x11", "--replace")
        wait_until(lambda: self.list_items() is not None, _START_TIMEOUT)
        return self
