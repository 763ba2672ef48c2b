"""
The popup as a web page: headings, tables, nothing from the network.

It is also the form for those who cannot see the picture.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from claude_tray.popup.page_chart import svg_of
from claude_tray.popup.page_style import STYLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.popup.view import PopupView, ShareRow
    from claude_tray.words.tongue import Tongue

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
Row = tuple[str, ...]


def page_of(view: PopupView, tongue: Tongue) -> str:
    """Return the page of a view."""
    parts = [
        _head(view),
        _chart(view, tongue),
        _weeks(view, tongue),
        _spent(view, tongue),
        _kinds(view, tongue),
        _shares(view, tongue),
        _days(view, tongue),
        _foot(view),
    ]
    direction = "rtl" if view.is_rtl else "ltr"
    return (
        "<!DOCTYPE html>\n"
        f'<html lang="{view.language}" dir="{direction}"><head>'
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(view.sentence)}</title>"
        f"<style>{STYLE}</style></head><body><main>"
        + "".join(parts)
        + "</main></body></html>\n"
    )


def _head(view: PopupView) -> str:
    head = view.headline
    corner = f' <span class="corner">{_e(head.corner)}</span>'
    beside = f" <small>{_e(head.beside)}</small>" if head.beside else ""
    return (
        f'<header class="{head.state.value}">'
        f'<p class="kind">{_e(head.title)}{corner if head.corner else ""}</p>'
        f"<h1>{_e(head.large)}{beside}</h1>"
        f'<p class="pill">{_e(head.pill)}</p>'
        f"<p>{_e(head.sentence)}</p></header>"
    )


def _chart(view: PopupView, tongue: Tongue) -> str:
    title = tongue.say("This window")
    return (
        f"<section><h2>{_e(title)}</h2><figure>"
        f"{svg_of(view.chart, is_rtl=view.is_rtl)}"
        f"<figcaption>{_e(view.chart.label)}</figcaption>"
        "</figure></section>"
    )


def _weeks(view: PopupView, tongue: Tongue) -> str:
    say = tongue.say
    if not view.weeks:
        return ""
    rows = [
        (week.name, week.value, f"{week.resets} {week.left}".strip())
        for week in view.weeks
    ]
    head = (say("Limit"), say("Used"), say("Resets"))
    return _section(say("Weekly limits"), head, rows)


def _spent(view: PopupView, tongue: Tongue) -> str:
    say = tongue.say
    rows = [(tile.name, tile.cost, tile.tokens) for tile in view.tiles]
    head = (say("Time"), say("Cost"), say("Tokens"))
    return _section(say("Spent"), head, rows)


def _kinds(view: PopupView, tongue: Tongue) -> str:
    say = tongue.say
    rows = [
        (kind.name, kind.cost, kind.tokens, tongue.percent(kind.share * 100))
        for kind in view.kinds
    ]
    head = (say("Kind of token"), say("Cost"), say("Tokens"), say("Share"))
    note = f"<p>{_e(view.kinds_side)}</p>" if view.kinds_side else ""
    return _section(view.kinds_title, head, rows, note)


def _shares(view: PopupView, tongue: Tongue) -> str:
    say = tongue.say
    return _share(view.projects, say("Project"), view, tongue) + _share(
        view.models, say("Model"), view, tongue
    )


def _share(
    shares: Sequence[ShareRow],
    name: str,
    view: PopupView,
    tongue: Tongue,
) -> str:
    title = f"{name} \N{MIDDLE DOT} {view.rows_title}"
    if not shares:
        return (
            f"<section><h2>{_e(title)}</h2><p>{_e(view.no_rows)}</p></section>"
        )
    rows = [(row.name, row.cost, row.tokens) for row in shares]
    head = (name, tongue.say("Cost"), tongue.say("Tokens"))
    return _section(title, head, rows)


def _days(view: PopupView, tongue: Tongue) -> str:
    say = tongue.say
    rows = [(day.name, day.cost) for day in reversed(view.days.bars)]
    note = f"<p>{_e(view.days.total)}, {_e(view.days.average)}</p>"
    head = (say("Day"), say("Cost"))
    return _section(say("30 days"), head, rows, note)


def _foot(view: PopupView) -> str:
    notes = "".join(f"<p>{_e(note)}</p>" for note in view.notes)
    return f"<footer>{notes}<p>{_e(view.sync.text)}</p></footer>"


def _section(
    title: str,
    head: Row,
    rows: Iterable[Row],
    note: str = "",
) -> str:
    """Return a table below its heading; the first column names the rows."""
    top = "".join(f'<th scope="col">{_e(text)}</th>' for text in head)
    lines = "".join(
        f'<tr><th scope="row">{_e(name)}</th>'
        + "".join(f"<td>{_e(text)}</td>" for text in more)
        + "</tr>"
        for name, *more in rows
    )
    return (
        f"<section><h2>{_e(title)}</h2>{note}<table>"
        f"<thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table></section>"
    )


def _e(text: str) -> str:
    return escape(text)
