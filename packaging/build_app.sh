#!/bin/sh
# On macOS: dist/Claude Tray.app, and of it a .zip. PYTHON is an environment
# with the project and the extra `ship`. Unsigned: a person opens it the first
# time by System Settings → Privacy & Security. The formula needs none of that.
# Not run here: there is no macOS.
. "$(dirname "$0")/common.sh"

"$PYTHON" -m PyInstaller --noconfirm --clean --log-level WARN \
    packaging/claude-tray.spec
"dist/Claude Tray.app/Contents/MacOS/claude-tray" --version
iconutil --convert iconset --output build/check.iconset icons/claude-tray.icns
ditto -c -k --keepParent "dist/Claude Tray.app" \
    "dist/claude-tray-$VERSION-macos-$(uname -m).zip"
