"""Compare what all surfaces show of an account, in every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.cli.commands.status import build_status_json
from claude_tray.cli.commands.status_report import (
    StatusReport,
    format_status_report,
)
from claude_tray.core.limits import round_percent
from claude_tray.core.notifications.model import (
    EvaluationContext,
    NotificationSettings,
    NotificationState,
)
from claude_tray.core.notifications.policy import next_notification
from claude_tray.core.status import (
    AccountStatus,
    MainFigureKind,
    Severity,
    assess_account,
)
from claude_tray.core.time import format_iso, to_epoch_ms
from claude_tray.i18n.formats import round_up_to_minutes
from claude_tray.i18n.translator import ENGLISH, load_translator
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.notification_text import format_notification
from claude_tray.providers.claude_code.statusline.render import format_line
from claude_tray.providers.claude_code.statusline.shown_limits import (
    parse_payload_limits,
)
from claude_tray.ui.popup.compose import build_view
from claude_tray.ui.popup.data import PopupData
from claude_tray.ui.tray.view_model import build_tray_view
from tests.support.assessment_states import NOW, STATES, AssessmentState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from claude_tray.core.snapshot import AccountSnapshot, LimitUsage
    from claude_tray.core.status import Assessment
    from claude_tray.ui.popup.compose import PopupView
    from claude_tray.ui.tray.view_model import TrayView


_ICON_SEVERITIES = {
    "warning": Severity.WARNING,
    "critical": Severity.CRITICAL,
    "limit": Severity.CRITICAL,
}


def _assess(state: AssessmentState) -> Assessment:
    return assess_account(state.snapshot, state.account, NOW)


def _build_tray(state: AssessmentState) -> TrayView:
    return build_tray_view(state.snapshot, NOW, UTC)


def _build_popup(state: AssessmentState) -> PopupView:
    context = ViewContext(NOW, state.account, UTC)
    return build_view(PopupData(state.snapshot), context)


def _list_texts(value: object) -> Iterable[str]:
    """Yield all texts in a view, whatever they are nested in."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _list_texts(item)


def _format_tooltip(state: AssessmentState) -> str:
    return _build_tray(state).tooltip


def _format_menu(state: AssessmentState) -> str:
    return "\n".join(
        entry.label for entry in _build_tray(state).menu if entry is not None
    )


def _format_popup(state: AssessmentState) -> str:
    return "\n".join(_list_texts(_build_popup(state)))


def _format_report(state: AssessmentState) -> str:
    return format_status_report(StatusReport(state.snapshot), ENGLISH)


SURFACES: dict[str, Callable[[AssessmentState], str]] = {
    "tooltip": _format_tooltip,
    "menu": _format_menu,
    "popup": _format_popup,
    "status": _format_report,
}


def _build_json(state: AssessmentState) -> dict[str, Any]:
    profiles: list[dict[str, Any]] = build_status_json(state.snapshot)[
        "profiles"
    ]
    return profiles[0]


def _parametrize_states(
    *statuses: AccountStatus, without: tuple[AccountStatus, ...] = ()
) -> pytest.MarkDecorator:
    states = [
        state
        for state in STATES
        if (not statuses or state.status in statuses)
        and state.status not in without
    ]
    return pytest.mark.parametrize(
        "state", states, ids=[state.name for state in states]
    )


@_parametrize_states()
def test_the_state_is_as_users_have_to_know_it(state: AssessmentState) -> None:
    assessment = _assess(state)

    assert assessment.status is state.status
    assert assessment.severity is state.severity
    assert assessment.main.deadline == state.deadline


@_parametrize_states()
def test_all_surfaces_show_the_same_severity(state: AssessmentState) -> None:
    popup, tray = _build_popup(state), _build_tray(state)

    assert popup.headline.status is state.status
    if state.status is not AccountStatus.ERROR:
        assert (
            _ICON_SEVERITIES.get(tray.icon.state, Severity.OK)
            is state.severity
        )
    if state.account is not None:
        values = _build_json(state)
        assert (values["status"], values["severity"]) == (
            state.status,
            state.severity,
        )


@_parametrize_states()
def test_all_surfaces_show_the_same_share(state: AssessmentState) -> None:
    binding = _assess(state).binding
    icon, number = _build_tray(state).icon, state.share
    if number is None:
        assert icon.used_fraction is None
        return

    assert icon.used_fraction == number / 100
    assert binding is not None
    assert binding.usage.percent is not None
    values = _build_json(state)["binding_limit"]
    assert round_percent(values["used_percentage"]) == number
    assert (values["name"], values["kind"]) == (
        binding.usage.name,
        binding.usage.kind,
    )
    if state.limit not in ("", "Week"):
        assert binding.usage.scope == state.limit


@_parametrize_states()
def test_all_surfaces_count_down_to_the_same_time(
    state: AssessmentState,
) -> None:
    icon = _build_tray(state).icon
    if state.deadline is None:
        assert icon.minutes_left is None
        return

    left = state.deadline - NOW
    countdown = ENGLISH.format_duration(left)
    assert icon.minutes_left == round_up_to_minutes(left)
    assert _build_popup(state).headline.countdown == countdown
    assert _build_json(state)["deadline"] == format_iso(state.deadline)
    for surface in ("tooltip", "menu", "status"):
        assert countdown in SURFACES[surface](state), surface


