"""
Build the Jinja environment of the pages, with their filters and functions.

Templates get their texts and numbers from the variable `page`, a PageContext.
A program passes what only it knows: `url_for`, `static_url`, and folders of
templates that are looked through first.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import (
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
    pass_context,
)
from markupsafe import Markup, escape

from claude_tray.core.display_names import format_model_name
from claude_tray.core.time import format_iso
from claude_tray.i18n.formats import DASH
from claude_tray.web.bars import limit_bar, range_bar, stacked_bar, thin_bar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, timedelta

    from jinja2.bccache import Bucket
    from jinja2.runtime import Context

    from claude_tray.core.cost import NanoUsd, Totals
    from claude_tray.web.page_context import PageContext


TEMPLATE_DIR: Final = Path(__file__).parent / "templates"


class _CompiledTemplates(FileSystemBytecodeCache):
    """Compiled templates in a folder, which may be full or unwritable."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def build_environment(
    url_for: Callable[..., str],
    static_url: Callable[[str], str],
    template_dirs: Sequence[Path] = (),
    compiled_dir: Path | None = None,
) -> Environment:
    """
    Build the environment of a program.

    Args:
        url_for: Returns the path of a page by its name and arguments.
        static_url: Returns the URL of a file in `static/`.
        template_dirs: Folders of templates besides `templates/`. They come
            first, and have a `site.html` that extends `base.html`.
        compiled_dir: Private folder for compiled templates, so that the next
            start need not compile them; None to keep them in memory only.
    """
    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader([*template_dirs, TEMPLATE_DIR]),
        undefined=StrictUndefined,
        auto_reload=False,
        bytecode_cache=_CompiledTemplates(compiled_dir)
        if compiled_dir
        else None,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(_FILTERS)
    environment.globals.update(
        _FUNCTIONS, url_for=url_for, static_url=static_url
    )
    return environment


@pass_context
def translate(context: Context, msgid: str, **values: object) -> Markup:
    """
    Translate a sentence; catalogs are built from the calls in templates.

    Args:
        context: Variables of the template.
        msgid: The sentence in English, with names in braces for values.
        values: Escaped unless they are markup.
    """
    page: PageContext = context["page"]
    # The sentence is ours, and its values are escaped.
    return Markup(page.translator.gettext(msgid, **_escape(values)))  # noqa: S704


@pass_context
def translate_plural(
    context: Context,
    singular: str,
    plural: str,
    n: int,
    **values: object,
) -> Markup:
    """Translate a sentence about `n` things."""
    page: PageContext = context["page"]
    text = page.translator.ngettext(singular, plural, n, **_escape(values))
    return Markup(text)  # noqa: S704


def _escape(values: dict[str, object]) -> dict[str, Any]:
    return {name: escape(value) for name, value in values.items()}


@pass_context
def tokens(context: Context, number: int) -> str:
    page: PageContext = context["page"]
    return page.translator.format_tokens(number)


@pass_context
def integer(context: Context, number: int) -> str:
    page: PageContext = context["page"]
    return page.translator.format_integer(number)


@pass_context
def money(context: Context, cost: NanoUsd | None) -> str:
    page: PageContext = context["page"]
    return page.translator.format_money(cost)


@pass_context
def cost(context: Context, totals: Totals) -> str:
    page: PageContext = context["page"]
    return page.translator.format_cost(totals)


@pass_context
def percent(context: Context, value: float) -> str:
    page: PageContext = context["page"]
    return page.translator.format_percent(value)


@pass_context
def duration(context: Context, delta: timedelta) -> str:
    page: PageContext = context["page"]
    return page.translator.format_duration(delta)


@pass_context
def timestamp(
    context: Context, at: datetime | None, style: str
) -> Markup | str:
    """
    Format a time as a <time> element; a dash without one.

    Args:
        context: Variables of the template.
        at: Aware.
        style: "time", "when", "ago", "day" or "exact": a format_ method of
            PageContext.
    """
    if at is None:
        return DASH
    page: PageContext = context["page"]
    text = getattr(page, f"format_{style}")(at)
    return time_element(context, at, text)


@pass_context
def time_element(context: Context, at: datetime, text: str) -> Markup:
    """Mark a text up as a time, with the exact time as its tooltip."""
    page: PageContext = context["page"]
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        format_iso(at), page.format_exact(at), text
    )


_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "cost": cost,
    "duration": duration,
    "integer": integer,
    "iso": format_iso,
    "model_name": format_model_name,
    "money": money,
    "percent": percent,
    "tokens": tokens,
}
_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "gettext": translate,
    "limit_bar": limit_bar,
    "ngettext": translate_plural,
    "stacked_bar": stacked_bar,
    "thin_bar": thin_bar,
    "range_bar": range_bar,
    "time_element": time_element,
    "timestamp": timestamp,
}
