"""The tooltip, as each Linux panel shows it right."""

from __future__ import annotations

from html import escape


def host_tooltip(text: str, desktop: str) -> tuple[str, str]:
    """
    Return the title and the description of a tooltip.

    Plasma wants HTML with <br/>, which makes the tooltip empty in Xfce, MATE
    and waybar, where the description is Pango markup; LXQt shows the title
    alone. A title is markup in some and plain text in others, so it has
    neither & nor <. Found out on the real panels: docs/desktops.md.

    Args:
        text: The first line is the title.
        desktop: XDG_CURRENT_DESKTOP.
    """
    title, _, rest = text.partition("\n")
    names = desktop.split(":")
    if "LXQt" in names:
        return text, ""
    markup = escape(rest, quote=False)
    if "KDE" in names:
        lines = markup.replace("\n", "<br/>")
        return title, f"<span>{lines}</span>"
    return title.replace("&", "+").replace("<", "("), markup
