"""Provide template tags and filters for texts, numbers, times and bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from claude_tray.core.display_names import format_model_name
from claude_tray.core.time import format_iso
from claude_tray.i18n.formats import DASH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from django.template import Context, RequestContext

    from claude_tray.core.cost import NanoUsd, Totals
    from claude_tray.server.dashboard.charts import TokenCostShare
    from claude_tray.server.dashboard.page_context import PageContext


register = template.Library()

register.filter("model_name", format_model_name)


@register.simple_tag(takes_context=True, name="gettext")
def translate(context: Context, msgid: str, **values: object) -> SafeString:
    """
    Translate a sentence; catalogs are built from the tags in templates.

    Args:
        context: Variables of the template.
        msgid: The sentence in English, with names in braces for values.
        values: Escaped unless they are safe.
    """
    page: PageContext = context["page"]
    return SafeString(page.translator.gettext(msgid, **_escape(values)))


@register.simple_tag(takes_context=True, name="ngettext")
def translate_plural(
    context: Context,
    singular: str,
    plural: str,
    n: int,
    **values: object,
) -> SafeString:
    """Translate a sentence about `n` things."""
    page: PageContext = context["page"]
    return SafeString(
        page.translator.ngettext(singular, plural, n, **_escape(values))
    )


def _escape(values: dict[str, object]) -> dict[str, Any]:
    return {name: conditional_escape(v) for name, v in values.items()}  # type: ignore[arg-type]


@register.filter
def tokens(number: int, page: PageContext) -> str:
    return page.translator.format_tokens(number)


@register.filter
def count(number: int, page: PageContext) -> str:
    return page.translator.format_integer(number)


@register.filter
def money(cost: NanoUsd | None, page: PageContext) -> str:
    return page.translator.format_money(cost)


@register.filter
def cost(totals: Totals, page: PageContext) -> str:
    return page.translator.format_cost(totals)


@register.filter
def percent(value: float, page: PageContext) -> str:
    return page.translator.format_percent(value)


@register.filter
def duration(delta: timedelta, page: PageContext) -> str:
    return page.translator.format_duration(delta)


@register.simple_tag(takes_context=True)
def timestamp(context: Context, at: datetime | None, style: str) -> SafeString:
    """
    Format a time as a <time> element; a dash without one.

    Args:
        context: Variables of the template.
        at: Aware.
        style: "time", "when", "ago", "day" or "exact": a format_ method of
            PageContext.
    """
    if at is None:
        return SafeString(DASH)
    page: PageContext = context["page"]
    format_at = {
        "time": page.format_time,
        "when": page.format_when,
        "ago": page.format_ago,
        "day": page.format_day,
        "exact": page.format_exact,
    }[style]
    return time_element(context, at, format_at(at))


@register.simple_tag(takes_context=True)
def time_element(context: Context, at: datetime, text: str) -> SafeString:
    """Mark a text up as a time, with the exact time as its tooltip."""
    page: PageContext = context["page"]
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        format_iso(at),
        page.format_exact(at),
        text,
    )


@register.simple_tag
def limit_bar(
    fraction: float,
    status: str = "",
    elapsed_fraction: float | None = None,
) -> SafeString:
    """Draw a meter with a tick at the elapsed fraction of its period."""
    tick: SafeString | str = ""
    if elapsed_fraction is not None:
        # The tick is 0.8 wide and must stay within the bar.
        tick = format_html(
            '<rect class="tick" x="{}" width="0.8" height="7"/>',
            f"{min(max(elapsed_fraction * 100, 0), 99.2):.1f}",
        )
    return format_html(
        '<svg class="bar {}" viewBox="0 0 100 7" preserveAspectRatio="none"'
        ' aria-hidden="true"><rect width="{}" height="7"/>{}</svg>',
        status,
        f"{min(max(fraction * 100, 0), 100):.1f}",
        tick,
    )


@register.simple_tag
def thin_bar(fraction: float) -> SafeString:
    """Draw the size of a row relative to the largest, 0 to 1."""
    return format_html(
        '<svg class="bar thin" viewBox="0 0 100 6" preserveAspectRatio="none"'
        ' aria-hidden="true"><rect width="{}" height="6"/></svg>',
        f"{fraction * 100:.1f}",
    )


@register.simple_tag
def stacked_bar(cost_shares: Sequence[TokenCostShare]) -> SafeString:
    """Draw shares of a cost next to each other, with thin gaps."""
    rects = []
    left = 0.0
    for css_class, row in cost_shares:
        width = max(row.fraction * 100 - 0.3, 0)
        rects.append((css_class, f"{left:.2f}", f"{width:.2f}"))
        left += row.fraction * 100
    return format_html(
        '<svg class="bar stacked" viewBox="0 0 100 12"'
        ' preserveAspectRatio="none" aria-hidden="true">{}</svg>',
        format_html_join(
            "",
            '<rect class="{}" x="{}" width="{}" height="12"/>',
            rects,
        ),
    )


@register.simple_tag(takes_context=True)
def page_link(context: RequestContext, name: str, label: str) -> SafeString:
    """Link to a page and mark it as current on it and on its subpages."""
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
    css_class: str,
) -> SafeString:
    """Build the head of a column that sorts the list."""
    sorting = "ascending" if key == "name" else "descending"
    return format_html(
        '<th scope="col" class="{}"{}><a href="{}">{}</a></th>',
        css_class,
        format_html(' aria-sort="{}"', sorting) if key == order else "",
        query_with(context, sort=key),
        label,
    )


@register.simple_tag(takes_context=True)
def query_with(context: RequestContext, **changes: object) -> str:
    """Return this page's query with some keys changed."""
    query = context["request"].GET.copy()
    # Another selection starts at page 1 and has no ETag yet.
    query.pop("page", None)
    query.pop("mark", None)
    for key, value in changes.items():
        query[key] = str(value)
    return f"?{query.urlencode()}"
