"""Limits and accounts: each limit, how it is known, and the status line."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from werkzeug.utils import redirect

from claude_tray.app import setup_service
from claude_tray.core import setup, windows
from claude_tray.errors import ClaudeTrayError
from claude_tray.ingest import config
from claude_tray.presentation import (
    limit_meters,
    limit_sources,
    status_text,
    welcome,
)
from claude_tray.setup import hook_switch, switches

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from claude_tray.core.snapshot import AccountSnapshot, Snapshot
    from claude_tray.local_page.request_context import RequestContext
    from claude_tray.presentation.context import ViewContext


class ExplainedLimit(NamedTuple):
    """A limit and how it is known."""

    meter: limit_meters.LimitMeter
    explanation: limit_sources.SourceExplanation


class AccountCard(NamedTuple):
    """
    An account and its limits.

    Attributes:
        name: Its name.
        plan: Name of its plan; empty if unknown.
        status: Verdict, as on every surface.
        limits: The limits, the binding one first.
        window_end: When the 5-hour window ends; empty without one.
        window: How that is known; None without a window.
    """

    name: str
    plan: str
    status: status_text.StatusDescription
    limits: tuple[ExplainedLimit, ...]
    window_end: str = ""
    window: limit_sources.SourceExplanation | None = None


class ConnectionCard(NamedTuple):
    """
    The connection of Claude Code's status line, or of its hook.

    Attributes:
        is_on: It is connected in every folder.
        changes: Lines that a click changes in Claude Code's settings.
        problem: Why it could not be turned; empty if it could.
    """

    is_on: bool
    changes: tuple[str, ...]
    problem: str = ""


def show_limits(request: Request, context: RequestContext) -> Response:
    """Show the limits of all accounts."""
    del request
    return _show(context, "")


def turn_statusline(request: Request, context: RequestContext) -> Response:
    """Connect or disconnect the status line, as the button says."""
    target = setup_service.build_setup_target(context.app)
    is_on = request.form.get("turn") == "on"
    try:
        switches.turn_switch(setup.SetupSwitch.LIMITS, target, is_on=is_on)
    except ClaudeTrayError as error:
        translate = context.page.translator.catalog.gettext
        return _show(context, error.describe(translate))
    return redirect(f"{request.script_root}/limits", HTTPStatus.SEE_OTHER)


def turn_hook(request: Request, context: RequestContext) -> Response:
    """Install or remove the hook, as the button says."""
    target = setup_service.build_setup_target(context.app)
    try:
        hook_switch.turn_hook(target, is_on=request.form.get("turn") == "on")
    except ClaudeTrayError as error:
        translate = context.page.translator.catalog.gettext
        return _show(context, "", error.describe(translate))
    return redirect(f"{request.script_root}/limits", HTTPStatus.SEE_OTHER)


def _show(
    context: RequestContext, problem: str, hook_problem: str = ""
) -> Response:
    cards: tuple[AccountCard, ...] = ()
    with context.store.open() as opened:
        if opened is not None:
            accounts = config.list_accounts(
                config.cached_accounts(
                    opened.reader, context.app.engine_config()
                )
            )
            snapshot = opened.builder.build(accounts, context.page.now)
            cards = build_cards(snapshot, context)
    has_problem = problem or hook_problem
    status = HTTPStatus.UNPROCESSABLE_ENTITY if has_problem else HTTPStatus.OK
    return context.render(
        "limits",
        status,
        cards=cards,
        statusline=_load_statusline(context, problem),
        hook=_load_hook(context, hook_problem),
    )


def build_cards(
    snapshot: Snapshot, context: RequestContext
) -> tuple[AccountCard, ...]:
    """Build a card for each account."""
    shows_remaining = context.app.settings.general_show == "left"
    return tuple(
        _build_card(
            snapshot,
            account,
            context.page.build_view(account)._replace(
                shows_remaining=shows_remaining
            ),
        )
        for account in snapshot.accounts
    )


def _build_card(
    snapshot: Snapshot, account: AccountSnapshot, view: ViewContext
) -> AccountCard:
    rows = tuple(
        ExplainedLimit(meter, limit_sources.explain_limit(projection, view))
        for meter, projection in zip(
            limit_meters.build_limit_meters(view), view.limits, strict=False
        )
    )
    card = AccountCard(
        account.name,
        account.plan,
        status_text.describe_status(snapshot, view),
        rows,
    )
    window, is_reported = view.window, view.window_limit is not None
    if window is None or (
        is_reported and window.source is windows.ValueSource.OFFICIAL
    ):
        # The limit has the same reset.
        return card
    return card._replace(
        window_end=view.format_time(window.end),
        window=limit_sources.explain_window(window, view),
    )


def _load_hook(context: RequestContext, problem: str) -> ConnectionCard:
    translator = context.page.translator
    target = setup_service.build_setup_target(context.app)
    try:
        state = hook_switch.load_hook_state(target)
    except ClaudeTrayError as error:
        state = hook_switch.HookState(is_on=False, changes=())
        problem = problem or error.describe(translator.catalog.gettext)
    changes = switches.shorten_paths(state.changes)
    lines = welcome.list_change_lines(changes, translator)
    return ConnectionCard(state.is_on, lines, problem)


def _load_statusline(context: RequestContext, problem: str) -> ConnectionCard:
    translator = context.page.translator
    target = setup_service.build_setup_target(context.app)
    state: setup.SetupState = switches.load_setup_state(
        target, translator.catalog.gettext
    )
    changes = state.changes
    problem = problem or state.get_problem(setup.SetupSwitch.LIMITS)
    if state.has_limits:
        try:
            changes = switches.preview_undo(target)
        except ClaudeTrayError as error:
            problem = error.describe(translator.catalog.gettext)
    lines = welcome.list_change_lines(changes, translator)
    return ConnectionCard(state.has_limits, lines, problem)
