#!/bin/sh
set -e
if [ "$1" = configure ] && command -v py3compile >/dev/null; then
    py3compile -p claude-tray /usr/lib/claude-tray
fi
