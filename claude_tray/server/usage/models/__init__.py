"""What is kept of usage: one lean row a reply, and sums of them."""

from claude_tray.server.usage.models.snapshot import UsageSnapshot
from claude_tray.server.usage.models.sources import (
    ClaudeAccount,
    Horizon,
    LimitTold,
    Machine,
    Model,
    Server,
)
from claude_tray.server.usage.models.sums import (
    SUM_FIELDS,
    Project,
    Session,
    SessionShare,
    Sums,
    UsageCell,
)

__all__ = [
    "SUM_FIELDS",
    "ClaudeAccount",
    "Horizon",
    "LimitTold",
    "Machine",
    "Model",
    "Project",
    "Server",
    "Session",
    "SessionShare",
    "Sums",
    "UsageCell",
    "UsageSnapshot",
]
