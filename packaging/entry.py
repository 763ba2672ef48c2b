"""Start the program; entry point of the PyInstaller bundle."""

import sys

from claude_tray.cli.main import main

sys.exit(main())
