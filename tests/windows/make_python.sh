#!/usr/bin/env bash
# Make a Windows computer with Python 3.11 and the dependencies of
# requirements/run.txt, which runs under Wine, and print its folder (a
# WINEPREFIX). It is made once and stays in the cache until its recipe changes:
#     tests/windows/make_python.sh
# Needs Debian's wine64, wine, gcc-mingw-w64-x86-64-win32, osslsigncode,
# libtk8.6, Python 3.11 (its standard library is the same on every system) and
# uv; exits with 77 and says what is missing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=${PYTHON:-$root/.venv/bin/python}
scripts=/usr/share/tcltk

skip() { echo "no Windows computer: $*" >&2; exit 77; }

[ "$(uname -m)" = x86_64 ] || skip "this is no x86-64 machine"
for program in wine wineserver x86_64-w64-mingw32-gcc osslsigncode; do
  PATH=$PATH:/usr/lib/wine command -v "$program" >/dev/null ||
    skip "$program is not installed"
done
[ -d $scripts/tk8.6 ] || skip "libtk8.6 is not installed"
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' ||
  skip "$python is not Python 3.11"
"$python" -m uv --version >/dev/null 2>&1 || skip "uv is not installed"

recipe=$(cat "$here"/{make_python.sh,launcher.c,python.txt} \
  "$root/requirements/run.txt" | sha256sum | cut -c1-12)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/claude-tray-tests
made=$cache/windows-$recipe
mkdir -p "$cache"
exec 9>"$cache/windows.lock"
flock 9
if [ -d "$made" ]; then
  echo "$made"
  exit
fi

# Older recipes are of no more use.
rm -rf "$cache"/windows-*/
new=$made.new
wheels=$new/wheels
mkdir -p "$wheels"
trap 'rm -rf "$new"' EXIT

# install_wheels FOLDER REQUIREMENTS: install what pip would install on Windows.
install_wheels() {
  "$python" -m uv pip install -q --python-platform x86_64-pc-windows-msvc \
    --python-version 3.11 --only-binary :all: --require-hashes --no-deps \
    --target "$1" -r "$2"
}

install_wheels "$wheels" "$here/python.txt"
libraries=$wheels/deploy_libs
# It fails, as the certificates of the chain are not those of this system.
signature=$(osslsigncode verify "$libraries/python311.dll" 2>/dev/null || true)
grep -q 'O=Python Software Foundation' <<<"$signature" || {
  echo "python311.dll is not signed by the Python Software Foundation" >&2
  exit 1
}

export WINEPREFIX=$new WINEARCH=win64 WINEDEBUG=-all
export WINEDLLOVERRIDES="mscoree,mshtml=" HOME=$new DISPLAY=
wineboot -i >/dev/null 2>&1
wineserver -w

target=$new/drive_c/Python311
mkdir -p "$target/DLLs" "$target/tcl"
cp "$libraries"/* "$target/DLLs"
# Wine has these.
rm "$target"/DLLs/api-ms-win*
mv "$target"/DLLs/{python311,VCRUNTIME140}.dll "$target"
stdlib=$("$python" -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')
tar -C "$stdlib" -c --exclude ./site-packages --exclude ./dist-packages \
  --exclude ./lib-dynload --exclude './config-*' --exclude ./test \
  --exclude ./idlelib --exclude __pycache__ . | tar -C "$target" -x --one-top-level=Lib
cp -rL $scripts/tcl8.6 $scripts/tk8.6 "$target/tcl"
# The libraries are of another patch level than Debian's scripts.
sed -i -E 's/(package require )-exact( Tcl 8\.6)\.[0-9]+/\1\2/' \
  "$target/tcl/tcl8.6/init.tcl"
sed -i -E 's/(package require )-exact( Tk +8\.6)\.[0-9]+/\1\2/' \
  "$target/tcl/tk8.6/tk.tcl"

compiler=x86_64-w64-mingw32-gcc
$compiler -O2 -municode -o "$target/python.exe" "$here/launcher.c"
$compiler -O2 -municode -mwindows -DWINDOWED -o "$target/pythonw.exe" \
  "$here/launcher.c"
install_wheels "$target/Lib/site-packages" "$root/requirements/run.txt"

rm -rf "$wheels"
mv "$new" "$made"
trap - EXIT
echo "$made"
