"""Load what is left of the limits of the account that a session works with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from claude_tray.config.claude_folders import resolve_claude_folder
from claude_tray.core import (
    account_choice,
    budget,
    current_limits,
    status,
    time,
)
from claude_tray.errors import UsageError, gettext_noop
from claude_tray.ingest.config import EngineConfig, cached_accounts
from claude_tray.platform.paths import get_home_folder
from claude_tray.presentation import budget_text
from claude_tray.presentation.context import ViewContext
from claude_tray.protocol.budget_api import BudgetItem, build_budget_item
from claude_tray.store import fit_basis, snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from claude_tray.app.context import AppContext
    from claude_tray.core import fit
    from claude_tray.core.accounts import Account
    from claude_tray.core.snapshot import AccountSnapshot, Snapshot
    from claude_tray.store.connection import Reader


class BudgetReport(NamedTuple):
    """
    What is left, and for which account.

    Attributes:
        snapshot: State of all accounts.
        account: The account; None if nothing was ever stored.
        assessment: Its assessment.
        budget: What is left of its limits.
    """

    snapshot: Snapshot
    account: AccountSnapshot | None
    assessment: status.Assessment
    budget: budget.LimitBudget


def load_budget(
    reader: Reader,
    context: AppContext,
    accounts: Sequence[Account],
    need: float | None,
    now: datetime,
) -> BudgetReport:
    """
    Load the budget of the account of this session.

    Args:
        reader: Open store.
        context: Settings, folders and environment.
        accounts: Accounts that may be meant; only one if the user named it.
        need: Percentage of the limit that is needed; None without a need.
        now: Current time, in the local time zone.

    Raises:
        UsageError: The session's Claude folder is not followed.
    """
    state = snapshot.SnapshotBuilder(reader).build(accounts, now)
    key = find_session_account(reader, context) if len(accounts) > 1 else ""
    paths = {account.path: account for account in accounts}
    account = next(
        (
            item
            for item in state.accounts
            if paths[item.path].key == key or len(accounts) == 1
        ),
        None,
    ) or account_choice.choose_account(state, now)
    assessment = status.assess_account(state, account, now)
    its_fit = None
    if account is not None:
        its_fit = _load_fit(reader, context, paths[account.path], account, now)
    return BudgetReport(
        state,
        account,
        assessment,
        budget.decide_budget(account, assessment, its_fit, need, now),
    )


def find_session_account(reader: Reader, context: AppContext) -> str:
    """Return the account of Claude Code in this environment; or empty."""
    config = cached_accounts(reader, context.engine_config())
    path = _find_session_folder(context, config)
    return next((f.account for f in config.folders if f.path == path), "")


def check_session_folder(context: AppContext) -> None:
    """
    Refuse to answer a session whose Claude folder is not followed.

    The answer would be about the limits of another account.

    Raises:
        UsageError: CLAUDE_CONFIG_DIR names a folder that is not followed.
    """
    if context.folders_fixed_by or not context.environment.claude_config_dir:
        return
    if _find_session_folder(context, context.engine_config()) is None:
        raise UsageError(
            gettext_noop(
                "This session's folder {path} is not one of those that are"
                " read."
            ),
            hint=gettext_noop(
                "Add it to claude_paths in the settings, or choose an account"
                " with --account."
            ),
            path=context.environment.claude_config_dir,
        )


def _find_session_folder(
    context: AppContext, config: EngineConfig
) -> Path | None:
    """Return the followed folder that Claude Code uses here."""
    home = get_home_folder()
    names = [
        name.strip()
        for name in context.environment.claude_config_dir.split(",")
        if name.strip()
    ]
    wanted = {
        os.path.realpath(resolve_claude_folder(name, home)) for name in names
    } or {os.path.realpath(home / ".claude")}
    return next(
        (
            folder.path
            for folder in config.folders
            if os.path.realpath(folder.path) in wanted
        ),
        None,
    )


def _load_fit(
    reader: Reader,
    context: AppContext,
    account: Account,
    state: AccountSnapshot,
    now: datetime,
) -> fit.Fit | None:
    """Return what usual work takes; None if that is not learned yet."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return fit_basis.load_fit(
        reader,
        account,
        context.engine_config().prices,
        current_limits.get_open_window(state, now),
        (time.to_epoch_ms(midnight), time.to_epoch_ms(now)),
    )


def format_report(
    report: BudgetReport, context: AppContext, now: datetime
) -> BudgetItem:
    """Return the answer as an object, with its text in the user's language."""
    view = ViewContext(now, report.account, translator=context.translator)
    text = budget_text.format_budget(report.budget, report.assessment, view)
    return build_budget_item(
        report.budget,
        report.assessment,
        report.account.name if report.account else "",
        text,
        now,
    )
