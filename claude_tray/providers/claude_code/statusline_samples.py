"""
Spool samples from the statusline process to the ingest thread.

Claude Code runs the statusline many times a minute. Each run writes one small
file and never waits for the store.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from claude_tray.core import bounds
from claude_tray.core.accounts import StatuslineSession
from claude_tray.core.limits import LimitMoney, LimitSample, LimitSource
from claude_tray.platform.small_file import read_small_file
from claude_tray.providers.base import SAMPLE_SUFFIX, SpooledSample
from claude_tray.providers.claude_code.discovery import normalize_path
from claude_tray.providers.claude_code.limit_values import (
    MAX_LIMITS,
    ReportedLimit,
    ReportedLimits,
    ReportedMoney,
    parse_limit_table,
    parse_number,
    parse_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


def parse_session(
    payload: Mapping[str, Any], observed_at_ms: int
) -> StatuslineSession:
    """Return the session of a payload; its id may be empty."""
    model, cost = _get_table(payload, "model"), _get_table(payload, "cost")
    return StatuslineSession(
        parse_text(payload.get("session_id")),
        observed_at_ms,
        parse_text(model.get("display_name")) or parse_text(model.get("id")),
        parse_text(payload.get("cwd")),
        parse_number(cost.get("total_cost_usd")),
        parse_number(
            _get_table(payload, "context_window").get("used_percentage")
        ),
        *_parse_prompt_cache(_get_table(payload, "prompt_cache")),
    )


def _parse_prompt_cache(
    value: Mapping[str, Any],
) -> tuple[int | None, int | None]:
    """Return when the cache goes cold, and how many tokens waking takes."""
    expires = parse_number(value.get("expires_at"))
    tokens = parse_number(value.get("recache_tokens_if_cold"))
    if expires is None or tokens is None or tokens > bounds.MAX_COUNT:
        return None, None
    expires_ms = int(expires * _MS)
    if not bounds.is_storable_time(expires_ms):
        return None, None
    return expires_ms, int(tokens)


def _get_table(payload: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = payload.get(name)
    return value if isinstance(value, dict) else {}


_MS: Final = 1000
_PARTIAL_SUFFIX: Final = ".new"
# While no ingest runs, only the latest samples are kept.
_MAX_SAMPLES: Final = 4096
# More unfinished files than this are leftovers of killed processes.
_MAX_PARTIAL_FILES: Final = 1024


def read_samples(spool_dir: Path) -> list[SpooledSample]:
    """
    Return the samples, oldest first; callers delete them when stored.

    Files that are not valid samples are deleted immediately.
    """
    samples = []
    for path in _list_files(spool_dir):
        try:
            sample = decode_sample(path, read_small_file(path))
        except OSError:
            continue
        if sample is None:
            delete_samples([path])
        else:
            samples.append(sample)
    return samples


def delete_samples(paths: Iterable[Path]) -> None:
    """Delete samples that are stored."""
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def decode_sample(path: Path, data: bytes) -> SpooledSample | None:
    """Decode a sample; return None if it is invalid."""
    try:
        value = json.loads(data)
        observed_at_ms = _require_ms(value["told_ms"])
        if "payload" in value:
            value = _parse_payload(value, observed_at_ms)
        reported = _decode_limits(value)
        session = _decode_session(value.get("session"), observed_at_ms)
        return SpooledSample(
            path,
            parse_text(value["claude"]),
            observed_at_ms,
            _build_samples(reported, session, observed_at_ms),
            reported.unreadable,
            reported.ignored,
            session,
            value.get("worktree"),
        )
    except (
        AttributeError,
        KeyError,
        OverflowError,
        RecursionError,
        TypeError,
        ValueError,
    ):
        return None


def _parse_payload(
    value: dict[str, Any], observed_at_ms: int
) -> dict[str, Any]:
    """Return a sample with the values of the payload that it has."""
    payload = value["payload"]
    reported = parse_limit_table(payload.get("rate_limits"))
    return {
        **value,
        "limits": {name: values for name, *values in reported.limits},
        "unreadable": reported.unreadable,
        "ignored": reported.ignored,
        "session": parse_session(payload, observed_at_ms),
        "worktree": _parse_worktree(payload),
    }


def _parse_worktree(payload: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the path of a session's worktree and what it is a part of."""
    workspace = _get_table(payload, "workspace")
    worktree = _get_table(payload, "worktree")
    path = parse_text(worktree.get("path")) or parse_text(
        workspace.get("project_dir")
    )
    project = parse_text(worktree.get("original_cwd"))
    if not project and workspace.get("git_worktree"):
        project = parse_text(_get_table(workspace, "repo").get("name"))
    if not path or project in ("", path):
        return None
    return normalize_path(path), normalize_path(project)


