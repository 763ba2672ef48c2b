#!/usr/bin/python3 -P
"""What /usr/bin/claude-tray is where the system's own Python runs it."""

import sys

sys.path.insert(0, "/usr/lib/claude-tray")

from claude_tray.cli.main import main

sys.exit(main())
