"""Split long lists into pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


ROWS_PER_PAGE: Final = 50
_RowT = TypeVar("_RowT")


class ListPage(NamedTuple):
    """
    One page of a list.

    Attributes:
        number: Page number, from 1.
        total: Number of rows of all pages.
        size: Number of rows of a full page.
    """

    number: int
    total: int
    size: int = ROWS_PER_PAGE

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def first(self) -> int:
        return min(self.offset + 1, self.total)

    @property
    def last(self) -> int:
        return min(self.offset + self.size, self.total)

    @property
    def is_only_page(self) -> bool:
        return self.number == 1 and self.total <= self.size

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def next(self) -> int:
        return self.number + 1

    def select(self, rows: Sequence[_RowT]) -> Sequence[_RowT]:
        """Return the rows of this page."""
        return rows[self.offset : self.offset + self.size]


def parse_page_number(query: Mapping[str, str]) -> int:
    """Parse the page number of a list from the query; 1 by default."""
    text = query.get("page", "1")
    is_number = text.isascii() and text.isdecimal() and len(text) < len("1e6")
    return max(1, int(text)) if is_number else 1
