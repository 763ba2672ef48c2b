#!/bin/sh
# Build dist/claude-tray/ with PyInstaller, and a .deb, an .rpm and an Arch
# package of it. PYTHON is an environment with the project and the extra `ship`.
# Tested: the .deb in a bare Debian 12; of the other packages only the contents
# (tests/packages). Build on the oldest supported system, because of glibc.
. "$(dirname "$0")/common.sh"

GLIBC=$(getconf GNU_LIBC_VERSION | cut -d ' ' -f 2)
export GLIBC
stage
# Without a display PyInstaller cannot import pystray; the spec lists its modules.
env -u DISPLAY "$PYTHON" -m PyInstaller --noconfirm --clean --log-level WARN \
    packaging/claude-tray.spec
find dist/claude-tray -type f -exec chmod 644 {} +
find dist/claude-tray -type d -exec chmod 755 {} +
chmod 755 dist/claude-tray/claude-tray
for packager in ${PACKAGERS:-deb rpm archlinux}; do
    nfpm package -f packaging/nfpm.yaml -p "$packager" -t dist/
done
