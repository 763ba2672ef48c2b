#!/bin/sh
set -e
if command -v py3clean >/dev/null; then
    py3clean -p claude-tray /usr/lib/claude-tray
fi
