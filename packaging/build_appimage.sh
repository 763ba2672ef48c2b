#!/bin/sh
# Build dist/claude-tray-VERSION-x86_64.AppImage from PyInstaller's folder.
# Tested up to the AppDir, which starts and was packed by mksquashfs for its
# size. Untested: the last step, because no package registry has appimagetool
# and its runtime. Pass both with their hashes:
#     APPIMAGETOOL=… APPIMAGETOOL_SHA256=… RUNTIME=… RUNTIME_SHA256=…
. "$(dirname "$0")/common.sh"

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
if [ -z "${APPIMAGETOOL:-}" ]; then
    echo "Built the AppDir. Set APPIMAGETOOL to pack it."
    exit 0
fi
printf '%s  %s\n' "$APPIMAGETOOL_SHA256" "$APPIMAGETOOL" \
    "$RUNTIME_SHA256" "$RUNTIME" | sha256sum --check
ARCH=x86_64 "$APPIMAGETOOL" --runtime-file "$RUNTIME" "$APP" \
    "dist/claude-tray-$VERSION-x86_64.AppImage"
