"""The share card: its options, and the picture itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from claude_tray.core.periods import Period
from claude_tray.presentation import share_card
from claude_tray.presentation.context import ViewContext
from claude_tray.ui.popup import card_data

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.wrappers import Request

    from claude_tray.local_page.request_context import RequestContext


_THEMES: Final = ("dark", "light")
_WIDE: Final = "wide"
_SQUARE: Final = "square"
_PARTS: Final = ("models", "projects")


class ShareOptions(NamedTuple):
    """Choices of the form; each is one of the values of its list."""

    period: str = Period.LAST_30_DAYS.value
    figure: str = share_card.Figure.TOKENS.value
    shape: str = _WIDE
    theme: str = _THEMES[0]
    parts: str = _PARTS[0]


class ShareChoice(NamedTuple):
    """A choice of a list: value, label, and whether it is selected."""

    value: str
    label: str
    is_selected: bool


class ShareField(NamedTuple):
    """A list of the form."""

    name: str
    label: str
    choices: tuple[ShareChoice, ...]


def show_share(request: Request, context: RequestContext) -> Response:
    """Show the card and the form with its options."""
    names = _list_names(context)
    options = _read_options(request.args, names)
    labels = {
        "period": context.gettext("Period"),
        "figure": context.gettext("Number"),
        "parts": context.gettext("Parts"),
        "shape": context.gettext("Shape"),
        "theme": context.gettext("Colors"),
    }
    fields = tuple(
        ShareField(
            name,
            label,
            tuple(
                ShareChoice(value, text, value == getattr(options, name))
                for value, text in names[name].items()
            ),
        )
        for name, label in labels.items()
    )
    return context.render(
        "share",
        fields=fields,
        options=options,
        query=options._asdict(),
        is_square=options.shape == _SQUARE,
        has_usage=not _load_data(options, context).is_empty,
    )


def show_share_picture(request: Request, context: RequestContext) -> Response:
    """Draw the card as a PNG."""
    # Late: Pillow takes 10 MiB, which only pictures need.
    from claude_tray.ui.popup import share_card as picture
    from claude_tray.ui.toolkit.appearance import ensure_drawable

    options = _read_options(request.args, _list_names(context))
    data = _load_data(options, context)
    if data.is_empty:
        raise NotFound
    view = ViewContext(
        context.page.now,
        zone=context.page.zone,
        translator=ensure_drawable(context.page.translator),
    )
    card = share_card.build_share_card(
        data,
        share_card.CardOptions(
            share_card.Figure(options.figure), options.parts == _PARTS[1]
        ),
        view,
    )
    drawn = picture.draw_share_card(
        card,
        view,
        theme=options.theme,
        shape=picture.CardShape(options.shape),
    )
    return Response(picture.encode_card(drawn), content_type="image/png")


def _list_names(context: RequestContext) -> dict[str, dict[str, str]]:
    """Return the values of each option and their names."""
    gettext = context.gettext
    return {
        "period": {
            Period.TODAY.value: gettext("Today"),
            Period.LAST_7_DAYS.value: gettext("7 days"),
            Period.LAST_30_DAYS.value: gettext("30 days"),
            Period.MONTH.value: gettext("Month"),
            Period.ALL.value: gettext("All"),
        },
        "figure": {
            share_card.Figure.TOKENS.value: gettext("Tokens"),
            share_card.Figure.COST.value: gettext("Cost"),
        },
        "parts": {
            _PARTS[0]: gettext("Models"),
            _PARTS[1]: gettext("Projects"),
        },
        "shape": {
            _WIDE: gettext("Wide, 1200 by 630"),
            _SQUARE: gettext("Square, 1080 by 1080"),
        },
        "theme": {"dark": gettext("Dark"), "light": gettext("Light")},
    }


def _read_options(
    query: Any, names: dict[str, Iterable[str]] | dict[str, dict[str, str]]
) -> ShareOptions:
    """Read the options of an address; unknown values are the default."""
    defaults = ShareOptions()
    return ShareOptions(
        *(
            query.get(name) if query.get(name) in names[name] else default
            for name, default in defaults._asdict().items()
        )
    )


def _load_data(
    options: ShareOptions, context: RequestContext
) -> share_card.CardData:
    page = context.page
    with context.store.open() as store:
        if store is None:
            raise NotFound
        query = card_data.CardQuery(
            Period(options.period),
            None,
            page.now,
            page.zone,
            page.billing_day,
        )
        return card_data.load_card_data(store.reader, query)
