"""Check whether changes of the transcripts are noticed at once."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray import __version__
from claude_tray.app.instance_client import (
    is_tray_running,
    request_watch_count,
)
from claude_tray.cli.doctor.finding import Finding
from claude_tray.config.settings import load_settings, unknown_key_error
from claude_tray.errors import SyncMisconfiguredError
from claude_tray.ingest.rescan_scheduler import DEGRADED_INTERVAL_SECONDS
from claude_tray.platform.private_files import (
    list_open_modes,
    make_private_folder,
)
from claude_tray.providers.base import displayable_path
from claude_tray.providers.registry import index_by_root
from claude_tray.watching.limits import (
    InotifyCounts,
    network_fs_type,
    user_watch_counts,
    user_watch_limits,
)

if TYPE_CHECKING:
    from claude_tray.app.context import AppContext
    from claude_tray.i18n.translator import Translator
    from claude_tray.platform.paths import AppPaths


# Defaults of distributions that raised the kernel's limits.
_RECOMMENDED_LIMITS: Final = {"watches": 524_288, "instances": 1_024}


class WatchCoverage(NamedTuple):
    """
    Input of the check.

    Attributes:
        folders: Number of folders to watch.
        watched: Number that the tray watches; None without a tray.
        network_filesystems: Type of the file system by folder on a share.
        limits: Kernel limits of one user.
        usage: Use of all programs of this user.
        rescan_seconds: Longest interval of full rescans.
    """

    folders: int
    watched: int | None
    network_filesystems: dict[str, str]
    limits: InotifyCounts
    usage: InotifyCounts
    rescan_seconds: int


def check_watch_coverage(
    context: AppContext, folders: int, translator: Translator
) -> Finding:
    """Check which folders report changes and which are only rescanned."""
    roots = sorted(index_by_root(context.engine_config().folders))
    coverage = WatchCoverage(
        folders,
        request_watch_count(context.paths.state_folder),
        {root: kind for root in roots if (kind := network_fs_type(root))},
        user_watch_limits(),
        user_watch_counts(),
        context.settings.general_look_every_seconds,
    )
    return format_watch_finding(coverage, translator)


def format_watch_finding(
    coverage: WatchCoverage, translator: Translator
) -> Finding:
    limits, usage = coverage.limits, coverage.usage
    value = {
        "folders": coverage.folders,
        "watched": coverage.watched,
        "shares": [
            {"path": p, "kind": k}
            for p, k in coverage.network_filesystems.items()
        ],
        "most": limits.watches,
        "used": usage.watches,
        "instances_most": limits.instances,
        "instances_used": usage.instances,
    }
    text = "\n".join(_format_lines(coverage, translator))
    return Finding("watches", value, text, _build_hint(coverage, translator))


def _format_lines(
    coverage: WatchCoverage, translator: Translator
) -> list[str]:
    gettext, count = translator.gettext, translator.format_integer
    limits, usage = coverage.limits, coverage.usage
    parts = [
        translator.ngettext("{n} folder", "{n} folders", coverage.folders)
    ]
    if limits.watches is not None:
        parts.append(
            gettext("{count} watches allowed", count=count(limits.watches))
        )
    if usage.watches is not None:
        parts.append(gettext("{count} in use", count=count(usage.watches)))
    lines = [translator.join_parts(parts)]
    rescans = gettext(
        "rescanned every {minimum} to {maximum} s",
        minimum=round(DEGRADED_INTERVAL_SECONDS),
        maximum=coverage.rescan_seconds,
    )
    if coverage.watched is not None and coverage.watched < coverage.folders:
        lines.append(
            gettext(
                "only {count} are watched; all are {rescans}",
                count=count(coverage.watched),
                rescans=rescans,
            )
        )
    # A network file system reports no changes by other computers.
    lines += [
        gettext(
            "{path} is a network share ({kind}): {rescans}",
            path=path,
            kind=kind,
            rescans=rescans,
        )
        for path, kind in coverage.network_filesystems.items()
    ]
    return lines


def _build_hint(coverage: WatchCoverage, translator: Translator) -> str:
    """Return how to raise the limit that is too low, if one is."""
    limits, usage = coverage.limits, coverage.usage
    missing = coverage.folders - (coverage.watched or 0)
    if not missing:
        return ""
    if (usage.watches or 0) + missing > (limits.watches or float("inf")):
        return _format_sysctl_hint("watches", limits.watches, translator)
    if (usage.instances or 0) >= (limits.instances or float("inf")):
        return _format_sysctl_hint("instances", limits.instances, translator)
    return ""


def _format_sysctl_hint(
    name: str, limit: int | None, translator: Translator
) -> str:
    recommended = max(_RECOMMENDED_LIMITS[name], 2 * (limit or 0))
    command = f"sudo sysctl fs.inotify.max_user_{name}={recommended}"
    return translator.gettext(
        "Raise the limit with: {command}", command=command
    )


# A folder may hold thousands of unreadable files.
_MAX_LISTED_PATHS: Final = 3
# More than the smallest part that a file system allocates.
_TRIAL_BYTES: Final = 128 << 10


def collect_path_findings(
    context: AppContext, translator: Translator
) -> list[Finding]:
    """Run the checks that need no store."""
    gettext, paths = translator.gettext, context.paths
    is_running = is_tray_running(paths.state_folder)
    return [
        Finding("version", __version__, __version__),
        _check_settings(paths, translator),
        Finding("store", str(paths.database), str(paths.database)),
        Finding("log", str(paths.log_file), str(paths.log_file)),
        _check_writable(paths, translator),
        _check_modes(paths, translator),
        Finding(
            "tray_runs",
            is_running,
            gettext("yes") if is_running else gettext("no"),
        ),
        *_check_transcripts(context, translator),
        _check_sync(context, translator),
    ]


def _check_settings(paths: AppPaths, translator: Translator) -> Finding:
    path, translate = str(paths.settings_file), translator.catalog.gettext
    loaded = load_settings(paths.settings_file, paths.settings_backup_file)
    if loaded.errors:
        text = translator.join_sentences(
            error.describe(translate) for error in loaded.errors
        )
        hint = translator.gettext("Using the last valid value or the default.")
        return Finding("settings", path, text, hint)
    unknown_keys = loaded.settings.unknown_keys
    problems = [
        unknown_key_error(key).describe(translate)
        for key in unknown_keys[:_MAX_LISTED_PATHS]
    ]
    if (more := len(unknown_keys) - _MAX_LISTED_PATHS) > 0:
        problems.append(
            translator.gettext("{count} more unknown settings.", count=more)
        )
    return Finding("settings", path, path, translator.join_sentences(problems))


def _check_writable(paths: AppPaths, translator: Translator) -> Finding:
    """Check for a full disk or a lack of permission by writing."""
    gettext, folder = translator.gettext, paths.database.parent
    text, hint = gettext("can be written"), ""
    try:
        make_private_folder(folder)
        with TemporaryFile(dir=folder) as file:
            file.write(bytes(_TRIAL_BYTES))
            file.flush()
    except OSError as error:
        text = gettext(
            "Cannot write to {folder}: {reason}.",
            folder=folder,
            reason=error.strerror,
        )
        hint = gettext("New usage is not stored: check space and permissions.")
    return Finding("writable", not hint, text, hint)


def _check_modes(paths: AppPaths, translator: Translator) -> Finding:
    """Check for own files that others may read; a start has mended most."""
    gettext = translator.gettext
    found = [str(path) for path in list_open_modes(paths.folders)]
    if not found:
        return Finding("private", True, gettext("only you can read them"))  # noqa: FBT003
    listed = ", ".join(found[:_MAX_LISTED_PATHS])
    return Finding(
        "private",
        False,  # noqa: FBT003 - a JSON value
        gettext("Other users can read {paths}.", paths=listed),
        gettext("Run: chmod go= {path}", path=found[0]),
    )


def _check_transcripts(
    context: AppContext, translator: Translator
) -> list[Finding]:
    gettext = translator.gettext
    summaries = []
    hints = []
    folders = 0
    folder_by_root = index_by_root(context.engine_config().folders)
    for root, folder in folder_by_root.items():
        scan = folder.provider.scan_directory(folder.path)
        folders += scan.folder_count
        unreadable = list(map(displayable_path, scan.unreadable))
        summaries.append(
            {
                "path": root,
                "files": len(scan.transcripts),
                "bytes": sum(t.size for t in scan.transcripts),
                "unreadable": unreadable,
            },
        )
        if not scan.folder_count:
            hints.append(
                gettext("{path} is missing or not readable.", path=root)
            )
        hints += [
            gettext("Cannot read {path}.", path=path)
            for path in unreadable[:_MAX_LISTED_PATHS]
        ]
        if len(unreadable) > _MAX_LISTED_PATHS:
            more = translator.format_integer(
                len(unreadable) - _MAX_LISTED_PATHS
            )
            hints.append(gettext("Cannot read {count} more.", count=more))
    if hints:
        hints.append(gettext("Check --claude-path and the permissions."))
    text = translator.join_parts(
        gettext("{path}: {count} files", path=t["path"], count=t["files"])
        for t in summaries
    )
    return [
        Finding(
            "transcripts", summaries, text, translator.join_sentences(hints)
        ),
        check_watch_coverage(context, folders, translator),
    ]


def _check_sync(context: AppContext, translator: Translator) -> Finding:
    gettext = translator.gettext
    is_on = context.settings.sync_enabled
    # Never the text itself: it may contain a password.
    url = context.environment.api_url or context.settings.sync_url
    problem = "" if url else gettext("no address set")
    if url:
        # Late: most users do not sync.
        from claude_tray.sync.config import parse_endpoint

        try:
            url = parse_endpoint(url).url
        except SyncMisconfiguredError as error:
            url = ""
            problem = error.translate(translator.catalog.gettext)[0]
    text = gettext("off: nothing is sent")
    if is_on:
        text = gettext("on: {url}", url=url or problem)
    if context.sync_error is not None:
        text = gettext("stopped until the settings are fixed")
    return Finding("sync", {"enabled": is_on, "url": url or None}, text)
