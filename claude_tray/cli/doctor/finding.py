"""Represent the results of the doctor's checks."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from claude_tray.errors import gettext_noop

# Labels by the name that --json uses.
LABELS: Final = {
    "version": gettext_noop("Version"),
    "settings": gettext_noop("Settings"),
    "store": gettext_noop("Store"),
    "log": gettext_noop("Log"),
    "writable": gettext_noop("Storage"),
    "private": gettext_noop("File modes"),
    "tray_runs": gettext_noop("Tray running"),
    "transcripts": gettext_noop("Transcripts"),
    "watches": gettext_noop("File watches"),
    "sync": gettext_noop("Sync"),
    "schema": gettext_noop("Store version"),
    "messages": gettext_noop("Messages"),
    "files_read": gettext_noop("Files read"),
    "bad_lines": gettext_noop("Malformed lines"),
    "too_long": gettext_noop("Oversized lines"),
    "unread_usage": gettext_noop("Lines not understood"),
    "future_messages": gettext_noop("Messages in the future"),
    "unpriced_models": gettext_noop("Models without a price"),
    "unpriced_terms": gettext_noop("Speeds without a price"),
    "incomplete_requests": gettext_noop("Incomplete requests"),
    "self_check": gettext_noop("Claude Code's costs"),
    "unconfirmed": gettext_noop("Sessions without totals"),
    "last_sessions": gettext_noop("Last sessions"),
    "stats_cache": gettext_noop("Statistics"),
    "unanswered_requests": gettext_noop("Requests without a response"),
    "unknown_limits": gettext_noop("Unknown limit messages"),
    "price_table": gettext_noop("Price table"),
    "imported": gettext_noop("Imported"),
    "notification_command": gettext_noop("Notification command"),
    "telemetry": gettext_noop("Monitoring"),
    "profiles": gettext_noop("Accounts"),
    "window_rule": gettext_noop("Window rule"),
    "statusline": gettext_noop("Status line"),
    "hook": gettext_noop("Hook"),
    "ignored_limits": gettext_noop("Unreadable limits"),
    "sync_ignored": gettext_noop("Ignored by the server"),
    "clock_behind_minutes": gettext_noop("Clock"),
    "folders_offered": gettext_noop("Other Claude folders"),
    "retention": gettext_noop("Retention"),
    "state": gettext_noop("State"),
    "files_opened": gettext_noop("Files opened"),
    "programs_started": gettext_noop("Programs started"),
    "hosts_contacted": gettext_noop("Hosts contacted"),
    "credentials_opened": gettext_noop("Credentials"),
}


class Finding(NamedTuple):
    """
    Result of one check.

    Attributes:
        name: Key for --json and for `LABELS`.
        value: Value for --json.
        text: Translated text; may have several lines.
        hint: What to do about a problem; empty if there is none.
    """

    name: str
    value: Any
    text: str
    hint: str = ""
