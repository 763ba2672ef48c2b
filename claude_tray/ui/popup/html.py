"""
Render the popup as a web page.

The page has headings and tables instead of a picture, so that screen readers
can read it, and loads nothing from the network.
"""

from __future__ import annotations

import webbrowser
from html import escape
from typing import TYPE_CHECKING, Final

from claude_tray.platform.private_files import (
    create_private_file,
    make_private_folder,
)
from claude_tray.text import make_visible
from claude_tray.ui.graphics.palette import DARK, LIGHT, Palette, tint_color
from claude_tray.ui.popup.html_chart import render_svg

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from claude_tray.i18n.translator import Translator
    from claude_tray.presentation.rows import RankingRow
    from claude_tray.ui.popup.compose import PopupView


# Fields of Palette that are no single color.
_NON_COLOR_FIELDS: Final = frozenset({"kinds", "is_dark"})


def _format_css_variables(palette: Palette) -> str:
    names = [name for name in Palette._fields if name not in _NON_COLOR_FIELDS]
    declarations = [f"--{name}: {getattr(palette, name)};" for name in names]
    for name in ("ok", "warning", "soft"):
        text_color, fill = tint_color(palette, getattr(palette, name))
        declarations += [
            f"--{name}-ink: {text_color};",
            f"--{name}-below: {fill};",
        ]
    return " ".join(declarations)


STYLE: Final = (
    ":root { color-scheme: light dark; "
    + _format_css_variables(LIGHT)
    + " }\n@media (prefers-color-scheme: dark) { :root { "
    + _format_css_variables(DARK)
    + " } }\n"
    + """
* { box-sizing: border-box; }
body { margin: 0; background: var(--background); color: var(--text);
  font: 15px/1.5 Inter, system-ui, sans-serif;
  font-variant-numeric: tabular-nums; }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
header { position: relative; }
.kind { margin: 0; color: var(--soft); font-weight: 500; }
.corner { color: var(--faint); font-weight: 400; margin-inline-start: 1em; }
h1 { margin: 0; font-size: 2.6rem; line-height: 1.2; }
h1 small { font-size: 1.05rem; font-weight: 400; color: var(--soft); }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
.pill { display: inline-block; margin: .25rem 0; padding: .1rem .8rem;
  border-radius: 1rem; font-weight: 600; color: var(--soft-ink);
  background: var(--soft-below); }
.ok .pill { color: var(--ok-ink); background: var(--ok-below); }
.warning .pill, .stale .pill { color: var(--warning-ink);
  background: var(--warning-below); }
.critical .pill, .limit .pill, .error .pill { color: var(--on);
  background: var(--fill); }
figure { margin: 0; padding: 1rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 12px; }
figcaption { color: var(--soft); font-size: .9rem; margin-top: .5rem; }
svg { display: block; width: 100%; height: auto; }
svg text { font-size: 11px; fill: var(--soft); }
.even { stroke: var(--faint); stroke-dasharray: 2 4; }
.limit-line { stroke: var(--faint); stroke-dasharray: 5 4; }
.limit-line.near { stroke: var(--critical); }
.curve { fill: none; stroke: var(--accent); stroke-width: 2.5; }
.area { fill: var(--accent); opacity: .2; }
.ahead { stroke: var(--ok); stroke-width: 2; stroke-dasharray: 3 4; }
.ahead.near { stroke: var(--critical); }
.here { fill: var(--text); stroke: var(--card); stroke-width: 2; }
svg .number { font-size: 15px; font-weight: 700; fill: var(--text); }
.axis { stroke: var(--line); }
table { width: 100%; border-collapse: collapse; background: var(--card);
  border: 1px solid var(--line); border-radius: 12px; overflow: hidden;
  border-spacing: 0; }
th, td { padding: .45rem .9rem; text-align: end;
  border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-weight: 500;
  font-size: .85rem; }
th:first-child { text-align: start; }
tbody th { font-weight: 500; overflow-wrap: anywhere; }
@media (max-width: 30rem) {
  main { padding: 1rem .5rem 2rem; }
  th, td { padding: .4rem .4rem; font-size: .85rem; }
}
footer { margin-top: 2rem; color: var(--soft); font-size: .9rem; }
"""
)


# Names come from the file system: even unescaped they could run nothing.
_CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'"
)
TableRow = tuple[str, ...]


def render_page(view: PopupView, translator: Translator) -> str:
    """Render a view as one HTML document."""
    parts = [
        _render_header(view),
        _render_accounts(view, translator),
        _render_chart(view, translator),
        _render_limits(view, translator),
        _render_spending(view, translator),
        _render_token_costs(view, translator),
        _render_rankings(view, translator),
        _render_days(view, translator),
        _render_footer(view),
    ]
    direction = "rtl" if view.is_rtl else "ltr"
    return (
        "<!DOCTYPE html>\n"
        f'<html lang="{view.language}" dir="{direction}"><head>'
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_CONTENT_SECURITY_POLICY}">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{_escape(view.sentence)}</title>"
        f"<style>{STYLE}</style></head><body><main>"
        + "".join(parts)
        + "</main></body></html>\n"
    )


