"""Pictures of the icon styles, as large as in the panel."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from claude_tray.platform import system

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from claude_tray.local_page.request_context import RequestContext


# Usual height of icons in panels, in CSS pixels, and its multiple for dense
# screens.
SIZES: Final = (22, 44)
PANELS: Final = ("dark", "light", "tile")


def get_panel(context: RequestContext) -> str:
    """Return the panel that the tray draws for: one of PANELS."""
    panel = context.app.settings.icon_panel
    if panel in PANELS:
        return panel
    is_dark = system.current_system().is_panel_dark(os.environ)
    if is_dark is None:
        return "tile"
    return "dark" if is_dark else "light"


def show_icon(
    request: Request, context: RequestContext, style: str, size: int
) -> Response:
    """Draw a style by the other settings of the icon, as a PNG."""
    # Late: Pillow takes 10 MiB, which only this picture needs.
    from claude_tray.ui.icon import encode, model, render

    del request
    if style not in model.ICON_STYLES or size not in SIZES:
        raise NotFound
    settings = context.app.settings
    icon = model.IconModel(
        minutes_left=167,
        used_fraction=0.38,
        week_fraction=0.21 if settings.icon_week_bar else None,
        style=style,
        panel=get_panel(context),
        text_kind=settings.icon_number,
        is_single_color=settings.icon_colour == "single",
    )
    data = encode.encode_png(render.draw_icon(icon, size))
    return Response(data, content_type="image/png")
