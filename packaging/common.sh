# Common settings and functions of the build scripts.
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python3}
VERSION=$("$PYTHON" -c 'import claude_tray; print(claude_tray.__version__)')
ARCH=${ARCH:-$(dpkg --print-architecture 2>/dev/null || echo amd64)}
# Reproducible builds: the same bytes from the same commit.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1700000000)}
export VERSION ARCH SOURCE_DATE_EPOCH
# nfpm applies the umask to the modes of the packed files.
umask 022

stage() {
    rm -rf build/stage
    "$PYTHON" packaging/stage.py
    mkdir -p dist
}

nfpm() {
    scripts=$("$PYTHON" -c 'import sysconfig; print(sysconfig.get_path("scripts"))')
    "$scripts/nfpm" "$@"
}
