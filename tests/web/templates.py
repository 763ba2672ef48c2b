"""Render templates without a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.web.environment import build_environment
from claude_tray.web.links import PageAddress
from tests.web.builders import CONTEXT

if TYPE_CHECKING:
    from claude_tray.web.page_context import PageContext


def _get_path(name: str, *arguments: str) -> str:
    return "/".join(["", name, *arguments, ""])


ENVIRONMENT = build_environment(_get_path, "/static/{}".format)


def render(
    source: str,
    page: PageContext = CONTEXT,
    address: PageAddress = PageAddress("/"),  # noqa: B008
    **values: object,
) -> str:
    """Render the source of a template."""
    return ENVIRONMENT.from_string(source).render(
        page=page, address=address, **values
    )
