"""
Start the program; entry point of the PyInstaller bundle.

With --import-modules, import every module instead, to test the bundle: modules
that are imported by name are easily left out.
"""

import sys

if sys.argv[1:] == ["--import-modules"]:
    from import_modules import main
else:
    from claude_tray.__main__ import main

sys.exit(main())
