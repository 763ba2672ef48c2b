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
        root: Path of the first page, below which all others are.
    """

    path: str
    query: tuple[tuple[str, str], ...] = ()
    root: str = "/"

    def change_query(self, **changes: object) -> str:
        """
        Return this page's query with some keys changed, as "?days=7".

        Args:
            changes: New values; None removes a key.
        """
        values = dict(self.list_fields(*changes))
        values.update({k: str(v) for k, v in changes.items() if v is not None})
        return f"?{urlencode(values)}"

    def start_query(self, *without: str) -> str:
        """Return the start of a query, to which more can be appended."""
        query = urlencode(self.list_fields(*without))
        return f"?{query}&" if query else "?"

    def list_fields(self, *without: str) -> list[tuple[str, str]]:
        """List the keys and values that a changed query keeps."""
        dropped = {*_RESET_KEYS, *without}
        return [(k, v) for k, v in self.query if k not in dropped]

    def mark_link(self, target: str) -> str:
        """Return the `aria-current` of a link on this page; "" for none."""
        if self.path == target:
            return "page"
        is_inside = target != self.root and self.path.startswith(target)
        return "true" if is_inside else ""
