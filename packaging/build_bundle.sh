#!/bin/sh
# dist/claude-tray/ by PyInstaller, and of it a .deb, a .rpm and Arch's
# package. PYTHON is an environment with the project and the extra `ship`.
# Run here: all of it; the .deb in a bare Debian 12, the .rpm and Arch's
# package only listed (tests/packages). Built on the oldest system that is to
# run it, because of its glibc.
. "$(dirname "$0")/common.sh"

GLIBC=$(getconf GNU_LIBC_VERSION | cut -d ' ' -f 2)
export GLIBC
stage
# Without a display pystray cannot be looked at; the spec names what it needs.
env -u DISPLAY "$PYTHON" -m PyInstaller --noconfirm --clean --log-level WARN \
    packaging/claude-tray.spec
find dist/claude-tray -type f -exec chmod 644 {} +
find dist/claude-tray -type d -exec chmod 755 {} +
chmod 755 dist/claude-tray/claude-tray
for packager in ${PACKAGERS:-deb rpm archlinux}; do
    nfpm package -f packaging/nfpm.yaml -p "$packager" -t dist/
done
