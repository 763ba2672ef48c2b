#!/usr/bin/env python3
"""Run management commands of the server, like Django's manage.py."""

from claude_tray.server.__main__ import main

if __name__ == "__main__":
    main()
