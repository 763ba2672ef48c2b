; makensis -DVERSION=0.1.0 -DSRC=dist\claude-tray -DOUT=dist\claude-tray-0.1.0-setup.exe packaging\windows\installer.nsi
;
; Installs for one user, without an administrator, to
; %LOCALAPPDATA%\Programs\claude-tray. Unattended: setup.exe /S and
; Uninstall.exe /S. Data and settings are kept; to delete them too, first run
; `claude-tray uninstall --data`.
; Tested: built by makensis 3.08, installed and removed under Wine with a stub of
; the program (tests/packages/test_windows.py). Untested: on Windows, and with
; PyInstaller's folder.
Unicode true
Target amd64-unicode
!include MUI2.nsh
!define NAME "Claude Tray"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\ClaudeTray"
Name "${NAME}"
OutFile "${OUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\claude-tray"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
SetCompressor /SOLID lzma
ManifestDPIAware true
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "${NAME}"
VIAddVersionKey FileDescription "${NAME} setup"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey LegalCopyright "MIT"
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\claude-trayw.exe"
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE English

Section
  ; A running program locks its files.
  IfFileExists "$INSTDIR\claude-trayw.exe" 0 +2
    ExecWait '"$INSTDIR\claude-trayw.exe" --quit'
  RMDir /r "$INSTDIR\_internal"
  SetOutPath "$INSTDIR"
  File /r "${SRC}\*"
  WriteUninstaller "$INSTDIR\Uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\claude-trayw.exe"
  WriteRegStr HKCU "${UNINSTALL}" DisplayName "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" DisplayVersion "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" Publisher "claude-tray contributors"
  WriteRegStr HKCU "${UNINSTALL}" DisplayIcon "$INSTDIR\claude-tray.exe"
  WriteRegStr HKCU "${UNINSTALL}" InstallLocation "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" UninstallString '"$INSTDIR\Uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" QuietUninstallString '"$INSTDIR\Uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" NoModify 1
  WriteRegDWORD HKCU "${UNINSTALL}" NoRepair 1
SectionEnd

Section Uninstall
  ; Quits the tray, removes autostart and the statusline, keeps the data.
  ExecWait '"$INSTDIR\claude-trayw.exe" uninstall'
  DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "ClaudeTray"
  DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run" "ClaudeTray"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\claude-tray.exe"
  Delete "$INSTDIR\claude-trayw.exe"
  Delete "$INSTDIR\Uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd
