#!/bin/sh
# Build dist/claude-tray-VERSION-x86_64.AppImage from PyInstaller's folder: the
# AppImage project's runtime, then a squashfs of the folder. Needs mksquashfs.
# RUNTIME is a downloaded runtime; without it, it is downloaded. Its hash is
# checked. With APPIMAGE_OPTIONAL=1 it is no error if that is not possible.
. "$(dirname "$0")/common.sh"

RUNTIME_URL=https://github.com/AppImage/type2-runtime/releases/download/20251108/runtime-x86_64
RUNTIME_SHA256=2fca8b443c92510f1483a883f60061ad09b46b978b2631c807cd873a47ec260d
[ -d dist/claude-tray ] || { echo "Run packaging/build_bundle.sh first." >&2; exit 1; }
stage
APP=build/AppDir
ID=$("$PYTHON" -c 'from claude_tray.platform.app_id import APP_ID; print(APP_ID)')
rm -rf "$APP"
mkdir -p "$APP/usr/bin" "$APP/usr/share"
cp -R dist/claude-tray/. "$APP/usr/bin/"
cp -R build/stage/share/applications build/stage/share/metainfo "$APP/usr/share/"
mkdir -p "$APP/usr/share/icons"
cp -R icons/hicolor "$APP/usr/share/icons/"
cp "build/stage/share/applications/$ID.desktop" "$APP/"
cp "icons/hicolor/256x256/apps/$ID.png" "$APP/"
ln -s "$ID.png" "$APP/.DirIcon"
cat >"$APP/AppRun" <<'RUN'
#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/usr/bin/claude-tray" "$@"
RUN
chmod 755 "$APP/AppRun"
"$APP/AppRun" --version
IMAGE=build/claude-tray.squashfs
mksquashfs "$APP" "$IMAGE" -quiet -no-progress -noappend -root-owned -comp zstd \
    -Xcompression-level 19
if [ -z "${RUNTIME:-}" ]; then
    RUNTIME=build/runtime-x86_64
    if ! curl -fsSL --retry 3 --max-time 60 -o "$RUNTIME" "$RUNTIME_URL"; then
        echo "The AppImage runtime cannot be downloaded; packed $IMAGE only." >&2
        exit "$((1 - ${APPIMAGE_OPTIONAL:-0}))"
    fi
fi
printf '%s  %s\n' "$RUNTIME_SHA256" "$RUNTIME" | sha256sum --check
OUT=dist/claude-tray-$VERSION-x86_64.AppImage
cat "$RUNTIME" "$IMAGE" >"$OUT"
chmod 755 "$OUT"
APPIMAGE_EXTRACT_AND_RUN=1 "$OUT" --version
