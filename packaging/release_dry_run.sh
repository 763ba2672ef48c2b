#!/bin/sh
# Build everything of a release that this machine can build, from a new clone of
# HEAD in an environment of its own, and print what is left to do by hand:
#     sh packaging/release_dry_run.sh [FOLDER]
# FOLDER gets the packages (default: dist-dry-run). Publishes nothing. Steps whose
# program is missing are named at the end. Needs git and Python with venv.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-$root/dist-dry-run}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
skipped=""

step() { printf '\n== %s\n' "$*"; }

# with_program NAME PURPOSE COMMAND...: run it if NAME is installed.
with_program() {
    program=$1 purpose=$2
    shift 2
    if command -v "$program" >/dev/null; then
        step "$purpose"
        "$@"
    else
        skipped="$skipped
  $purpose: $program is not installed"
    fi
}

step "A clone of $(git -C "$root" log -1 --format='%h %s')"
git clone -q "$root" "$work/clone"
cd "$work/clone"
python3 -m venv .venv
PYTHON=$PWD/.venv/bin/python
export PYTHON
"$PYTHON" -m pip install -q -e '.[ship,dev]'
version=$("$PYTHON" -c 'import claude_tray; print(claude_tray.__version__)')
grep -q "^## \[$version\]" CHANGELOG.md || skipped="$skipped
  CHANGELOG.md has no heading for $version"

step "Wheel and sdist"
"$PYTHON" -m build -q
"$PYTHON" -m twine check --strict dist/claude_tray-*
step "Wheel of the server"
"$PYTHON" -m build -q --wheel -o dist packaging/server
step "SBOM"
sh packaging/make_sbom.sh
with_program dpkg "The .deb that uses the system's Python" \
    sh packaging/build_native_deb.sh
with_program objdump "PyInstaller's folder: .deb, .rpm, Arch package" \
    sh packaging/build_bundle.sh
with_program mksquashfs "AppImage" \
    env APPIMAGE_OPTIONAL=1 sh packaging/build_appimage.sh
with_program podman "Image of the server" \
    podman build -q -f packaging/server/Containerfile -t claude-tray-server .
step "Manifests of winget, Homebrew and the AUR"
"$PYTHON" packaging/make_manifests.py dist

mkdir -p "$out"
find dist -maxdepth 1 -type f -exec cp {} "$out" \;
(cd "$out" && rm -f SHA256SUMS && sha256sum -- * >SHA256SUMS)
step "Built in $out"
(cd "$out" && wc -c -- *)
if [ -n "$skipped" ]; then
    printf '\nNot done here:%s\n' "$skipped"
fi
step "By hand"
sed -n '/^## Release$/,/^## /p' packaging/README.md | sed '1d;$d'
