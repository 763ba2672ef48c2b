"""How templates write numbers, times and bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from claude_tray.core.display_names import format_model_name
from claude_tray.core.time import format_iso
from claude_tray.i18n.translator import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from django.template import RequestContext
    from django.utils.safestring import SafeString

    from claude_tray.core.pricing import NanoUsd
    from claude_tray.core.totals import Totals
    from claude_tray.server.dashboard.charts import TokenCostShare
    from claude_tray.server.dashboard.page_context import PageContext


register = template.Library()

register.filter("model_name", format_model_name)


@register.filter
def tokens(number: int) -> str:
    return ENGLISH.format_tokens(number)


@register.filter
def count(number: int) -> str:
    return ENGLISH.format_integer(number)


@register.filter
def money(cost: NanoUsd | None) -> str:
    return ENGLISH.format_money(cost)


@register.filter
def cost(totals: Totals) -> str:
    return ENGLISH.format_cost(totals)


@register.filter
def percent(fraction: float) -> str:
    return ENGLISH.format_percent(fraction)


@register.filter
def duration(delta: timedelta) -> str:
    return ENGLISH.format_duration(delta)


@register.simple_tag
def moment(
    at: datetime | None, style: str, page_context: PageContext
) -> SafeString:
    """
    Write a moment as a viewer's clock shows it; a dash for none.

    Args:
        at: Aware.
        style: The name of one of Viewer's ways to write it.
        page_context: Who looks.
    """
    if at is None:
        return format_html("{}", "\N{EN DASH}")
    format_at = {
        "clock": page_context.format_clock,
        "when": page_context.format_when,
        "ago": page_context.format_ago,
        "day": page_context.format_day,
        "exact": page_context.format_exact,
    }[style]
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        format_iso(at),
        page_context.format_exact(at),
        format_at(at),
    )


@register.simple_tag
def bar(
    percent: float,
    tone: str = "",
    tick: float | None = None,
) -> SafeString:
    """Draw a gauge; the tick says how much of the time is over."""
    tick_mark: SafeString | str = ""
    if tick is not None:
        tick_mark = format_html(
            '<rect class="tick" x="{}" width="0.8" height="7"/>',
            f"{min(max(tick, 0), 99.2):.1f}",
        )
    return format_html(
        '<svg class="bar {}" viewBox="0 0 100 7" preserveAspectRatio="none"'
        ' aria-hidden="true"><rect width="{}" height="7"/>{}</svg>',
        tone,
        f"{min(max(percent, 0), 100):.1f}",
        tick_mark,
    )


@register.simple_tag
def thin_bar(fraction: float) -> SafeString:
    """Draw a row's share of the greatest, 0 to 1."""
    return format_html(
        '<svg class="bar thin" viewBox="0 0 100 6" preserveAspectRatio="none"'
        ' aria-hidden="true"><rect width="{}" height="6"/></svg>',
        f"{fraction * 100:.1f}",
    )


@register.simple_tag
def stack(cost_shares: Sequence[TokenCostShare]) -> SafeString:
    """Draw shares side by side with a thin gap between them."""
    rects = []
    left = 0.0
    for cost_share in cost_shares:
        width = max(cost_share.share * 100 - 0.3, 0)
        rects.append((cost_share.style, f"{left:.2f}", f"{width:.2f}"))
        left += cost_share.share * 100
    return format_html(
        '<svg class="bar kinds" viewBox="0 0 100 12"'
        ' preserveAspectRatio="none" aria-hidden="true">{}</svg>',
        format_html_join(
            "",
            '<rect class="{}" x="{}" width="{}" height="12"/>',
            rects,
        ),
    )


@register.simple_tag(takes_context=True)
def page_link(context: RequestContext, name: str, label: str) -> SafeString:
    """Link to a page; the one that is shown, or belongs to it, says so."""
    address, path = reverse(f"pages:{name}"), context["request"].path
    aria_current = "page" if path == address else ""
    if not aria_current and address != "/" and path.startswith(address):
        aria_current = "true"
    return format_html(
        '<a href="{}"{}>{}</a>',
        address,
        format_html(' aria-current="{}"', aria_current)
        if aria_current
        else "",
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
def kept(context: RequestContext, **changes: object) -> str:
    """Return this page's query with some of it changed."""
    query = context["request"].GET.copy()
    # A part of the list, and a mark of what was seen, do not last.
    query.pop("page", None)
    query.pop("mark", None)
    for key, value in changes.items():
        query[key] = str(value)
    return f"?{query.urlencode()}"
