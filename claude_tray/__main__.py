"""`python -m claude_tray`."""

from __future__ import annotations

import sys

from claude_tray.cli.main import main

sys.exit(main())
