#!/bin/sh
# Build dist/Claude Tray.app and a .zip of it on macOS. PYTHON is an environment
# with the project and the extra `ship`. The app is unsigned: users must allow
# it in System Settings > Privacy & Security, unless they use the formula.
# Untested: needs macOS.
. "$(dirname "$0")/common.sh"

"$PYTHON" -m PyInstaller --noconfirm --clean --log-level WARN \
    packaging/claude-tray.spec
"dist/Claude Tray.app/Contents/MacOS/claude-tray" --version
iconutil --convert iconset --output build/check.iconset icons/claude-tray.icns
ditto -c -k --keepParent "dist/Claude Tray.app" \
    "dist/claude-tray-$VERSION-macos-$(uname -m).zip"
