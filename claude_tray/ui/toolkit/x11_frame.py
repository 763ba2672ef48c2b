"""Create X11 windows: visual, corners and what window managers read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from Xlib import X, Xatom, Xutil
from Xlib.ext import shape
from Xlib.protocol import event as events

from claude_tray.platform.desktop_entry import find_icon_file
from claude_tray.ui.graphics.shapes import encode_rounded
from claude_tray.ui.icon.encode import encode_window_icons
from claude_tray.ui.toolkit.surface import CORNER_RADIUS

if TYPE_CHECKING:
    from Xlib.display import Display

    from claude_tray.ui.graphics.canvas import Picture
    from claude_tray.ui.toolkit.window_host import WindowContent


_WM_CLASS: Final = "claude-tray"
_EVENT_MASK: Final = (
    X.ExposureMask
    | X.ButtonPressMask
    | X.ButtonReleaseMask
    | X.PointerMotionMask
    | X.LeaveWindowMask
    | X.KeyPressMask
    | X.FocusChangeMask
    | X.StructureNotifyMask
)
# Flags (2: "decorations" is set), functions, decorations, input mode, status.
_MOTIF_NO_DECORATIONS: Final = [2, 0, 0, 0, 0]
_ARGB_DEPTH: Final = 32


class WindowVisual(NamedTuple):
    """
    Pixel format of a window.

    Attributes:
        depth: Bits of a pixel; 32 with transparency.
        visual_id: Identifier; 0 to copy it from the screen.
        colormap: Identifier; 0 to copy it from the screen.
    """

    depth: int
    visual_id: int = X.CopyFromParent
    colormap: int = X.CopyFromParent

    @property
    def has_alpha(self) -> bool:
        return self.depth == _ARGB_DEPTH


def choose_visual(display: Display) -> WindowVisual:
    """Return a format with transparency, if something composites windows."""
    screen = display.screen()
    plain = WindowVisual(screen.root_depth)
    selection = display.intern_atom(
        f"_NET_WM_CM_S{display.get_default_screen()}"
    )
    if display.get_selection_owner(selection) == X.NONE:
        return plain
    for depth in screen.allowed_depths:
        for visual in depth.visuals:
            if (
                depth.depth == _ARGB_DEPTH
                and visual.visual_class == X.TrueColor
                # Blue in the lowest byte, as the pictures are encoded.
                and visual.blue_mask == 0xFF  # noqa: PLR2004 - a byte
            ):
                colormap = screen.root.create_colormap(
                    visual.visual_id, X.AllocNone
                )
                return WindowVisual(_ARGB_DEPTH, visual.visual_id, colormap.id)
    return plain


class X11Frame:
    """
    A window with a picture.

    Args:
        display: The connection.
        content: Selects frame and title.
        bounds: x, y, width and height in pixels.
    """

    def __init__(
        self,
        display: Display,
        content: WindowContent,
        bounds: tuple[int, int, int, int],
    ) -> None:
        self._display = display
        self._content = content
        self._visual = choose_visual(display)
        background = content.control.view_state.palette.background
        color = 0 if self._visual.has_alpha else int(background[1:], 16)
        self.window: Any = display.screen().root.create_window(
            *bounds,
            0,  # border width
            self._visual.depth,
            X.InputOutput,
            self._visual.visual_id,
            background_pixel=color,
            border_pixel=0,
            colormap=self._visual.colormap,
            event_mask=_EVENT_MASK,
        )
        self._gc = self.window.create_gc()
        self._set_properties()
        self.resize(bounds[2:], None)

    def show(self) -> None:
        self.window.map()
        self.window.raise_window()

    def set_icon(self) -> None:
        """Set the program's icon, for lists of windows."""
        path = find_icon_file()
        if path is not None:
            values = encode_window_icons([path.read_bytes()])
            atom = self._display.intern_atom("_NET_WM_ICON")
            self.window.change_property(atom, Xatom.CARDINAL, 32, values)

    def move(self, x: int, y: int) -> None:
        self.window.configure(x=x, y=y)

    def resize(
        self, size: tuple[int, int], position: tuple[int, int] | None
    ) -> None:
        """Change the size, and the position unless it is None."""
        width, height = size
        self.window.set_wm_normal_hints(
            flags=Xutil.USPosition | Xutil.PMinSize | Xutil.PMaxSize,
            min_width=width,
            max_width=width,
            min_height=height,
            max_height=height,
        )
        if position is not None:
            x, y = position
            self.window.configure(x=x, y=y, width=width, height=height)
        else:
            self.window.configure(width=width, height=height)
        self._cut_corners(size)

    def set_title(self, title: str) -> None:
        atom = self._display.intern_atom
        name, kind = atom("_NET_WM_NAME"), atom("UTF8_STRING")
        self.window.change_property(name, kind, 8, title.encode())

    def begin_managed_move(self, pointer: tuple[int, int]) -> None:
        """Let the window manager move the window with the pointer."""
        self._display.ungrab_pointer(X.CurrentTime)
        message = events.ClientMessage(
            window=self.window,
            client_type=self._display.intern_atom("_NET_WM_MOVERESIZE"),
            data=(32, [*pointer, _MOVE_BY_POINTER, 1, 1]),
        )
        mask = X.SubstructureRedirectMask | X.SubstructureNotifyMask
        self._display.screen().root.send_event(message, event_mask=mask)
        self._display.flush()

    def paint(self, picture: Picture) -> None:
        if not self._visual.has_alpha:
            self.window.put_pil_image(self._gc, 0, 0, picture)
            return
        data = encode_rounded(picture, self._radius)
        width, height = picture.size
        stride = width * 4
        rows = max(1, self._get_max_bytes() // stride)
        for y in range(0, height, rows):
            count = min(rows, height - y)
            strip = data[y * stride : (y + count) * stride]
            area = (0, y, width, count)
            self.window.put_image(
                self._gc, *area, X.ZPixmap, self._visual.depth, 0, strip
            )

    @property
    def _radius(self) -> int:
        return round(CORNER_RADIUS * self._content.control.view_state.scale)

    def _get_max_bytes(self) -> int:
        """Return how many bytes of a picture one request can hold."""
        limit = int(self._display.display.info.max_request_length)
        return limit * 4 - _PUT_IMAGE_HEADER

    def _cut_corners(self, size: tuple[int, int]) -> None:
        """Round the corners of a popup that cannot be transparent."""
        if self._visual.has_alpha:
            return
        if self._display.has_extension("SHAPE"):
            bands = compute_bands(size, self._radius)
            self.window.shape_rectangles(
                shape.SO.Set,
                shape.SK.Bounding,
                _UNSORTED,
                0,
                0,
                [
                    {"x": x, "y": y, "width": width, "height": height}
                    for x, y, width, height in bands
                ],
            )

    def _set_properties(self) -> None:
        """Set the properties that the window manager reads."""
        atom, window = self._display.intern_atom, self.window
        self.set_title(self._content.title)
        window.set_wm_class(_WM_CLASS, _WM_CLASS)
        window.set_wm_protocols([atom("WM_DELETE_WINDOW")])
        hints = atom("_MOTIF_WM_HINTS")
        window.change_property(hints, hints, 32, _MOTIF_NO_DECORATIONS)
        states = ["ABOVE", "SKIP_TASKBAR", "SKIP_PAGER"]
        kind = "_NET_WM_WINDOW_TYPE_DIALOG"
        window.change_property(
            atom("_NET_WM_WINDOW_TYPE"), Xatom.ATOM, 32, [atom(kind)]
        )
        window.change_property(
            atom("_NET_WM_STATE"),
            Xatom.ATOM,
            32,
            [atom(f"_NET_WM_STATE_{state}") for state in states],
        )


_PUT_IMAGE_HEADER: Final = 24
# _NET_WM_MOVERESIZE_MOVE
_MOVE_BY_POINTER: Final = 8
# Order of the rectangles, as in ShapeRectangles.
_UNSORTED: Final = 0


def compute_bands(
    size: tuple[int, int],
    radius: int,
) -> list[tuple[int, int, int, int]]:
    """Return a rounded rectangle as bands of x, y, width, height."""
    width, height = size
    boxes = [(0, radius, width, height - 2 * radius)]
    for row in range(radius):
        # Measured at the middle of the row of pixels.
        distance = radius - row - 0.5
        inset = round(radius - math.sqrt(radius**2 - distance**2))
        band = width - 2 * inset
        boxes += [
            (inset, row, band, 1),
            (inset, height - 1 - row, band, 1),
        ]
    return boxes
