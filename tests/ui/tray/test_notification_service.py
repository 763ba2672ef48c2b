from __future__ import annotations

import json
import queue
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.config.schema import Settings
from claude_tray.core.notifications.model import (
    Notification,
    NotificationKind,
    NotificationSettings,
)
from claude_tray.core.prompt_cache import PromptCache, RestingSession
from claude_tray.core.setup import SetupState, SetupSwitch
from claude_tray.core.snapshot import AccountSnapshot, Snapshot
from claude_tray.core.time import to_epoch_ms
from claude_tray.core.windows import WINDOW_LENGTH, ValueSource, Window
from claude_tray.i18n.translator import ENGLISH
from claude_tray.ingest.snapshot_channel import SnapshotChannel
from claude_tray.platform.notifications.notifier import (
    DesktopNotification,
    Notifier,
)
from claude_tray.presentation.welcome import Greeting, build_switches
from claude_tray.ui.toolkit.messages import (
    ActionKind,
    UserAction,
    build_switch_action,
    parse_action_key,
)
from claude_tray.ui.tray.menu_model import ViewOptions
from claude_tray.ui.tray.notification_service import (
    NotificationService,
    build_desktop_notification,
    build_evaluation_context,
    build_greeting_notification,
    build_notification_settings,
    parse_quiet_hours,
)
from tests.support.limits import make_limit_usage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from claude_tray.ui.tray.notification_service import BuildGreeting


NOW = datetime.now(UTC)


class RecordingNotifier:
    """A notifier that records notifications."""

    def __init__(self) -> None:
        self.shown: queue.SimpleQueue[DesktopNotification] = (
            queue.SimpleQueue()
        )
        self.withdrawn: queue.SimpleQueue[None] = queue.SimpleQueue()

    def send(self, message: DesktopNotification) -> None:
        self.shown.put(message)

    def withdraw(self) -> None:
        self.withdrawn.put(None)

    def close(self) -> None:
        pass


class NotificationHarness:
    """A running notification service with its channel and notifier."""

    def __init__(
        self, path: Path, build_greeting: BuildGreeting | None = None
    ) -> None:
        self.channel = SnapshotChannel()
        self.desktop = RecordingNotifier()
        self.options = ViewOptions()
        self.mute_changes: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self.service = NotificationService(
            self.channel,
            path,
            Notifier([lambda: self.desktop]),
            lambda: self.options,
            self.mute_changes.put,
            build_greeting,
        )
        self.service.start()

    def publish(self, percent: float) -> None:
        self.channel.publish(_make_snapshot(percent))
        self.mute_changes.get(timeout=10)

    def stop(self) -> None:
        self.channel.close()
        self.service.join()


@pytest.fixture
def make_harness(
    tmp_path: Path,
) -> Iterator[Callable[[], NotificationHarness]]:
    harnesses: list[NotificationHarness] = []

    def start_service() -> NotificationHarness:
        harnesses.append(NotificationHarness(tmp_path / "notifications.json"))
        return harnesses[-1]

    yield start_service
    for harness in harnesses:
        harness.stop()


def _make_snapshot(percent: float) -> Snapshot:
    start = NOW - timedelta(hours=2)
    window = Window(start, start + WINDOW_LENGTH, ValueSource.OFFICIAL, None)
    used = make_limit_usage("five_hour", percent, window.end, NOW)
    state = AccountSnapshot("a", "/a", window, (used,))
    return Snapshot(NOW, accounts=(state,))


