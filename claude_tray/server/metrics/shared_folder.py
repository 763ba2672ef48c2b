"""Let the processes of one server add up their counts in a folder."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator


# The client library reads this name once, when it is imported.
MULTIPROCESS_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def share_response_counts() -> Iterator[None]:
    """Create the folder for processes that are started within the block."""
    with tempfile.TemporaryDirectory(prefix="claude-tray-metrics-") as folder:
        os.environ[MULTIPROCESS_VARIABLE] = folder
        try:
            yield
        finally:
            del os.environ[MULTIPROCESS_VARIABLE]
