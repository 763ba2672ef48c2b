"""Give the shared templates what only Django knows."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.urls import get_script_prefix, reverse

from claude_tray.web.environment import build_environment
from claude_tray.web.static_files import load_static_files

if TYPE_CHECKING:
    from jinja2 import Environment


_SERVER_TEMPLATES: Final = Path(__file__).parents[1] / "templates"


def build_server_environment(**options: object) -> Environment:
    """Build the environment; Django's own options are not used."""
    del options
    return build_environment(url_for, get_static_url, (_SERVER_TEMPLATES,))


def url_for(name: str, *arguments: str) -> str:
    """
    Return the path of a page.

    Args:
        name: Name of the route in dashboard/urls.py; with a namespace, as
            "teams:people", in another app's.
        arguments: Values of the parts in angle brackets.
    """
    route = name if ":" in name else f"pages:{name}"
    return _reverse(get_script_prefix(), route, arguments)


@lru_cache(maxsize=1024)
def _reverse(prefix: str, route: str, arguments: tuple[str, ...]) -> str:
    """Return the path of a page; a page has many links to few of them."""
    del prefix
    return reverse(route, args=arguments)


def get_static_url(name: str) -> str:
    """Return the URL of a file in `web/static/`."""
    hashed_name = load_static_files().hashed_names[name]
    return url_for("static", hashed_name)