def test_the_first_start_is_greeted_once_with_buttons_that_turn_switches(
    tmp_path: Path,
) -> None:
    setup = SetupState(starts_at_login=False)
    greeting = Greeting(
        "claude-tray is running", "Hi.", build_switches(setup, ENGLISH)[:2]
    )
    harness = NotificationHarness(
        tmp_path / "notifications.json",
        lambda _: build_greeting_notification(greeting, ENGLISH),
    )
    try:
        harness.channel.publish(replace(_make_snapshot(0), scan_progress=0.5))
        harness.publish(10)
        message = harness.desktop.shown.get(timeout=10)
        harness.publish(11)
    finally:
        harness.stop()

    assert (message.title, message.body) == ("claude-tray is running", "Hi.")
    assert [a.label for a in message.actions] == [
        "Show stats",
        "Show my real limits",
        "Start at login",
    ]
    assert [parse_action_key(a.key) for a in message.actions] == [
        UserAction(ActionKind.OPEN_POPUP),
        build_switch_action(SetupSwitch.LIMITS, is_on=True),
        build_switch_action(SetupSwitch.AUTOSTART, is_on=True),
    ]
    assert harness.desktop.shown.empty()


def test_who_wants_no_notifications_is_not_greeted(tmp_path: Path) -> None:
    harness = NotificationHarness(
        tmp_path / "notifications.json",
        lambda _: DesktopNotification("claude-tray is running", ""),
    )
    try:
        harness.options = ViewOptions(
            settings=Settings(notifications_enabled=False)
        )
        harness.publish(10)
    finally:
        harness.stop()

    assert harness.desktop.shown.empty()


def test_reached_threshold_is_sent(
    make_harness: Callable[[], NotificationHarness],
) -> None:
    harness = make_harness()
    harness.publish(10)
    harness.publish(91)

    message = harness.desktop.shown.get(timeout=10)

    assert message.title == "91% of the 5-hour limit used"
    assert [tuple(action) for action in message.actions] == [
        ("open-popup", "Show stats"),
        ("mute", "Mute until the reset"),
    ]
    assert not message.is_urgent


def test_limit_is_urgent(
    make_harness: Callable[[], NotificationHarness],
) -> None:
    harness = make_harness()
    harness.publish(100)

    assert harness.desktop.shown.get(timeout=10).is_urgent


def test_a_limit_that_is_over_is_withdrawn(
    make_harness: Callable[[], NotificationHarness],
) -> None:
    harness = make_harness()
    harness.publish(100)
    harness.desktop.shown.get(timeout=10)
    harness.publish(100)
    assert harness.desktop.withdrawn.empty()

    harness.publish(12)

    harness.desktop.withdrawn.get(timeout=10)
    harness.publish(12)
    assert harness.desktop.withdrawn.empty()


def test_a_problem_cannot_be_muted() -> None:
    problem = Notification(NotificationKind.PROBLEM)

    (action,) = build_desktop_notification(problem, NOW, ENGLISH).actions

    assert action.key == "open-popup"


def test_next_run_repeats_nothing(
    make_harness: Callable[[], NotificationHarness],
) -> None:
    first = make_harness()
    first.publish(100)
    first.desktop.shown.get(timeout=10)
    first.stop()

    second = make_harness()
    second.publish(100)
    second.stop()

    assert second.desktop.shown.empty()


def test_mute_holds_until_unmuted(
    make_harness: Callable[[], NotificationHarness],
) -> None:
    harness = make_harness()
    harness.service.mute()
    harness.publish(10)
    harness.service.mute()
    assert harness.mute_changes.get(timeout=10)
    harness.publish(100)
    assert harness.desktop.shown.empty()

    harness.service.unmute()
    harness.mute_changes.get(timeout=10)
    harness.publish(100)

    assert (
        harness.desktop.shown.get(timeout=10).title == "5-hour limit reached"
    )


def test_a_command_gets_what_is_shown_and_nothing_else(
    make_harness: Callable[[], NotificationHarness],
) -> None:
    harness, events = make_harness(), queue.SimpleQueue[bytes]()
    harness.service.run_command = events.put
    harness.publish(10)
    harness.service.mute()
    harness.mute_changes.get(timeout=10)
    harness.publish(80)
    harness.service.notify("It cannot.", "Install it.")
    assert events.empty()

    harness.service.unmute()
    harness.mute_changes.get(timeout=10)
    harness.publish(100)

    event = json.loads(events.get(timeout=10))
    assert (event["kind"], event["title"]) == ("limit", "5-hour limit reached")
    assert events.empty()


