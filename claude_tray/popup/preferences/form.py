"""What a page of the settings is made of, as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from claude_tray.drawing.icon_look import Icon
    from claude_tray.popup.view import Button


class Switch(NamedTuple):
    """
    On or off.

    Attributes:
        action: What a press does.
        label: What is switched.
        is_on: How it stands.
        hint: What it means; may be empty.
    """

    action: str
    label: str
    is_on: bool
    hint: str = ""


class Option(NamedTuple):
    """One of several: what choosing it does, and what it is called."""

    action: str
    label: str
    is_chosen: bool


class Choice(NamedTuple):
    """One of a few."""

    label: str
    options: tuple[Option, ...]
    hint: str = ""


class Stepper(NamedTuple):
    """
    One of many, in an order.

    Attributes:
        label: Of what.
        value: The one in force, in words.
        less: What a step back does; empty at the end.
        more: What a step ahead does; empty at the end.
        hint: What it means; may be empty.
    """

    label: str
    value: str
    less: str
    more: str
    hint: str = ""


class Info(NamedTuple):
    """Something that is so; `state` colours it, "ok" or "critical"."""

    label: str
    value: str
    state: str = ""


class Buttons(NamedTuple):
    """Things to be done."""

    buttons: tuple[Button, ...]


class Pictures(NamedTuple):
    """One of a few icons, shown as they will be."""

    options: tuple[tuple[Option, Icon], ...]


Row = Switch | Choice | Stepper | Info | Buttons | Pictures


class Group(NamedTuple):
    """Rows below a title."""

    title: str
    rows: tuple[Row, ...]


class Page(NamedTuple):
    """A page: what it is called by, its title, its groups."""

    name: str
    label: str
    groups: tuple[Group, ...]
