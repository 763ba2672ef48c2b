"""What one window's use was made of: by time, and by what used it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.usage import Terms
from claude_tray.store.rollups import SUM_OF_MESSAGES
from claude_tray.store.sums import totals_of

if TYPE_CHECKING:
    from claude_tray.domain.totals import Totals
    from claude_tray.store.connection import Reader, Writer

STEP_MS: Final = 120_000

# Looked up row by row: a window has few, an account thousands of sessions.
_OF_PROFILE: Final = """
    AND (SELECT profile FROM session WHERE id = message.session)
        = (SELECT id FROM profile WHERE account = ?3)
"""
_STEPS: Final = f"""
    SELECT (at_ms - ?1) / {STEP_MS}, sum(input + output),
        ifnull(sum(cost), 0), sum(cost IS NULL)
    FROM message WHERE at_ms >= ?1 AND at_ms < ?2 {_OF_PROFILE}
    GROUP BY 1 ORDER BY 1
"""
_USES: Final = f"""
    SELECT project.path, model.name, speed, inference_geo, service_tier,
        web_searches, {SUM_OF_MESSAGES}
    FROM message
        JOIN session ON session.id = message.session
        JOIN project ON project.id = session.project
        JOIN model ON model.id = message.model
        JOIN terms ON terms.id = message.terms
    WHERE at_ms >= ?1 AND at_ms < ?2 {_OF_PROFILE}
    GROUP BY session.project, message.model, message.terms
    ORDER BY 1, 2, 3, 4, 5, 6
"""


class Step(NamedTuple):
    """
    What was used in two minutes.

    Attributes:
        end_ms: When they were over.
        tokens: Input and output.
        cost: Nano-dollars of what has a price.
        unpriced: How many replies have none.
    """

    end_ms: int
    tokens: int
    cost: int
    unpriced: int


class Use(NamedTuple):
    """What a model used in a project at the same terms."""

    project: str
    model: str
    terms: Terms
    totals: Totals


def steps(
    reader: Reader | Writer,
    account: str,
    start_ms: int,
    end_ms: int,
) -> list[Step]:
    """Return what an account used, in steps that hold anything."""
    rows = reader.execute(_STEPS, (start_ms, end_ms, account))
    return [
        Step(start_ms + (number + 1) * STEP_MS, *more)
        for number, *more in rows
    ]


def uses(
    reader: Reader | Writer,
    account: str,
    start_ms: int,
    end_ms: int,
) -> list[Use]:
    """Return what used an account's tokens between two moments, exactly."""
    rows = reader.execute(_USES, (start_ms, end_ms, account))
    return [
        Use(row[0], row[1], Terms(*row[2:6]), totals_of(row[6:]))
        for row in rows
    ]
