"""Configure panels that consist of a tray at the top of the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class PanelProgram(NamedTuple):
    """
    A panel and its settings.

    Attributes:
        desktop: Value of XDG_CURRENT_DESKTOP.
        command: Command that starts it.
        settings_file: Path of its settings in the configuration folder.
        settings: Content of that file.
        has_items: The panel accepts StatusNotifierItems.
    """

    desktop: str
    command: str
    settings_file: str
    settings: str
    has_items: bool = True

    def write_settings(self, config_folder: Path) -> None:
        path = config_folder / self.settings_file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.settings)


XFCE: Final = PanelProgram(
    "XFCE",
    "xfce4-panel",
    "xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml",
    """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
 <property name="configver" type="int" value="2"/>
 <property name="panels" type="array"><value type="int" value="1"/>
  <property name="panel-1" type="empty">
   <property name="position" type="string" value="p=6;x=0;y=0"/>
   <property name="length" type="uint" value="100"/>
   <property name="position-locked" type="bool" value="true"/>
   <property name="size" type="uint" value="32"/>
   <property name="plugin-ids" type="array"><value type="int" value="1"/>
   </property>
  </property>
 </property>
 <property name="plugins" type="empty">
  <property name="plugin-1" type="string" value="systray"/>
 </property>
</channel>
""",
)
LXQT: Final = PanelProgram(
    "LXQt",
    "lxqt-panel",
    "lxqt/panel.conf",
    """panels=panel1
[panel1]
iconSize=22
panelSize=32
plugins=statusnotifier
position=Top
width=100
width-percent=true
[statusnotifier]
type=statusnotifier
""",
)
MATE: Final = PanelProgram(
    "MATE",
    "mate-panel",
    "glib-2.0/settings/keyfile",
    """[org/mate/panel/general]
toplevel-id-list=['top']
object-id-list=['tray']
[org/mate/panel/toplevels/top]
expand=true
orientation='top'
size=32
[org/mate/panel/objects/tray]
object-type='applet'
applet-iid='NotificationAreaAppletFactory::NotificationArea'
toplevel-id='top'
position=10
""",
)
# The legacy X11 tray, for desktops without a StatusNotifierWatcher.
TINT2: Final = PanelProgram(
    "openbox",
    "tint2",
    "tint2/tint2rc",
    """panel_items = S
panel_size = 100% 32
panel_position = top center horizontal
systray_padding = 2 2 2
systray_icon_size = 22
rounded = 0
border_width = 0
background_color = #404040 100
panel_background_id = 1
""",
    has_items=False,
)
TRAYER: Final = PanelProgram(
    "openbox",
    "trayer",
    "trayer-has-none",
    "",
    has_items=False,
)
