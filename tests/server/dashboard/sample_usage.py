"""Build sample batches of two machines: two months and an open window."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

OPUS, SONNET, HAIKU = (
    "claude-opus-4-6",
    "claude-sonnet-4-5",
    "claude-haiku-4-5",
)
PERSONAL, WORK = "6f1d0c9ab27e4d55", "c81e728d9d4c2f63"
PROJECTS = (
    ("claude-tray", 5),
    ("api-gateway", 4),
    ("dotfiles", 2),
    ("thesis-überarbeitung-kapitel-3", 1),
    ("notes", 1),
)
WINDOW_AGE = timedelta(hours=2, minutes=13)


def build_payloads(now: datetime, days: int = 60) -> list[dict[str, Any]]:
    """
    Return two requests of agent-sync.

    The open window began 2 h 13 min before now; Claude Code told that 38 % of
    it is used. The second machine's clock is three minutes ahead.
    """
    rng = random.Random(4)
    start = now - WINDOW_AGE
    laptop = _build_history(rng, start, days, "laptop")
    laptop["claude-tray"].append(_build_window_session(rng, start, now))
    server = _build_history(rng, start, days // 2, "server")
    return [
        {
            "projects": _build_projects(laptop),
            "agent": _build_agent("thinkpad", now, PERSONAL)
            | {"limits": _build_limits(start, now)},
        },
        {
            "projects": _build_projects(server),
            "agent": _build_agent(
                "build-server", now + timedelta(seconds=190), WORK
            ),
        },
    ]


def _build_history(
    rng: random.Random,
    start: datetime,
    days: int,
    name: str,
) -> dict[str, list[dict[str, Any]]]:
    sessions_by_project: dict[str, list[dict[str, Any]]] = {
        p: [] for p, _ in PROJECTS
    }
    weights = [weight for _, weight in PROJECTS]
    for day in range(1, days):
        noon = (start - timedelta(days=day)).replace(hour=12, minute=0)
        is_busy = 1 if noon.weekday() < 5 else rng.choice((0, 0, 1))
        for number in range(is_busy * rng.randint(1, 3)):
            project = rng.choices(list(sessions_by_project), weights)[0]
            begin = noon + timedelta(minutes=rng.gauss(0, 170))
            session = f"{name}-{day}-{number}"
            replies = rng.randint(4, 26)
            sessions_by_project[project].append(
                _build_session(rng, session, begin, replies)
            )
    return sessions_by_project


def _build_window_session(
    rng: random.Random,
    start: datetime,
    now: datetime,
) -> dict[str, Any]:
    window_minutes = (now - start) / timedelta(minutes=1)
    session = _build_session(rng, "laptop-now", start, 0)
    minute = 0.0
    while minute < window_minutes - 1:
        at = start + timedelta(minutes=minute)
        session["messages"].append(
            _build_message(rng, f"now-{minute:.1f}", at, OPUS)
        )
        minute += rng.expovariate(1 / 2.4)
    return session


def _build_session(
    rng: random.Random,
    session: str,
    begin: datetime,
    replies: int,
) -> dict[str, Any]:
    model = rng.choices((OPUS, SONNET, HAIKU), (4, 5, 2))[0]
    return {
        "session_id": session,
        "messages": [
            _build_message(
                rng,
                f"{session}-{number}",
                begin + timedelta(minutes=number * rng.uniform(1, 3)),
                model,
            )
            for number in range(replies)
        ],
    }


def _build_message(
    rng: random.Random,
    name: str,
    at: datetime,
    model: str,
) -> dict[str, Any]:
    return {
        "timestamp": at.isoformat(),
        "requestId": f"req_{name}",
        "message": {
            "id": f"msg_{name}",
            "model": model,
            "usage": {
                "input_tokens": rng.randint(200, 6_000),
                "output_tokens": rng.randint(300, 2_400),
                "cache_creation_input_tokens": rng.randint(2_000, 22_000),
                "cache_read_input_tokens": rng.randint(40_000, 380_000),
            },
        },
    }


def _build_projects(
    sessions_by_project: dict[str, list[dict[str, Any]]],
) -> list[dict[str, Any]]:
    return [
        {"name": name, "path": f"~/src/{name}", "sessions": sessions}
        for name, sessions in sessions_by_project.items()
        if sessions
    ]


def _build_agent(name: str, sent_at: datetime, account: str) -> dict[str, Any]:
    return {
        "machine_id": f"id-of-{name}",
        "machine_name": name,
        "sent_at": sent_at.isoformat(),
        "as_of": sent_at.isoformat(),
        "account": account,
        "version": "1.0.0",
    }


def _build_limits(start: datetime, now: datetime) -> list[dict[str, Any]]:
    week = start + timedelta(days=2, hours=3)
    samples = (
        ("five_hour", 38, start + timedelta(hours=5)),
        ("seven_day", 21, week),
        ("seven_day_opus", 34, week),
    )
    return [
        {
            "name": name,
            "used_percentage": percent,
            "resets_at": resets.isoformat(),
            "observed_at": now.isoformat(),
        }
        for name, percent, resets in samples
    ]
