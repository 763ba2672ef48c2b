"""
Evaluate alerts in the background after a sync, at most once a minute a user.

The sync itself does not wait. What arrives within a minute of an evaluation
is evaluated at its end, so the last sync of a burst counts.
"""

from __future__ import annotations

import logging
import time
from threading import Condition, Thread
from typing import Final, NamedTuple

from django.db import DatabaseError, connections
from django.utils import timezone

from claude_tray.server.teams import alerts, deliveries
from claude_tray.server.teams.models import Membership

_log = logging.getLogger(__name__)
_INTERVAL_SECONDS: Final = 60.0
# Jobs that are remembered; then all are forgotten, which costs a query each.
_MAX_REMEMBERED: Final = 10_000


class _Job(NamedTuple):
    """What to evaluate: the limits of a user, or the budgets of a team."""

    is_team: bool
    pk: int


class AlertWorker:
    """
    Runs evaluations one after another in a thread of its own.

    The thread ends when nothing is due, so idle servers have none.
    """

    def __init__(self, interval: float = _INTERVAL_SECONDS) -> None:
        self._interval = interval
        self._condition = Condition()
        # Monotonic seconds: when a job is due, and when it last was.
        self._due: dict[_Job, float] = {}
        self._last: dict[_Job, float] = {}
        self._teamless: set[_Job] = set()
        self._thread: Thread | None = None

    def request(self, user_id: int) -> None:
        """Evaluate the teams of a user soon, if they have any."""
        job, now = _Job(is_team=False, pk=user_id), time.monotonic()
        with self._condition:
            last = self._last.get(job)
            is_recent = last is not None and now < last + self._interval
            if job in self._due or (is_recent and job in self._teamless):
                return
        if not is_recent:
            is_member = Membership.objects.filter(user=user_id).exists()
            with self._condition:
                self._remember(job, now, is_member=is_member)
            if not is_member:
                return
        self._schedule(job, is_recent=is_recent)

    def wait(self, timeout: float) -> bool:
        """Wait until nothing is due; return whether that is so."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout)
        return not self._due

    def _remember(self, job: _Job, now: float, *, is_member: bool) -> None:
        if len(self._last) >= _MAX_REMEMBERED:
            self._last.clear()
            self._teamless.clear()
        self._last[job] = now
        self._teamless.discard(job)
        if not is_member:
            self._teamless.add(job)

    def _schedule(self, job: _Job, *, is_recent: bool) -> None:
        with self._condition:
            now = time.monotonic()
            wait = self._interval if is_recent else 0.0
            self._due.setdefault(
                job, max(now, self._last.get(job, now) + wait)
            )
            if self._thread is None:
                self._thread = Thread(
                    target=self._run, name="alerts", daemon=True
                )
                self._thread.start()
            self._condition.notify()

    def _run(self) -> None:
        try:
            while (job := self._take_next()) is not None:
                self._evaluate(job)
        finally:
            connections.close_all()

    def _take_next(self) -> _Job | None:
        """Wait for the job that is due first; None without any."""
        with self._condition:
            while self._due:
                job = min(self._due, key=self._due.__getitem__)
                wait = self._due[job] - time.monotonic()
                if wait <= 0:
                    del self._due[job]
                    self._last[job] = time.monotonic()
                    return job
                self._condition.wait(wait)
            self._thread = None
            return None

    def _evaluate(self, job: _Job) -> None:
        """Evaluate and deliver; the next sync or command retries failures."""
        now = timezone.now()
        try:
            if job.is_team:
                is_done, teams = alerts.evaluate_team(job.pk, now), None
            else:
                teams = alerts.evaluate_user(job.pk, now)
                is_done = teams is not None
            deliveries.deliver_due(now)
        except DatabaseError as error:
            _log.warning(
                "Cannot evaluate alerts error=%s", type(error).__name__
            )
            return
        if not is_done:
            # Another process did, but perhaps before the last sync.
            self._schedule(job, is_recent=True)
        for team_id in teams or ():
            team_job = _Job(is_team=True, pk=team_id)
            self._schedule(team_job, is_recent=team_job in self._last)


WORKER: Final = AlertWorker()


def request_evaluation(user_id: int, **signal: object) -> None:
    """Evaluate the teams of a user who has sent usage, as a receiver."""
    del signal
    WORKER.request(user_id)
