"""What PyInstaller makes a program of."""

import sys

from claude_tray.cli.main import main

sys.exit(main())
