#!/bin/sh
# dist/claude-tray-VERSION-x86_64.AppImage from PyInstaller's folder.
# Run here: everything up to the AppDir, which starts and was packed by
# mksquashfs to see its size. Not run here: the last step, because appimagetool
# and its runtime are in no package registry; name both, with their hashes:
#     APPIMAGETOOL=… APPIMAGETOOL_SHA256=… RUNTIME=… RUNTIME_SHA256=…
. "$(dirname "$0")/common.sh"

[ -d dist/claude-tray ] || { echo "first: packaging/build_bundle.sh" >&2; exit 1; }
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
if [ -z "${APPIMAGETOOL:-}" ]; then
    echo "The AppDir is made; APPIMAGETOOL is not set, so it is not packed."
    exit 0
fi
printf '%s  %s\n' "$APPIMAGETOOL_SHA256" "$APPIMAGETOOL" \
    "$RUNTIME_SHA256" "$RUNTIME" | sha256sum --check
ARCH=x86_64 "$APPIMAGETOOL" --runtime-file "$RUNTIME" "$APP" \
    "dist/claude-tray-$VERSION-x86_64.AppImage"
