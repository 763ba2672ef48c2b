"""How templates write numbers, times and bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from claude_tray.domain.model import model_name
from claude_tray.wire.timestamps import iso
from claude_tray.words.tongue import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from django.template import RequestContext
    from django.utils.safestring import SafeString

    from claude_tray.domain.price import NanoUsd
    from claude_tray.domain.totals import Totals
    from claude_tray.server.dashboard.kinds import Part
    from claude_tray.server.dashboard.viewer import Viewer

register = template.Library()

register.filter("model_name", model_name)


@register.filter
def tokens(number: int) -> str:
    return ENGLISH.tokens(number)


@register.filter
def count(number: int) -> str:
    return ENGLISH.grouped(number)


@register.filter
def money(cost: NanoUsd | None) -> str:
    return ENGLISH.money(cost)


@register.filter
def cost(totals: Totals) -> str:
    return ENGLISH.cost_of(totals)


@register.filter
def percent(share: float) -> str:
    return ENGLISH.percent(share)


@register.filter
def duration(span: timedelta) -> str:
    return ENGLISH.duration(span)


@register.simple_tag
def moment(moment: datetime | None, style: str, viewer: Viewer) -> SafeString:
    """
    Write a moment as a viewer's clock shows it; a dash for none.

    Args:
        moment: Aware.
        style: The name of one of Viewer's ways to write it.
        viewer: Who looks.
    """
    if moment is None:
        return format_html("{}", "\N{EN DASH}")
    write = {
        "clock": viewer.clock,
        "when": viewer.when,
        "ago": viewer.ago,
        "day": viewer.day,
        "exact": viewer.exact,
    }[style]
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        iso(moment),
        viewer.exact(moment),
        write(moment),
    )


@register.simple_tag
def bar(
    percent: float,
    tone: str = "",
    tick: float | None = None,
) -> SafeString:
    """Draw a gauge; the tick says how much of the time is over."""
    mark: SafeString | str = ""
    if tick is not None:
        mark = format_html(
            '<rect class="tick" x="{}" width="0.8" height="7"/>',
            f"{min(max(tick, 0), 99.2):.1f}",
        )
    return format_html(
        '<svg class="bar {}" viewBox="0 0 100 7" preserveAspectRatio="none"'
        ' aria-hidden="true"><rect width="{}" height="7"/>{}</svg>',
        tone,
        f"{min(max(percent, 0), 100):.1f}",
        mark,
    )


@register.simple_tag
def thin_bar(share: float) -> SafeString:
    """Draw a row's share of the greatest, 0 to 1."""
    return format_html(
        '<svg class="bar thin" viewBox="0 0 100 6" preserveAspectRatio="none"'
        ' aria-hidden="true"><rect width="{}" height="6"/></svg>',
        f"{share * 100:.1f}",
    )


@register.simple_tag
def stack(parts: Sequence[Part]) -> SafeString:
    """Draw shares side by side with a thin gap between them."""
    places = []
    begin = 0.0
    for part in parts:
        width = max(part.share * 100 - 0.3, 0)
        places.append((part.style, f"{begin:.2f}", f"{width:.2f}"))
        begin += part.share * 100
    return format_html(
        '<svg class="bar kinds" viewBox="0 0 100 12"'
        ' preserveAspectRatio="none" aria-hidden="true">{}</svg>',
        format_html_join(
            "",
            '<rect class="{}" x="{}" width="{}" height="12"/>',
            places,
        ),
    )


@register.simple_tag(takes_context=True)
def page_link(context: RequestContext, name: str, label: str) -> SafeString:
    """Link to a page; the one that is shown, or belongs to it, says so."""
    address, path = reverse(f"pages:{name}"), context["request"].path
    here = "page" if path == address else ""
    if not here and address != "/" and path.startswith(address):
        here = "true"
    return format_html(
        '<a href="{}"{}>{}</a>',
        address,
        format_html(' aria-current="{}"', here) if here else "",
        label,
    )


@register.simple_tag(takes_context=True)
def sort_head(
    context: RequestContext,
    key: str,
    label: str,
    order: str,
    style: str,
) -> SafeString:
    """Head a column by which a list can be sorted."""
    sorting = "ascending" if key == "name" else "descending"
    return format_html(
        '<th scope="col" class="{}"{}><a href="{}">{}</a></th>',
        style,
        format_html(' aria-sort="{}"', sorting) if key == order else "",
        kept(context, sort=key),
        label,
    )


@register.simple_tag(takes_context=True)
def kept(context: RequestContext, **changed: object) -> str:
    """Return this page's query with some of it changed."""
    query = context["request"].GET.copy()
    # A part of the list, and a mark of what was seen, do not last.
    query.pop("page", None)
    query.pop("mark", None)
    for key, value in changed.items():
        query[key] = str(value)
    return f"?{query.urlencode()}"
