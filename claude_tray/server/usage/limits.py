"""Store and load the limit samples that machines send."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Final

from claude_tray.core.limit_merge import filter_plausible
from claude_tray.core.limits import (
    CLOCK_TOLERANCE_MS,
    FIVE_HOUR,
    SAME_RESET_TOLERANCE_MS,
    LimitSample,
    LimitSource,
)
from claude_tray.core.windows import WINDOW_MS
from claude_tray.protocol.agent_sync import IgnoredValue
from claude_tray.server.usage import bulk_sql, models, window_chains

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from claude_tray.server.accounts.models import User


# Of one account; Claude Code has a handful.
MAX_LIMIT_NAMES: Final = 50
# Of one account: more than five years of windows.
MAX_LIMIT_WINDOWS: Final = 10_000


def save_limit_samples(
    user: User,
    samples: Iterable[LimitSample],
    account_pks: Mapping[str, int],
) -> list[IgnoredValue]:
    """
    Save the newest sample of each window; the caller locks the user.

    Returns:
        The samples of limits that are too many.
    """
    ignored = []
    for sample in samples:
        key = {"user_id": user.pk, "account_id": account_pks[sample.account]}
        if not _has_room(key, sample.name):
            detail = f"an account may have {MAX_LIMIT_NAMES} limits"
            ignored.append(IgnoredValue("agent.limits", "too_many", detail))
            continue
        if sample.name == FIVE_HOUR:
            # A reported window decides where the next one starts.
            first_ms = min(sample.resets_ms or 0, sample.observed_at_ms)
            window_chains.invalidate_chain(
                user.pk, key["account_id"], first_ms - WINDOW_MS
            )
        if not _is_revoked(key, sample):
            _revoke_later_resets(key, sample)
            _save_newest_sample(key, sample)
    return ignored


def _has_room(key: Mapping[str, int], name: str) -> bool:
    """Return whether a limit is known, or another one may be."""
    stored = models.LimitTold.objects.filter(**key)
    if stored.filter(name=name).exists():
        return True
    count = stored.values("name").distinct().count()
    return count < MAX_LIMIT_NAMES


_SAMPLES_SQL: Final = (
    "SELECT account_id, name, percent, resets_ms, told_ms"
    " FROM usage_limittold WHERE user_id = %s AND told_ms >= {since_ms}"
    " AND told_ms <= {until_ms} AND account_id"
)


def load_limit_samples(
    user: int, keys: Mapping[int, str], since_ms: int, now_ms: int
) -> dict[int, list[LimitSample]]:
    """
    Load the newest plausible sample of each limit of accounts.

    Args:
        user: Primary key of the user.
        keys: Keys of the accounts by primary key.
        since_ms: Earliest time of a sample, in milliseconds.
        now_ms: Current time.

    Returns:
        Samples by the account's primary key.
    """
    sql = _SAMPLES_SQL.format(
        since_ms=since_ms, until_ms=now_ms + CLOCK_TOLERANCE_MS
    )
    newest: dict[tuple[int, str], LimitSample] = {}
    rows = bulk_sql.select_matching(sql, user, keys)
    for pk, name, percent, resets_ms, told_ms in sorted(
        rows, key=itemgetter(-1), reverse=True
    ):
        found = newest.get((pk, name))
        # Most are older than the newest one, and need no sample.
        if found is not None and found.observed_at_ms > told_ms:
            continue
        sample = LimitSample(
            keys[pk],
            name,
            percent,
            None if percent is None else resets_ms,
            told_ms,
            LimitSource.MACHINE,
        )
        if filter_plausible([sample]) and (
            found is None or _get_time(sample) > _get_time(found)
        ):
            newest[pk, name] = sample
    samples: dict[int, list[LimitSample]] = {}
    for (pk, _), sample in newest.items():
        samples.setdefault(pk, []).append(sample)
    return samples


def _get_time(sample: LimitSample) -> tuple[int, float, int]:
    """Return what find_newest_reports sorts by."""
    percent = -1.0 if sample.percent is None else sample.percent
    return sample.observed_at_ms, percent, sample.resets_ms or 0


def _is_revoked(key: Mapping[str, int], sample: LimitSample) -> bool:
    """Return whether a newer report has an earlier reset, or none."""
    resets_ms = sample.resets_ms or 0
    return models.LimitTold.objects.filter(
        **key,
        name=sample.name,
        told_ms__gt=sample.observed_at_ms,
        told_ms__lt=resets_ms,
        resets_ms__lt=resets_ms - SAME_RESET_TOLERANCE_MS,
    ).exists()


def _revoke_later_resets(key: Mapping[str, int], sample: LimitSample) -> None:
    """Delete ends of open windows that a newer report contradicts."""
    models.LimitTold.objects.filter(
        **key,
        name=sample.name,
        told_ms__lt=sample.observed_at_ms,
        resets_ms__gt=max(
            sample.observed_at_ms,
            (sample.resets_ms or 0) + SAME_RESET_TOLERANCE_MS,
        ),
    ).delete()


def _delete_oldest_window(key: Mapping[str, int]) -> None:
    """Make room for another window of an account that has very many."""
    windows = models.LimitTold.objects.filter(**key)
    if windows.count() >= MAX_LIMIT_WINDOWS:
        oldest = windows.order_by("told_ms").values_list("pk", flat=True)
        windows.filter(pk=oldest[0]).delete()


def _save_newest_sample(key: Mapping[str, int], sample: LimitSample) -> None:
    """Save the newest sample of a window; reset times jitter."""
    resets_ms = sample.resets_ms or 0
    same_kind = models.LimitTold.objects.filter(
        **key,
        name=sample.name,
        percent__isnull=sample.is_absent,
    )
    stored = (
        same_kind.first()
        if sample.is_absent
        else same_kind.filter(
            resets_ms__gte=resets_ms - SAME_RESET_TOLERANCE_MS,
            resets_ms__lte=resets_ms + SAME_RESET_TOLERANCE_MS,
        ).first()
    )
    if stored is None:
        _delete_oldest_window(key)
        models.LimitTold.objects.create(
            **key,
            name=sample.name,
            resets_ms=resets_ms,
            percent=sample.percent,
            told_ms=sample.observed_at_ms,
        )
    elif sample.observed_at_ms > stored.told_ms:
        stored.percent, stored.told_ms = sample.percent, sample.observed_at_ms
        if sample.is_absent:
            stored.resets_ms = resets_ms
        stored.save()