@_parametrize_states()
@pytest.mark.parametrize("surface", SURFACES)
def test_every_surface_shows_what_matters(
    state: AssessmentState, surface: str
) -> None:
    has_problem = bool(state.snapshot.problem)
    text = SURFACES[surface](state)

    for part in state.shows:
        if has_problem and surface == "tooltip" and part not in text:
            assert state.deadline is None
        elif surface not in ("tooltip", "menu"):
            # Elsewhere name and number may stand apart.
            for word in part.split(" "):
                assert word.lower() in text.lower(), (part, text)
        else:
            assert part in text, text
    for part in state.hides:
        assert part not in text.lower(), text


@_parametrize_states()
@pytest.mark.parametrize("surface", SURFACES)
def test_no_surface_has_an_open_placeholder(
    state: AssessmentState, surface: str
) -> None:
    text = SURFACES[surface](state)

    assert "{" not in text
    assert "None" not in text


@_parametrize_states()
def test_every_state_is_described_in_german(state: AssessmentState) -> None:
    german = load_translator("de")
    text = format_status_report(StatusReport(state.snapshot), german)

    assert "{" not in text
    if state.share is not None and state.status not in (
        AccountStatus.LIMIT,
        AccountStatus.MODEL_LIMIT,
        AccountStatus.EXTRA_USAGE,
    ):
        assert f"{state.share} %" in text.replace("\N{NO-BREAK SPACE}", " ")


@_parametrize_states()
def test_a_badge_and_a_line_announce_a_worse_account(
    state: AssessmentState,
) -> None:
    tray = _build_tray(state)
    has_others = len(state.snapshot.accounts) > 1

    assert tray.icon.has_badge is has_others
    assert ("private: Week almost out" in tray.tooltip) is has_others


def _send_notification(state: AssessmentState) -> tuple[str, str] | None:
    """Evaluate the state after a calm minute; return title and body."""
    minute = timedelta(minutes=1)
    # Other accounts have notifications of their own.
    shown = replace(state.snapshot, accounts=state.snapshot.accounts[:1])
    calm = replace(
        shown,
        accounts=tuple(
            replace(account, limits=_calm_limits(account), blocking_limits=())
            for account in shown.accounts
        ),
        problem="",
    )
    notifications = NotificationState()
    sent = None
    for number, snapshot in enumerate((calm, shown)):
        now = NOW + (number - 1) * minute
        context = EvaluationContext(snapshot, now, 720, NOW + 12 * 60 * minute)
        notifications, sent = next_notification(
            notifications, context, NotificationSettings()
        )
    if sent is None:
        return None
    return format_notification(sent, ViewContext(NOW, zone=UTC))


def _calm_limits(account: AccountSnapshot) -> tuple[LimitUsage, ...]:
    return tuple(
        replace(usage, percent=1.0)
        for usage in account.limits
        if usage.percent is not None
    )


@_parametrize_states()
def test_notifications_are_about_the_same_limit(
    state: AssessmentState,
) -> None:
    notification = _send_notification(state)
    text = "\n".join(notification or ())

    for part in state.hides:
        assert part not in text.lower()
    if notification is None:
        assert state.status not in (
            AccountStatus.LIMIT,
            AccountStatus.MODEL_LIMIT,
        )
        return
    assert state.severity is not Severity.OK
    title = notification[0]
    if state.status in (AccountStatus.LIMIT, AccountStatus.MODEL_LIMIT):
        assert title == _build_popup(state).headline.pill
    elif state.share is not None:
        assert f"{state.share}%" in title or "You'll hit" in title
    if state.limit == "Week":
        assert "weekly limit" in title.lower()
    else:
        assert state.limit.lower() in title.lower()


def _format_statusline(state: AssessmentState) -> str:
    limits = state.account.limits if state.account else ()
    payload: dict[str, object] = {
        "rate_limits": {
            usage.name: {
                "used_percentage": usage.percent,
                "resets_at": usage.resets_at.timestamp(),
            }
            for usage in limits
            if usage.percent is not None and usage.resets_at is not None
        }
    }
    now_ms = to_epoch_ms(NOW)
    return format_line(
        payload, now_ms, limits=parse_payload_limits(payload, now_ms)
    )


@_parametrize_states()
def test_the_status_line_shows_the_same_share_and_time(
    state: AssessmentState,
) -> None:
    assessment = _assess(state)
    binding, main = assessment.binding, assessment.main
    is_reported = (
        binding is not None
        and state.account is not None
        and binding.usage in state.account.limits
        and binding.usage.resets_at is not None
    )
    if state.share is None or not is_reported:
        # Claude Code passes no messages and no limits without a reset.
        return
    line = _format_statusline(state)

    assert f"{state.share}%" in line
    if state.limit not in ("", "Week"):
        assert f"{state.limit} {state.share}%" in line
    is_countdown = main.kind is MainFigureKind.WINDOW
    is_known = (
        any(
            usage.is_window and usage.resets_at == state.deadline
            for usage in state.account.limits
        )
        if state.account
        else False
    )
    if (
        state.deadline is not None
        and not state.limit.startswith(("Opus", "Fable"))
        and (is_known or not is_countdown)
    ):
        left = ENGLISH.format_duration(state.deadline - NOW)
        assert left in line
