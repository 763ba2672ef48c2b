"""Arrange the options in sections of the settings, each a form of its own."""

from __future__ import annotations

from typing import Final, NamedTuple

from claude_tray.errors import gettext_noop


class SectionGroup(NamedTuple):
    """Options below a title, a msgid."""

    title: str
    names: tuple[str, ...]


class SettingsSection(NamedTuple):
    """
    A page with a form.

    Attributes:
        key: Its part of the address.
        label: Its title, a msgid.
        groups: Its options.
    """

    key: str
    label: str
    groups: tuple[SectionGroup, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all its options."""
        return tuple(name for group in self.groups for name in group.names)


SYNC_SECTION: Final = SettingsSection(
    "sync",
    gettext_noop("Sync"),
    (
        SectionGroup(
            gettext_noop("Server"),
            ("sync.enabled", "sync.url", "sync.every_seconds"),
        ),
        SectionGroup(
            gettext_noop("Shared with your server"),
            ("sync.machine_name", "sync.projects", "sync.exclude"),
        ),
    ),
)
SECTIONS: Final = (
    SettingsSection(
        "general",
        gettext_noop("General"),
        (
            SectionGroup(
                gettext_noop("Appearance"),
                (
                    "general.language",
                    "general.theme",
                    "general.clock",
                    "general.show",
                ),
            ),
            SectionGroup(
                gettext_noop("Behavior"),
                (
                    "general.left_click",
                    "general.fold_worktrees",
                    "general.look_every_seconds",
                    "updates.check",
                ),
            ),
        ),
    ),
    SettingsSection(
        "icon",
        gettext_noop("Icon"),
        (
            SectionGroup(gettext_noop("Style"), ("icon.style",)),
            SectionGroup(
                gettext_noop("Details"),
                (
                    "icon.number",
                    "icon.panel",
                    "icon.colour",
                    "icon.week_bar",
                    "icon.text_beside",
                ),
            ),
        ),
    ),
    SettingsSection(
        "notifications",
        gettext_noop("Notifications"),
        (
            SectionGroup(
                gettext_noop("Notifications"),
                (
                    "notifications.enabled",
                    "notifications.limit",
                    "notifications.reset",
                    "notifications.run_out",
                    "notifications.budget",
                ),
            ),
            SectionGroup(
                gettext_noop("5-hour window"),
                (
                    "notifications.warn_percent",
                    "notifications.warn_again_percent",
                ),
            ),
            SectionGroup(
                gettext_noop("Week"),
                ("notifications.week", "notifications.week_percent"),
            ),
            SectionGroup(
                gettext_noop("Prompt cache"),
                (
                    "notifications.cold_cache",
                    "notifications.cold_cache_minutes",
                ),
            ),
            SectionGroup(
                gettext_noop("Do not disturb"),
                ("notifications.quiet_hours",),
            ),
            SectionGroup(
                gettext_noop("Your own command"),
                ("notifications.command",),
            ),
        ),
    ),
    SettingsSection(
        "costs",
        gettext_noop("Limits and costs"),
        (
            SectionGroup(
                gettext_noop("Limits"), ("limits.plan", "window.rule")
            ),
            SectionGroup(
                gettext_noop("Costs"),
                (
                    "cost.currency",
                    "cost.billing_day",
                    "limits.daily_budget_usd",
                    "cost.table",
                    "prices",
                ),
            ),
        ),
    ),
    SettingsSection(
        "monitoring",
        gettext_noop("Monitoring"),
        (
            SectionGroup(
                gettext_noop("Metrics of this computer"),
                (
                    "telemetry.prometheus_file",
                    "telemetry.otlp_endpoint",
                    "telemetry.interval_seconds",
                    "telemetry.projects",
                ),
            ),
        ),
    ),
    SettingsSection(
        "folders",
        gettext_noop("Folders"),
        (SectionGroup(gettext_noop("Folders"), ("claude_paths", "profiles")),),
    ),
    SettingsSection(
        "statusline",
        gettext_noop("Status line"),
        (
            SectionGroup(
                gettext_noop("Status line"),
                ("statusline.parts", "statusline.second_row"),
            ),
        ),
    ),
)
SECTIONS_BY_KEY: Final = {section.key: section for section in SECTIONS}
