"""Build links to the same page with another query."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

# Another selection starts at page 1 and has no ETag yet.
_RESET_KEYS = ("page", "mark")


class PageAddress(NamedTuple):
    """
    Address of the page that is shown.

    Attributes:
        path: Path without the query.
        query: Keys and values of the query, in their order.
    """

    path: str
    query: tuple[tuple[str, str], ...] = ()

    def change_query(self, **changes: object) -> str:
        """Return this page's query with some keys changed, as "?days=7"."""
        values = dict(self.query)
        for key in _RESET_KEYS:
            values.pop(key, None)
        values.update({key: str(value) for key, value in changes.items()})
        return f"?{urlencode(values)}"

    def mark_link(self, target: str) -> str:
        """Return the `aria-current` of a link on this page; "" for none."""
        if self.path == target:
            return "page"
        is_inside = target != "/" and self.path.startswith(target)
        return "true" if is_inside else ""