def _decode_limits(value: dict[str, Any]) -> ReportedLimits:
    limits = []
    for name, (percent, resets_ms, *money) in value["limits"].items():
        amounts = money[0] if money else None
        limits.append(
            ReportedLimit(
                parse_text(name),
                None if percent is None else _require_number(percent),
                None if resets_ms is None else _require_ms(resets_ms),
                None if amounts is None else ReportedMoney(*amounts),
            )
        )
    unreadable = map(parse_text, value.get("unreadable", ()))
    ignored = int(_require_number(value.get("ignored", 0)))
    return ReportedLimits(
        tuple(limits[:MAX_LIMITS]), tuple(unreadable), ignored
    )


def _build_samples(
    reported: ReportedLimits,
    session: StatuslineSession | None,
    observed_at_ms: int,
) -> tuple[LimitSample, ...]:
    """Return the limits as samples without an account."""
    return tuple(
        LimitSample(
            "",
            limit.name,
            limit.percent,
            limit.resets_ms,
            observed_at_ms,
            LimitSource.STATUSLINE,
            session.uuid if session else "",
            money=build_money(limit.money),
        )
        for limit in reported.limits
    )


def build_money(reported: ReportedMoney | None) -> LimitMoney | None:
    """
    Return the amounts of a limit.

    Raises:
        ValueError: They are no numbers.
    """
    if reported is None:
        return None
    # Late: amounts are rare.
    from decimal import Decimal, InvalidOperation

    try:
        used = Decimal(reported.used)
        limit = None if reported.limit is None else Decimal(reported.limit)
    except InvalidOperation as error:
        raise ValueError(reported) from error
    return LimitMoney(used, limit, reported.currency, reported.period)


def _decode_session(
    fields: Any, observed_at_ms: int
) -> StatuslineSession | None:
    if not fields or not parse_text(fields[0]):
        return None
    uuid, _, model, cwd, cost_usd, context_percent, *cache = fields
    return StatuslineSession(
        parse_text(uuid),
        observed_at_ms,
        parse_text(model),
        parse_text(cwd),
        parse_number(cost_usd),
        parse_number(context_percent),
        *cache,
    )


def _require_number(value: object) -> float:
    parsed = parse_number(value)
    if parsed is None:
        message = "no number"
        raise ValueError(message)
    return float(parsed)


def _require_ms(ms: Any) -> int:
    _require_number(ms / 1000)
    return int(ms)


def _list_files(spool_dir: Path, suffix: str = SAMPLE_SUFFIX) -> list[Path]:
    try:
        names = os.listdir(spool_dir)  # noqa: PTH208 - names, many times
    except OSError:
        return []
    return [spool_dir / n for n in sorted(names) if n.endswith(suffix)]


def prune_samples(spool_dir: Path) -> None:
    """Delete the oldest samples and leftovers of killed processes."""
    delete_samples(_list_files(spool_dir)[:-_MAX_SAMPLES])
    delete_samples(
        _list_files(spool_dir, _PARTIAL_SUFFIX)[:-_MAX_PARTIAL_FILES]
    )
