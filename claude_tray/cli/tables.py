"""
Print tables that fit the terminal.

Columns that do not fit are left out, and names are shortened: a row is one
line, except where a table has to be read in full.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.text import make_visible

if TYPE_CHECKING:
    from rich.console import Console

    from claude_tray.i18n.translator import Translator


# A pipe has no edge to wrap at.
_PIPE_WIDTH: Final = 200
# More is no table to read, and takes gigabytes to lay out.
_MAX_ROWS: Final = 1_000
_GAP: Final = 2
_BAR_WIDTH: Final = 10
_EASY_TEXT_WIDTH: Final = 24
_MIN_TEXT_WIDTH: Final = 8
_BLOCKS: Final = "▏▎▍▌▋▊▉█"


class LazyRows(Sequence[Any]):
    """
    Rows that are formatted when they are printed.

    Args:
        items: What to format.
        format_row: Returns the cells of an item.
    """

    def __init__(
        self, items: Sequence[Any], format_row: Callable[[Any], Any]
    ) -> None:
        self._items = items
        self._format_row = format_row

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self._format_row(item) for item in self._items[index]]
        return self._format_row(self._items[index])


class TableRow(NamedTuple):
    """
    One line of a table.

    Attributes:
        cells: In the order of all columns.
        fraction: Length of its bar, 0 to 1.
        is_part: Part of the line above.
    """

    cells: Sequence[str]
    fraction: float = 0.0
    is_part: bool = False


class Table(NamedTuple):
    """
    A table for the terminal, already translated.

    Attributes:
        title: Line above the table.
        columns: Headings of the left-aligned columns.
        number_columns: Headings of the right-aligned columns after them; all
            but the last are left out where there is no room.
        rows: Cells, in the order of all columns, or TableRow.
        notes: Lines below the table.
        is_newest_last: Of too many rows, the last ones are shown.
        total: Cells of the last line; empty without one.
        is_folded: Long texts go on in the next line; they are shortened
            otherwise.
    """

    title: str
    columns: Sequence[str]
    number_columns: Sequence[str]
    rows: Sequence[Any]
    notes: Sequence[str] = ()
    is_newest_last: bool = False
    total: Sequence[str] = ()
    is_folded: bool = False


class _Layout(NamedTuple):
    """Numbers of the shown columns, their widths, and that of the bar."""

    columns: list[int]
    widths: list[int]
    bar: int


def print_table(table: Table, translator: Translator) -> None:
    """Print a table as wide as the terminal at most."""
    # Late: --json needs none of it.
    from rich.console import Console

    if not table.rows:
        print(translator.gettext("Nothing to show."))
        return
    console = Console()
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    for part in draw_table(table, translator, console):
        console.print(part)
    for note in table.notes:
        print(make_visible(note))


def draw_table(
    table: Table, translator: Translator, console: Console
) -> list[Any]:
    """Return what rich prints for a table; notes are left to the caller."""
    from rich.text import Text

    first = -_MAX_ROWS if table.is_newest_last else 0
    last = None if table.is_newest_last else _MAX_ROWS
    rows = [_build_row(row) for row in table.rows[first:last]]
    parts: list[Any] = []
    if table.title:
        parts.append(Text(make_visible(table.title), "bold"))
    parts.append(_draw(table, rows, _fit(table, rows, console), console))
    if (more := len(table.rows) - _MAX_ROWS) > 0:
        count = translator.format_integer(more)
        text = translator.gettext(
            "and {count} more; --json lists all", count=count
        )
        parts.append(Text(text))
    return parts


def _build_row(row: Any) -> TableRow:
    built = row if isinstance(row, TableRow) else TableRow(row)
    return built._replace(cells=[make_visible(cell) for cell in built.cells])


def _fit(table: Table, rows: list[TableRow], console: Console) -> _Layout:
    """
    Fit a table into the terminal.

    One long name must not hide the numbers of all rows: texts are shortened
    first, to a width that is read with ease; then the bar and columns of
    numbers are left out; then texts are shortened to what is left.
    """
    from rich.cells import cell_len

    lines = [
        [*table.columns, *table.number_columns],
        *([table.total] if table.total else []),
        *(row.cells for row in rows),
    ]
    widths = [
        max(map(cell_len, column)) for column in zip(*lines, strict=True)
    ]
    columns = list(range(len(widths)))
    has_bars = console.is_terminal and any(row.fraction for row in rows)
    bar = _BAR_WIDTH if has_bars else 0
    texts, numbers = slice(len(table.columns)), len(table.columns)
    full_texts = widths[texts]

    def measure_excess() -> int:
        shown = [widths[number] for number in columns]
        gaps = _GAP * (len(shown) - 1) + (bar and bar + _GAP)
        return sum(shown) + gaps - console.width

    widths[texts] = _shorten(full_texts, measure_excess(), _EASY_TEXT_WIDTH)
    if measure_excess() > 0:
        bar = 0
    while measure_excess() > 0 and len(columns) > numbers + 1:
        del columns[numbers]
    # The columns that were left out may have given back some room.
    widths[texts] = full_texts
    widths[texts] = _shorten(full_texts, measure_excess(), _MIN_TEXT_WIDTH)
    return _Layout(columns, [widths[number] for number in columns], bar)


def _shorten(widths: list[int], excess: int, floor: int) -> list[int]:
    """Return smaller widths, the widest cut first, none below the floor."""
    widths = list(widths)
    while excess > 0 and (widest := max(widths, default=0)) > floor:
        number = widths.index(widest)
        second = max([floor, *(w for w in widths if w < widest)])
        cut = min(excess, max(1, widest - second))
        widths[number] -= cut
        excess -= cut
    return widths


def _draw(
    table: Table, rows: list[TableRow], layout: _Layout, console: Console
) -> Any:
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    drawn = RichTable(
        box=box.SIMPLE,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
        footer_style="bold",
        show_footer=bool(table.total),
    )
    headings = [*table.columns, *table.number_columns]
    for number, width in zip(layout.columns, layout.widths, strict=True):
        is_number = number >= len(table.columns)
        drawn.add_column(
            # Not strings: rich would take "[v2]" for markup.
            Text(headings[number]),
            Text(make_visible(table.total[number]) if table.total else ""),
            justify="right" if is_number else "left",
            no_wrap=not table.is_folded,
            overflow="fold" if table.is_folded else "ellipsis",
            width=width,
        )
    if layout.bar:
        drawn.add_column(width=layout.bar, no_wrap=True)
    for row in rows:
        cells = [Text(row.cells[number]) for number in layout.columns]
        if layout.bar:
            bar = format_bar(row.fraction, layout.bar, console.encoding)
            cells.append(Text(bar, "cyan"))
        drawn.add_row(*cells, style="dim" if row.is_part else "")
    return drawn


def format_bar(fraction: float, width: int, encoding: str) -> str:
    """Return a bar in block characters, or "#" where there are none."""
    if not encoding.lower().startswith("utf"):
        return "#" * round(fraction * width)
    eighths = round(fraction * width * 8)
    full, rest = divmod(eighths, 8)
    return "█" * full + (_BLOCKS[rest - 1] if rest else "")
