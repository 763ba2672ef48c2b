"""The welcome state: what a new user may set up, with one click each."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect

from claude_tray.app import setup_service
from claude_tray.core.setup import SetupSwitch
from claude_tray.core.snapshot import Snapshot
from claude_tray.errors import ClaudeTrayError
from claude_tray.presentation import welcome
from claude_tray.setup import switches
from claude_tray.ui.toolkit.process import build_program_command

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from claude_tray.local_page.request_context import RequestContext


def load_welcome(
    context: RequestContext,
    snapshot: Snapshot | None = None,
    switch: SetupSwitch | None = None,
    problem: str = "",
) -> welcome.Welcome | None:
    """
    Load the welcome state; None once there is usage.

    Args:
        context: Settings and language.
        snapshot: The stored usage; None while there is no store.
        switch: A switch that could not be turned.
        problem: Why.
    """
    if snapshot is None:
        snapshot = Snapshot(context.page.now, is_waiting=True)
    if not welcome.is_waiting(snapshot):
        return None
    state = switches.load_setup_state(
        setup_service.build_setup_target(context.app),
        context.page.translator.catalog.gettext,
    )
    if switch is not None:
        state = state.with_problem(switch, problem)
    return welcome.build_welcome(snapshot, context.page.build_view(), state)


def turn_switch(
    request: Request, context: RequestContext, key: str
) -> Response:
    """Turn a switch of the welcome state; a refusal stays beside it."""
    if key not in set(SetupSwitch):
        raise NotFound
    switch = SetupSwitch(key)
    try:
        switches.turn_switch(
            switch,
            setup_service.build_setup_target(context.app),
            is_on=request.form.get("turn") == "on",
        )
    except ClaudeTrayError as error:
        problem = error.describe(context.page.translator.catalog.gettext)
        return context.render(
            "overview",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            welcome=load_welcome(context, None, switch, problem),
        )
    return redirect(f"{request.script_root}/", HTTPStatus.SEE_OTHER)


def follow_suggestion(
    request: Request, context: RequestContext, key: str
) -> Response:
    """Do what the button of a suggestion says."""
    if key == welcome.SuggestionKey.FOLDER:
        target = setup_service.build_setup_target(context.app)
        switches.follow_folder(request.form.get("folder", ""), target)
    elif key == welcome.SuggestionKey.DEMO:
        # Late: few users try it, and every first page would wait.
        from claude_tray.app import demo

        setup_service.start_demo(
            build_program_command("--demo"),
            demo.get_instance_folder(context.app.paths.state_folder),
        )
    else:
        raise NotFound
    return redirect(f"{request.script_root}/", HTTPStatus.SEE_OTHER)
