"""`claude-tray stats`: the totals and the window."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from claude_tray.cli.context import context_of, now
from claude_tray.cli.reading import (
    accounts_in,
    add_profile_argument,
    add_reading_arguments,
    reading,
)
from claude_tray.cli.show import (
    SUM_HEADINGS,
    print_json,
    print_table,
    sum_texts,
)
from claude_tray.domain.totals import NOTHING, Totals
from claude_tray.store import imported, profiles, projects
from claude_tray.tray.provenance import source_of
from claude_tray.wire.stats import human_time_left, stats_of

if TYPE_CHECKING:
    import argparse

    from claude_tray.cli.context import Context
    from claude_tray.domain.snapshot import ProfileState
    from claude_tray.store.connection import Reader


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)
    add_profile_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    context = context_of(arguments)
    with reading(arguments, context) as reader:
        moment = now()
        totals, counts = _all_time(reader, arguments, context)
        foreign = imported.totals(reader)
        states = [
            profiles.state_of(reader, account, moment)
            for account in accounts_in(reader, arguments, context)
        ]
    state = max(states, key=_last_used)
    if arguments.json:
        print_json(stats_of(totals, counts, state, moment))
        return 0
    rows = [["All time", *sum_texts(totals)]]
    if foreign != NOTHING and arguments.profile is None:
        rows.append(["Of it imported", *sum_texts(foreign)])
    if state.window:
        rows.append(["This window", *sum_texts(state.window.totals)])
    print_table("Claude Code", ("", *SUM_HEADINGS), rows)
    print(human_time_left(state, moment))  # noqa: T201
    if state.window and (
        source := source_of(state.window, state, context.tongue)
    ):
        print(source)  # noqa: T201
    return 0


def _all_time(
    reader: Reader,
    arguments: argparse.Namespace,
    context: Context,
) -> tuple[Totals, tuple[int, int]]:
    """Return what was used ever, and the numbers of sessions and projects."""
    if arguments.profile is None:
        models = projects.all_models(reader).values()
        return reduce(Totals.plus, models, NOTHING), projects.counts(reader)
    (account,) = accounts_in(reader, arguments, context)
    return profiles.all_time(reader, account)


def _last_used(state: ProfileState) -> float:
    return state.last_record_at.timestamp() if state.last_record_at else 0.0
