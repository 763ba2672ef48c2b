"""What the popup says and draws, as values: all texts are spoken already."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from claude_tray.popup.plot import Chart


class State(StrEnum):
    """How the window stands; each has a sign and a colour."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    LIMIT = "limit"
    IDLE = "idle"
    UNKNOWN = "unknown"
    STALE = "stale"
    READING = "reading"
    ERROR = "error"


class Headline(NamedTuple):
    """
    The answer.

    Attributes:
        title: What it is about.
        corner: The plan or the account.
        large: The countdown.
        beside: Until when.
        state: How it stands.
        pill: The same in a word or two.
        sentence: What it means.
        progress: 0 to 1 while history is read for the first time.
    """

    title: str
    corner: str
    large: str
    beside: str
    state: State
    pill: str
    sentence: str
    progress: float | None = None


class Meter(NamedTuple):
    """
    A weekly limit.

    Attributes:
        name: Of what.
        value: As "21%".
        share: 0 to 1.
        gone: The share of the time that is over; None if unknown.
        state: OK, WARNING or CRITICAL.
        resets: When, as a day and a time.
        left: The time until then.
    """

    name: str
    value: str
    share: float
    gone: float | None
    state: State
    resets: str
    left: str


class Tile(NamedTuple):
    """What a stretch of time cost."""

    name: str
    cost: str
    tokens: str


class KindRow(NamedTuple):
    """What a kind of token cost, and its share of it, 0 to 1."""

    name: str
    tokens: str
    cost: str
    share: float


class ShareRow(NamedTuple):
    """What a project or a model used; `share` is of the greatest."""

    name: str
    tokens: str
    cost: str
    share: float


class DayBar(NamedTuple):
    """
    A day.

    Attributes:
        name: As "Sat, Nov 14".
        cost: In words.
        share: Of the dearest day, 0 to 1.
        mark: What stands below it; often nothing.
        is_weekend: Drawn fainter.
    """

    name: str
    cost: str
    share: float
    mark: str
    is_weekend: bool


class Days(NamedTuple):
    """The last 30 days."""

    total: str
    average: str
    bars: tuple[DayBar, ...]


class SyncLine(NamedTuple):
    """
    How forwarding stands.

    Attributes:
        sign: A pictogram's name.
        state: OK, IDLE or CRITICAL.
        text: In a few words.
    """

    sign: str
    state: State
    text: str


class AccountTab(NamedTuple):
    """An account that can be looked at."""

    name: str
    is_shown: bool


class Button(NamedTuple):
    """
    Something to press.

    Attributes:
        action: What it does.
        label: In the menu, and what is read out.
        keys: The same by the keyboard; empty without.
    """

    action: str
    label: str
    keys: str = ""


class Choices(NamedTuple):
    """
    What can be pressed.

    Attributes:
        tabs: Projects, models, days.
        buttons: At the foot.
        more: In the menu of the last of them; None for a line between.
    """

    tabs: tuple[Button, ...]
    buttons: tuple[Button, ...]
    more: tuple[Button | None, ...]


class PopupView(NamedTuple):
    """
    Everything the popup shows.

    Attributes:
        language: Its code.
        is_rtl: Whether it is written from the right.
        sentence: All that matters in one sentence.
        accounts: Two or more, or none.
        headline: The answer.
        chart: The window.
        weeks: Official weekly limits; none where they are not known.
        tiles: Window, today, seven days.
        kinds_title: What `kinds` is about.
        kinds_side: The pace.
        kinds: By kind of token.
        rows_title: What projects and models are of.
        projects: The dearest first.
        models: Likewise.
        no_rows: What is said where there are none.
        days: The last 30.
        sync: How forwarding stands.
        choices: What can be pressed.
        notes: What must be known of the figures.
    """

    language: str
    is_rtl: bool
    sentence: str
    accounts: tuple[AccountTab, ...]
    headline: Headline
    chart: Chart
    weeks: tuple[Meter, ...]
    tiles: tuple[Tile, ...]
    kinds_title: str
    kinds_side: str
    kinds: tuple[KindRow, ...]
    rows_title: str
    projects: tuple[ShareRow, ...]
    models: tuple[ShareRow, ...]
    no_rows: str
    days: Days
    sync: SyncLine
    choices: Choices
    notes: tuple[str, ...] = ()
