"""Start the program; entry point of the PyInstaller bundle."""

import sys

from claude_tray.__main__ import main

sys.exit(main())
