"""Decide what the receipt of a window says: sums, rows and notes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.display_names import (
    build_unique_labels,
    format_model_name,
)
from claude_tray.core.receipt import Cause
from claude_tray.core.receipt_limits import (
    FIVE_HOUR_RECEIPT,
    WEEK_RECEIPT,
    ReceiptLimit,
)
from claude_tray.core.receipt_parts import SUBAGENT, Dimension, Part, Receipt
from claude_tray.core.time import from_epoch_ms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import tzinfo

    from claude_tray.i18n.translator import Translator


_MAX_ROWS: Final = 8
# Enough letters of a session's ID to tell it from others.
_SHOWN_ID: Final = 8
_TENTHS: Final = 10
# Times of shorter periods need no second date.
_MAX_CLOCK_PERIOD: Final = timedelta(hours=23)


class ReceiptRow(NamedTuple):
    """
    One line of a receipt.

    Attributes:
        key: As `Part.key`; empty for sums.
        label: Name in full.
        points: As "21.3"; empty without official figures.
        share: As "52%".
        fraction: Of the local usage, 0 to 1.
        cost: As "$5.12"; empty where there is none.
    """

    key: str
    label: str
    points: str
    share: str
    fraction: float
    cost: str = ""


class ReceiptSection(NamedTuple):
    """Rows of one kind, such as projects; the largest first."""

    dimension: Dimension
    title: str
    rows: tuple[ReceiptRow, ...]


class ReceiptView(NamedTuple):
    """
    A receipt as every surface shows it.

    Attributes:
        limit: The limit whose points these are, as a heading.
        period: Its date and times, as "2026-11-30 13:42-18:42".
        amount: Share of the limit, as "48%"; without official figures the
            cost.
        sentence: What was used, in one sentence.
        sums: This computer, elsewhere and rounding; empty without official
            figures.
        sections: Parts by dimension.
        notes: How sure it is, and what it leaves out.
        has_points: Official figures are known; otherwise shares are of cost.
    """

    limit: str
    period: str
    amount: str
    sentence: str
    sums: tuple[ReceiptRow, ...]
    sections: tuple[ReceiptSection, ...]
    notes: tuple[str, ...]
    has_points: bool


def build_receipt_view(
    receipt: Receipt,
    paths: Iterable[str],
    translator: Translator,
    zone: tzinfo | None = None,
) -> ReceiptView:
    """
    Build the view of a receipt.

    Args:
        receipt: The receipt.
        paths: Of all projects, so that a name is the same everywhere.
        translator: Language and formats.
        zone: Time zone; None is the local one.
    """
    names = build_unique_labels(paths)
    has_points = receipt.change is not None
    return ReceiptView(
        format_limit_heading(receipt.limit, translator),
        format_period((receipt.start_ms, receipt.end_ms), translator, zone),
        translator.format_money(receipt.cost)
        if receipt.change is None
        else translator.locale.percent.replace(
            "#,##0", format_points(receipt.change, translator)
        ),
        _format_sentence(receipt, translator, zone),
        _build_sums(receipt, translator) if has_points else (),
        tuple(
            ReceiptSection(
                dimension,
                title,
                _build_rows(dimension, receipt, names, translator),
            )
            for dimension, title in _list_titles(translator)
            if receipt.parts[dimension]
        ),
        _list_notes(receipt, translator),
        has_points,
    )


def format_limit_heading(limit: ReceiptLimit, translator: Translator) -> str:
    """Return the name of a limit as a heading, as "Weekly limit"."""
    gettext = translator.gettext
    if limit == FIVE_HOUR_RECEIPT:
        name = gettext("5-hour limit")
    elif limit == WEEK_RECEIPT:
        name = gettext("Weekly limit")
    else:
        name = gettext("{model} limit", model=limit.identity.scope)
    return name[:1].upper() + name[1:]


def format_period(
    bounds_ms: tuple[int, int],
    translator: Translator,
    zone: tzinfo | None = None,
) -> str:
    """Format a period by its dates; hours across midnight have one date."""
    start, end = map(from_epoch_ms, bounds_ms)
    texts = [
        f"{at.astimezone(zone):%Y-%m-%d} {translator.format_clock(at, zone)}"
        for at in (start, end)
    ]
    if end - start <= _MAX_CLOCK_PERIOD:
        texts[1] = translator.format_clock(end, zone)
    return "\N{EN DASH}".join(texts)


def format_points(points: float, translator: Translator) -> str:
    """Format points of a limit: "5.6", "48"."""
    tenths = round(points * _TENTHS)
    if tenths % _TENTHS == 0:
        return translator.format_integer(tenths // _TENTHS)
    return _format_tenths(tenths, translator)


def round_to_tenths(values: Sequence[float]) -> list[int]:
    """
    Round values to tenths so that they add up to their rounded sum.

    The largest remainders are rounded up.
    """
    scaled = [value * _TENTHS for value in values]
    rounded = [int(value // 1) for value in scaled]
    missing = round(sum(scaled)) - sum(rounded)
    by_remainder = sorted(
        range(len(values)), key=lambda i: rounded[i] - scaled[i]
    )
    for i in by_remainder[:missing]:
        rounded[i] += 1
    return rounded


def _format_tenths(tenths: int, translator: Translator) -> str:
    sign = "\N{MINUS SIGN}" if tenths < 0 else ""
    integer, rest = divmod(abs(tenths), _TENTHS)
    return f"{sign}{integer}{translator.locale.decimal}{rest}"


def _format_sentence(
    receipt: Receipt, translator: Translator, zone: tzinfo | None
) -> str:
    gettext = translator.gettext
    if receipt.change is None or receipt.reported_ms is None:
        if not receipt.parts[Dimension.SESSION]:
            return gettext("Nothing was used.")
        return gettext(
            "Claude Code reported no percentages here; shares are of the cost."
        )
    points = format_points(receipt.change, translator)
    # Fractions have the plural, as "1.5 points".
    count = 1 if points == "1" else 2
    reported = from_epoch_ms(receipt.reported_ms)
    if receipt.limit == FIVE_HOUR_RECEIPT:
        return translator.ngettext(
            "{points} point of the 5-hour limit until {clock}",
            "{points} points of the 5-hour limit until {clock}",
            count,
            points=points,
            clock=translator.format_clock(reported, zone),
        )
    return translator.ngettext(
        "{limit}: {points} point until {time}",
        "{limit}: {points} points until {time}",
        count,
        limit=format_limit_heading(receipt.limit, translator),
        points=points,
        time=translator.format_weekday_and_clock(reported, zone),
    )


def _build_sums(
    receipt: Receipt, translator: Translator
) -> tuple[ReceiptRow, ...]:
    """Build the rows that add up to the official change."""
    gettext = translator.gettext
    amounts = (receipt.local, receipt.remote, receipt.rounding)
    labels = (
        gettext("This computer"),
        gettext("Elsewhere (web, phone, other machine)"),
        gettext("Rounding of the official figures"),
    )
    # Rounding down takes nothing from the others.
    total = sum(max(0.0, amount) for amount in amounts)
    rows = []
    for label, amount, tenths in zip(
        labels, amounts, round_to_tenths(amounts), strict=True
    ):
        fraction = max(0.0, amount) / total if total else 0.0
        rows.append(
            ReceiptRow(
                "",
                label,
                _format_tenths(tenths, translator),
                translator.format_percent(100 * fraction),
                fraction,
            )
        )
    *shown, rounding = rows
    has_rounding = round_to_tenths(amounts)[-1] != 0
    return (*shown, rounding) if has_rounding else tuple(shown)


def _list_titles(translator: Translator) -> list[tuple[Dimension, str]]:
    gettext = translator.gettext
    return [
        (Dimension.PROJECT, gettext("Projects")),
        (Dimension.SESSION, gettext("Sessions")),
        (Dimension.AGENT, gettext("Agents")),
        (Dimension.MODEL, gettext("Models")),
        (Dimension.CAUSE, gettext("Causes")),
    ]


def _build_rows(
    dimension: Dimension,
    receipt: Receipt,
    names: Mapping[str, str],
    translator: Translator,
) -> tuple[ReceiptRow, ...]:
    """Build the rows of a section; small ones are summed up in the last."""
    parts = receipt.parts[dimension]
    tenths = round_to_tenths([part.points or 0.0 for part in parts])
    rows = [
        ReceiptRow(
            part.key,
            _format_label(dimension, part, names, translator),
            "" if part.points is None else _format_tenths(points, translator),
            translator.format_percent(100 * part.share),
            part.share,
            translator.format_money(part.cost),
        )
        for part, points in zip(parts, tenths, strict=True)
    ]
    if len(rows) <= _MAX_ROWS:
        return tuple(rows)
    rest = parts[_MAX_ROWS - 1 :]
    share = sum(part.share for part in rest)
    points = sum(tenths[_MAX_ROWS - 1 :])
    others = ReceiptRow(
        "",
        translator.gettext(
            "{count} others", count=translator.format_integer(len(rest))
        ),
        "" if receipt.change is None else _format_tenths(points, translator),
        translator.format_percent(100 * share),
        share,
        translator.format_money(sum(part.cost for part in rest)),
    )
    return (*rows[: _MAX_ROWS - 1], others)


def _format_label(
    dimension: Dimension,
    part: Part,
    names: Mapping[str, str],
    translator: Translator,
) -> str:
    if dimension is Dimension.PROJECT:
        return names.get(part.key, part.key)
    if dimension is Dimension.SESSION:
        project = names.get(part.project, part.project)
        return f"{project} \N{MIDDLE DOT} {part.key[:_SHOWN_ID]}"
    if dimension is Dimension.MODEL:
        return format_model_name(part.key)
    gettext = translator.gettext
    if dimension is Dimension.AGENT:
        is_subagent = part.key == SUBAGENT
        return (
            gettext("Subagents") if is_subagent else gettext("Main sessions")
        )
    return {
        Cause.CACHE_REBUILD: gettext("Expired cache, written again"),
        Cause.COMPACTION: gettext("First reply after a compaction"),
        Cause.BACKGROUND: gettext("Compaction, titles, searches"),
        Cause.SMALL_CONTEXT: gettext("Context below 50K"),
        Cause.MEDIUM_CONTEXT: gettext("Context 50K to 100K"),
        Cause.LARGE_CONTEXT: gettext("Context 100K to 200K"),
        Cause.HUGE_CONTEXT: gettext("Context above 200K"),
    }[Cause(part.key)]


def _list_notes(receipt: Receipt, translator: Translator) -> tuple[str, ...]:
    gettext = translator.gettext
    if receipt.change is None or receipt.weights is None:
        return ()
    notes = []
    count = translator.format_integer(receipt.weights.interval_count)
    if receipt.weights.is_learned:
        sentence = gettext(
            "Points follow from {count} changes of your limit; the part of"
            " this computer is known to ±{error}.",
            count=count,
            error=format_points(receipt.error, translator),
        )
    else:
        sentence = gettext(
            "Too few changes of your limit yet ({count}): points follow the"
            " prices, to ±{error}.",
            count=count,
            error=format_points(receipt.error, translator),
        )
    notes.append(sentence)
    if round(receipt.unreported * _TENTHS):
        notes.append(
            gettext(
                "Since the last report, about {points} more.",
                points=format_points(receipt.unreported, translator),
            )
        )
    return tuple(notes)
