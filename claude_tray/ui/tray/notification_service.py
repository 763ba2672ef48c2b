"""Send the notifications that the policy selects."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from claude_tray.core.cost import NANO_USD_PER_USD
from claude_tray.core.notifications import lifetime, policy
from claude_tray.core.notifications.model import (
    KIND_RULES,
    EvaluationContext,
    Notification,
    NotificationKind,
    NotificationSettings,
    NotificationState,
)
from claude_tray.platform.notification_state_file import (
    load_notification_state,
    save_notification_state,
)
from claude_tray.platform.notifications.notifier import (
    DesktopNotification,
    NotificationAction,
    Notifier,
)
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.notification_text import format_notification
from claude_tray.protocol.notification_event import (
    build_notification_event,
    encode_notification_event,
)
from claude_tray.ui.toolkit.messages import (
    ActionKind,
    UserAction,
    build_switch_action,
    format_action_key,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from claude_tray.config.schema import Settings
    from claude_tray.core.snapshot import Snapshot
    from claude_tray.i18n.translator import Translator
    from claude_tray.ingest.snapshot_channel import SnapshotChannel
    from claude_tray.presentation.welcome import Greeting
    from claude_tray.ui.tray.menu_model import ViewOptions

    BuildGreeting = Callable[[Snapshot], DesktopNotification]
    LabeledAction = tuple[UserAction, str]


def build_notification_settings(settings: Settings) -> NotificationSettings:
    """Convert the user's settings to those of the policy."""
    kinds = frozenset(
        kind
        for kind, rules in KIND_RULES.items()
        if not rules.setting
        or getattr(settings, f"notifications_{rules.setting}")
    )
    return NotificationSettings(
        is_enabled=settings.notifications_enabled,
        kinds=kinds,
        warn_percent=settings.notifications_warn_percent,
        warn_again_percent=settings.notifications_warn_again_percent,
        week_percent=settings.notifications_week_percent,
        budget=round(settings.limits_daily_budget_usd * NANO_USD_PER_USD),
        quiet_minutes=parse_quiet_hours(settings.notifications_quiet_hours),
        cold_cache_ms=settings.notifications_cold_cache_minutes * 60_000,
    )


def parse_quiet_hours(hours: str) -> tuple[int, int] | None:
    """Parse "22:00-08:00" to minutes of the day; None if empty."""
    if not hours:
        return None
    start, end = (
        int(hour) * 60 + int(minute)
        for hour, minute in (
            clock_time.split(":") for clock_time in hours.split("-")
        )
    )
    return start, end


_EVALUATE_SECONDS: Final = 60.0
# Nothing that a reset would end.
_NOT_MUTABLE: Final = frozenset(
    {
        NotificationKind.PROBLEM,
        NotificationKind.NOT_SYNCED,
        NotificationKind.SAVED,
    }
)


