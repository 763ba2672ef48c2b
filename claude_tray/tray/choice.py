"""Which kinds of tray may work on this desktop."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from claude_tray.errors import NoTrayError

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.tray.action import Wish
    from claude_tray.tray.shell import Shell

_log = logging.getLogger(__name__)


def shells(
    do: Callable[[Wish], None],
    panel: str,
    patience: float,
) -> list[Shell]:
    """
    Return the shells that may work here, the best first.

    Args:
        do: Called with what was chosen.
        panel: What the icon is drawn for.
        patience: How many seconds a panel may take to appear.

    Raises:
        NoTrayError: None may.
    """
    found: list[Shell] = []
    if sys.platform == "linux":
        from claude_tray.tray.sni_shell import SniShell  # noqa: PLC0415

        try:
            found.append(SniShell(do, panel, patience))
        except NoTrayError as error:
            _log.info("No panel by D-Bus reason=%s", error)
    # Late: it opens the display.
    from claude_tray.tray.classic import classic_shell  # noqa: PLC0415

    try:
        found.append(classic_shell(do, panel))
    except NoTrayError as error:
        _log.info("No tray by the desktop's own means reason=%s", error)
        if not found:
            raise
    return found
