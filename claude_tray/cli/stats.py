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
from claude_tray.store import profiles, projects
from claude_tray.wire.stats import human_time_left, stats_of

if TYPE_CHECKING:
    import argparse

    from claude_tray.domain.snapshot import ProfileState


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)
    add_profile_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    context = context_of(arguments)
    with reading(arguments, context) as reader:
        moment = now()
        totals = reduce(
            Totals.plus,
            projects.all_models(reader).values(),
            NOTHING,
        )
        counts = projects.counts(reader)
        states = [
            profiles.state_of(reader, account, moment)
            for account in accounts_in(reader, arguments, context)
        ]
    state = max(states, key=_last_used)
    if arguments.json:
        print_json(stats_of(totals, counts, state, moment))
        return 0
    rows = [["All time", *sum_texts(totals)]]
    if state.window:
        rows.append(["This window", *sum_texts(state.window.totals)])
    print_table("Claude Code", ("", *SUM_HEADINGS), rows)
    print(human_time_left(state, moment))  # noqa: T201
    return 0


def _last_used(state: ProfileState) -> float:
    return state.last_record_at.timestamp() if state.last_record_at else 0.0
