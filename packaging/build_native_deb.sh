#!/bin/sh
# Build dist/claude-tray_VERSION-1_amd64.deb, which runs on the system's Python
# and includes four libraries. PYTHON is an environment with the extra `ship`.
# Tested, also installed in a bare Debian 12 (tests/packages).
. "$(dirname "$0")/common.sh"

stage
rm -rf build/native build/wheels
mkdir -p build/native build/wheels
cp -R claude_tray build/native/
find build/native -name __pycache__ -prune -exec rm -rf {} +
find build/native -name '*.po' -exec rm {} +
# Debian 12 lacks msgspec, its shtab and watchdog are too old, and its pystray
# depends on all of GTK.
for version in 3.11 3.12 3.13 3.14; do
    "$PYTHON" -m pip download -q --no-deps --only-binary :all: \
        --python-version "$version" --platform manylinux2014_x86_64 \
        --platform manylinux_2_28_x86_64 -d build/wheels msgspec pystray shtab watchdog
done
for wheel in build/wheels/*.whl; do
    "$PYTHON" -m zipfile -e "$wheel" build/native
done
# Drop type stubs, metadata and tools: only developers need them.
rm -rf build/native/msgspec/*.pyi build/native/*.data \
    build/native/watchdog/watchmedo.py build/native/watchdog/tricks
for folder in build/native/*.dist-info; do
    find "$folder" -mindepth 1 -maxdepth 1 ! -iname '*licen*' \
        ! -iname 'copying*' -exec rm -rf {} +
done
nfpm package -f packaging/nfpm-native.yaml -p deb -t dist/