def test_a_command_gets_no_name_of_a_project(
    make_harness: Callable[[], NotificationHarness],
) -> None:
    harness, events = make_harness(), queue.SimpleQueue[bytes]()
    settings = Settings()._replace(notifications_cold_cache=True)
    harness.options = harness.options._replace(settings=settings)
    harness.service.run_command = events.put
    now_ms = to_epoch_ms(datetime.now(UTC))
    cache = PromptCache(now_ms + 100_000, 217_000)
    session = RestingSession("a-1", "/home/ada/shop", now_ms - 200_000, cache)

    harness.channel.publish(Snapshot(NOW, resting=(session,)))

    shown = harness.desktop.shown.get(timeout=10)
    event = json.loads(events.get(timeout=10))
    assert shown.title.startswith("Prompt cache goes cold at ")
    assert shown.body == "shop: waking the session then takes 217K tokens."
    assert event["kind"] == "cold-cache"
    assert event["title"] == shown.title
    assert event["body"] == "Waking the session then takes 217K tokens."


def test_errors_are_sent_even_if_notifications_are_off(
    make_harness: Callable[[], NotificationHarness],
) -> None:
    harness = make_harness()
    harness.options = ViewOptions(Settings(notifications_enabled=False))
    harness.publish(100)

    harness.service.notify("It cannot.", "Install it.")

    message = harness.desktop.shown.get(timeout=10)
    assert (message.title, message.body) == ("It cannot.", "Install it.")


def test_context_has_the_local_minute_and_midnight() -> None:
    now = datetime(2026, 3, 1, 12, 34, tzinfo=UTC)
    local = now.astimezone()

    context = build_evaluation_context(_make_snapshot(1), now)

    assert context.minute == local.hour * 60 + local.minute
    assert timedelta() < context.midnight - now <= timedelta(days=1)
    assert context.midnight.astimezone().hour == 0


def test_default_settings_match_the_policy() -> None:
    assert build_notification_settings(Settings()) == NotificationSettings()


@pytest.mark.parametrize(
    ("setting", "kinds"),
    [
        (
            "notifications_run_out",
            {
                NotificationKind.RUN_OUT,
                NotificationKind.USED,
                NotificationKind.USED_AGAIN,
            },
        ),
        (
            "notifications_limit",
            {
                NotificationKind.LIMIT,
                NotificationKind.WEEK_LIMIT,
                NotificationKind.MODEL_LIMIT,
            },
        ),
        ("notifications_reset", {NotificationKind.READY}),
        (
            "notifications_week",
            {
                NotificationKind.WEEK,
                NotificationKind.WEEK_AGAIN,
                NotificationKind.WEEK_RUN_OUT,
            },
        ),
        ("notifications_budget", {NotificationKind.BUDGET}),
        ("notifications_cold_cache", {NotificationKind.COLD_CACHE}),
    ],
)
def test_each_setting_controls_its_kinds(
    setting: str, kinds: set[NotificationKind]
) -> None:
    off, on = (
        build_notification_settings(
            Settings()._replace(**dict[str, Any]({setting: is_on}))
        ).kinds
        for is_on in (False, True)
    )

    assert on - off == kinds
    assert off < on


def test_thresholds_come_from_the_settings() -> None:
    settings = build_notification_settings(
        Settings(
            notifications_enabled=False,
            notifications_warn_percent=60,
            notifications_warn_again_percent=85,
            notifications_week_percent=70,
            notifications_quiet_hours="22:00-08:30",
            limits_daily_budget_usd=25.5,
        ),
    )

    assert settings == NotificationSettings(
        is_enabled=False,
        warn_percent=60,
        warn_again_percent=85,
        week_percent=70,
        budget=25_500_000_000,
        quiet_minutes=(1320, 510),
    )


def test_quiet_hours_are_off_by_default() -> None:
    assert parse_quiet_hours("") is None
