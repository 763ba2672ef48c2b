"""Check the export for monitoring."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from claude_tray.cli.doctor.finding import Finding
from claude_tray.errors import SettingsError
from claude_tray.telemetry import state, targets

if TYPE_CHECKING:
    from claude_tray.app.context import AppContext
    from claude_tray.i18n.translator import Translator


def collect_telemetry_findings(
    context: AppContext, translator: Translator
) -> list[Finding]:
    """Report what is exported and what prevents it; nothing if it is off."""
    settings = context.settings
    name, endpoint = settings.telemetry_prometheus_file, ""
    lines, hints = [], []
    if context.telemetry_error is not None:
        lines.append(
            translator.gettext("stopped until the settings are fixed")
        )
    if name:
        line, hint = _check_file(name, translator)
        lines.append(line)
        hints.append(hint)
    if settings.telemetry_otlp_endpoint:
        endpoint, line, hint = _check_sending(context, translator)
        lines.append(line)
        hints.append(hint)
    if not lines:
        return []
    value = {"prometheus_file": name or None, "otlp_url": endpoint or None}
    hint = " ".join(filter(None, hints))
    return [Finding("telemetry", value, "\n".join(lines), hint)]


def _check_file(name: str, translator: Translator) -> tuple[str, str]:
    try:
        path = targets.resolve_prometheus_path(name)
    except SettingsError as error:
        return error.translate(translator.catalog.gettext)
    if os.access(path.parent, os.W_OK):
        return str(path), ""
    return (
        translator.gettext(
            "Cannot write to {folder}: {reason}.",
            folder=path.parent,
            reason=os.strerror(errno.EACCES),
        ),
        translator.gettext("Check the permissions of its folder."),
    )


def _check_sending(
    context: AppContext, translator: Translator
) -> tuple[str, str, str]:
    """Return the address, what is shown, and what to do."""
    gettext, settings = translator.gettext, context.settings
    try:
        target = targets.load_otlp_target(
            settings.telemetry_otlp_endpoint,
            settings,
            context.environment,
            context.paths,
        )
    except SettingsError as error:
        return "", *error.translate(translator.catalog.gettext)
    result = state.load_sending_state(
        context.paths.state_folder / state.STATE_FILE
    )
    text = target.url
    if result.sent_at:
        sent_at = datetime.fromtimestamp(result.sent_at, UTC)
        text = gettext(
            "{url}, last sent {day}, {clock}",
            url=target.url,
            day=translator.format_day(sent_at),
            clock=translator.format_clock(sent_at),
        )
    if result.problem:
        return target.url, text, result.problem
    return target.url, text, ""
