from __future__ import annotations

from claude_tray.ui.popup.compose import build_view, format_summary
from tests.support.popup_states import make_popup_state


def test_all_that_matters_is_said_and_no_project_named() -> None:
    lines = format_summary(build_view(*make_popup_state("pace"))).splitlines()

    assert lines[0].startswith("Claude Code: 2h 47m until 15:00, 38%")
    assert "Week · all models 21% resets Thu 09:00" in lines
    assert "Today: $12.40, 28.1M tokens" in lines
    assert "Opus 4.6: $6.88, 12.7M" in lines
    assert "api-gateway" not in "".join(lines)
