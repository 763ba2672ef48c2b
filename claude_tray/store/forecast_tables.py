"""Define the tables of forecasts."""

from __future__ import annotations

from typing import Final

# One row for each hour of a window and method. `limit_ms` is null if the
# reset was expected first. The errors are set after the reset; `error_ms`
# stays null if no limit was expected or reached. `shown` marks the method on
# display. `hour_profile` has the mean cost by hour of the week.
FORECAST_TABLES: Final = """
CREATE TABLE forecast (
    profile INTEGER NOT NULL,
    resets_ms INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    method TEXT NOT NULL,
    start_ms INTEGER NOT NULL,
    made_ms INTEGER NOT NULL,
    percent REAL NOT NULL,
    percent_at_reset REAL NOT NULL,
    limit_ms INTEGER,
    shown INTEGER NOT NULL,
    error_percent REAL,
    error_ms INTEGER,
    PRIMARY KEY (profile, resets_ms, hour, method)
) WITHOUT ROWID;
CREATE TABLE hour_profile (
    profile INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    cost REAL NOT NULL,
    PRIMARY KEY (profile, hour)
) WITHOUT ROWID;
"""
