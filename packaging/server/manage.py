#!/usr/bin/env python3
"""For those who know Django: `python manage.py COMMAND`."""

from claude_tray.server.__main__ import main

if __name__ == "__main__":
    main()