def _render_header(view: PopupView) -> str:
    headline = view.headline
    corner_html = f' <span class="corner">{_escape(headline.corner)}</span>'
    until = (
        f" <small>{_escape(headline.until)}</small>" if headline.until else ""
    )
    return (
        f'<header class="{headline.status.color_status.value}">'
        f'<p class="kind">{_escape(headline.title)}{corner_html if headline.corner else ""}</p>'
        f"<h1>{_escape(headline.countdown)}{until}</h1>"
        f'<p class="pill">{_escape(headline.pill)}</p>'
        f"<p>{_escape(headline.sentence)}</p></header>"
    )


def _render_accounts(view: PopupView, translator: Translator) -> str:
    gettext = translator.gettext
    rows = [
        (account.name, account.pill, account.value)
        for account in view.accounts
        if account.status is not None
    ]
    if not rows:
        return ""
    columns = (gettext("Account"), gettext("Status"), gettext("Used"))
    return _render_table(gettext("Accounts"), columns, rows)


def _render_chart(view: PopupView, translator: Translator) -> str:
    if view.chart is None:
        return ""
    title = translator.gettext("This window")
    return (
        f"<section><h2>{_escape(title)}</h2><figure>"
        f"{render_svg(view.chart, is_rtl=view.is_rtl)}"
        f"<figcaption>{_escape(view.chart.label)}</figcaption>"
        "</figure></section>"
    )


def _render_limits(view: PopupView, translator: Translator) -> str:
    gettext = translator.gettext
    if not view.limits:
        return ""
    rows = [(limit.name, limit.value, limit.end_text) for limit in view.limits]
    columns = (gettext("Limit"), gettext("Used"), gettext("Pace"))
    return _render_table(gettext("Limits"), columns, rows)


def _render_spending(view: PopupView, translator: Translator) -> str:
    gettext = translator.gettext
    rows = [(tile.name, tile.cost, tile.tokens) for tile in view.tiles]
    columns = (gettext("Period"), gettext("Cost"), gettext("Tokens"))
    return _render_table(gettext("Spending"), columns, rows)


def _render_token_costs(view: PopupView, translator: Translator) -> str:
    gettext = translator.gettext
    rows = [
        (
            token_cost.name,
            token_cost.cost,
            token_cost.tokens,
            token_cost.share,
        )
        for token_cost in view.token_costs
    ]
    columns = (
        gettext("Token type"),
        gettext("Cost"),
        gettext("Tokens"),
        gettext("Share"),
    )
    pace = f"<p>{_escape(view.pace_text)}</p>" if view.pace_text else ""
    return _render_table(view.token_costs_title, columns, rows, pace)


def _render_rankings(view: PopupView, translator: Translator) -> str:
    gettext = translator.gettext
    return _render_ranking(
        view.projects, gettext("Project"), view, translator
    ) + _render_ranking(view.models, gettext("Model"), view, translator)


def _render_ranking(
    ranking: Sequence[RankingRow],
    label: str,
    view: PopupView,
    translator: Translator,
) -> str:
    title = f"{label} \N{MIDDLE DOT} {view.ranking_title}"
    if not ranking:
        return f"<section><h2>{_escape(title)}</h2><p>{_escape(view.empty_ranking_text)}</p></section>"
    rows = [(row.name, row.cost, row.tokens) for row in ranking]
    columns = (label, translator.gettext("Cost"), translator.gettext("Tokens"))
    return _render_table(title, columns, rows)


def _render_days(view: PopupView, translator: Translator) -> str:
    gettext = translator.gettext
    rows = [(day.name, day.cost) for day in reversed(view.daily_costs.bars)]
    summary = f"<p>{_escape(view.daily_costs.total)}, {_escape(view.daily_costs.average)}</p>"
    columns = (gettext("Day"), gettext("Cost"))
    return _render_table(gettext("30 days"), columns, rows, summary)


def _render_footer(view: PopupView) -> str:
    notes = "".join(f"<p>{_escape(note)}</p>" for note in view.notes)
    return f"<footer>{notes}<p>{_escape(view.sync.text)}</p></footer>"


def _render_table(
    title: str,
    columns: TableRow,
    rows: Iterable[TableRow],
    note: str = "",
) -> str:
    """Render a table with a heading; the first column holds row headers."""
    header_cells = "".join(
        f'<th scope="col">{_escape(text)}</th>' for text in columns
    )
    body_rows = "".join(
        f'<tr><th scope="row">{_escape(name)}</th>'
        + "".join(f"<td>{_escape(text)}</td>" for text in cells)
        + "</tr>"
        for name, *cells in rows
    )
    return (
        f"<section><h2>{_escape(title)}</h2>{note}<table>"
        f"<thead><tr>{header_cells}</tr></thead><tbody>{body_rows}</tbody></table></section>"
    )


def _escape(text: str) -> str:
    return escape(make_visible(text))


_FILE_NAME: Final = "popup.html"


def write_page(view: PopupView, translator: Translator, folder: Path) -> Path:
    """
    Write the page with access for the user only; return its path.

    Raises:
        OSError: The page cannot be written.
    """
    make_private_folder(folder)
    path = folder / _FILE_NAME
    # Restrict access before anything is written.
    create_private_file(path)
    path.write_text(render_page(view, translator), encoding="utf-8")
    return path


def open_page(view: PopupView, translator: Translator, folder: Path) -> bool:
    """Open the page in a browser; return False if that fails."""
    try:
        path = write_page(view, translator, folder)
    except OSError:
        return False
    return webbrowser.open(path.absolute().as_uri())
