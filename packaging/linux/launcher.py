#!/usr/bin/python3 -P
"""Start the program on the system's Python: /usr/bin/claude-tray."""

import sys

sys.path.insert(0, "/usr/lib/claude-tray")

from claude_tray.__main__ import main

sys.exit(main())