class NotificationService:
    """
    Evaluates every snapshot, at least once a minute, and sends notifications.

    Args:
        channel: Source of snapshots.
        path: File that stores the state between runs.
        notifier: Shows notifications.
        get_options: Returns the current view options.
        on_muted: Called with whether notifications are muted.
        build_greeting: Builds the notification of the first start from the
            first complete snapshot; None at later starts.

    Attributes:
        run_command: Passes the JSON of each notification that the policy
            selects to the user's command, without waiting for it; None
            without one. Set before the start.
    """

    def __init__(
        self,
        channel: SnapshotChannel,
        path: Path,
        notifier: Notifier,
        get_options: Callable[[], ViewOptions],
        on_muted: Callable[[bool], None],
        build_greeting: BuildGreeting | None = None,
    ) -> None:
        self._channel = channel
        self._path = path
        self._notifier = notifier
        self._get_options = get_options
        self._on_muted = on_muted
        self._build_greeting = build_greeting
        self.run_command: Callable[[bytes], None] | None = None
        self._state = load_notification_state(path).without_transient()
        self._shown: Notification | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="notifications")

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        """Wait until the channel is closed, then close the notifier."""
        if self._thread.ident is not None:
            self._thread.join()
        self._notifier.close()

    def mute(self) -> None:
        """Mute until the reset of the account that was notified last."""
        snapshot = self._channel.latest()
        if snapshot is not None:
            with self._lock:
                account = self._shown.account if self._shown else ""
                context = build_evaluation_context(snapshot)
                self._save_state(
                    policy.mute_until_reset(self._state, context, account)
                )
            self._on_muted(True)  # noqa: FBT003 - the new state

    def unmute(self) -> None:
        with self._lock:
            self._save_state(self._state._replace(muted_until_ms=0))
        self._on_muted(False)  # noqa: FBT003 - the new state

    def notify(
        self, title: str, body: str, actions: Sequence[LabeledAction] = ()
    ) -> None:
        """
        Show a notification immediately, bypassing the policy.

        Args:
            title: Its title.
            body: Its text.
            actions: Its buttons.
        """
        self._notifier.send(
            DesktopNotification(title, body, _build_buttons(actions))
        )

    def _run(self) -> None:
        version, snapshot = 0, None
        while not self._channel.is_closed:
            update = self._channel.wait_for_newer(version, _EVALUATE_SECONDS)
            if update is not None:
                version, snapshot = update
            if snapshot is not None and snapshot.scan_progress is None:
                self._greet(snapshot)
                self._evaluate(snapshot)

    def _greet(self, snapshot: Snapshot) -> None:
        build, self._build_greeting = self._build_greeting, None
        settings = self._get_options().settings
        if build is not None and settings.notifications_enabled:
            self._notifier.send(build(snapshot))

    def _evaluate(self, snapshot: Snapshot) -> None:
        context, options = (
            build_evaluation_context(snapshot),
            self._get_options(),
        )
        settings = build_notification_settings(options.settings)
        with self._lock:
            state, notification = policy.next_notification(
                self._state, context, settings
            )
            self._save_state(state)
        self._on_muted(policy.is_muted(state, context.now_ms))
        if notification is not None:
            self._shown = notification
            self._send(notification, context.now, options.translator)
        elif self._shown and lifetime.is_over(
            self._shown, context, state, settings
        ):
            self._shown = None
            self._notifier.withdraw()

    def _send(
        self,
        notification: Notification,
        now: datetime,
        translator: Translator,
    ) -> None:
        shown = build_desktop_notification(notification, now, translator)
        self._notifier.send(shown)
        if self.run_command is not None:
            # Names of projects stay on this computer.
            texts = format_notification(
                notification.without_project(),
                ViewContext(now, translator=translator),
            )
            event = build_notification_event(notification, texts, now)
            self.run_command(encode_notification_event(event))

    def _save_state(self, state: NotificationState) -> None:
        if state.without_transient() != self._state.without_transient():
            save_notification_state(self._path, state)
        self._state = state


def build_desktop_notification(
    notification: Notification, now: datetime, translator: Translator
) -> DesktopNotification:
    """Format a notification with its buttons."""
    title, body = format_notification(
        notification, ViewContext(now, translator=translator)
    )
    show = UserAction(ActionKind.OPEN_POPUP)
    actions = [(show, translator.gettext("Show stats"))]
    if notification.kind not in _NOT_MUTABLE:
        label = translator.gettext("Mute until the reset")
        actions.append((UserAction(ActionKind.MUTE), label))
    return DesktopNotification(
        title,
        body,
        _build_buttons(actions),
        notification.kind.rules.is_urgent,
    )


def build_greeting_notification(
    greeting: Greeting, translator: Translator
) -> DesktopNotification:
    """Build the notification of the first start; a click shows the popup."""
    actions = [
        (UserAction(ActionKind.OPEN_POPUP), translator.gettext("Show stats")),
        *(
            (build_switch_action(switch.key, is_on=True), switch.label)
            for switch in greeting.switches
        ),
    ]
    return DesktopNotification(
        greeting.title, greeting.body, _build_buttons(actions)
    )


def _build_buttons(
    actions: Sequence[LabeledAction],
) -> tuple[NotificationAction, ...]:
    return tuple(
        NotificationAction(format_action_key(action), label)
        for action, label in actions
    )


def build_evaluation_context(
    snapshot: Snapshot, now: datetime | None = None
) -> EvaluationContext:
    """Combine a snapshot with the local time, by default the current time."""
    now = now or datetime.now(UTC)
    local = now.astimezone()
    tomorrow = local.date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time()).astimezone()
    minute = local.hour * 60 + local.minute
    return EvaluationContext(snapshot, now, minute, midnight)
