# Build dist\claude-tray-VERSION-setup.exe and the portable .zip on Windows, in an
# environment with the project and the extra `ship`:
#     powershell packaging\windows\build.ps1
# The portable version uses the folders of the system unless CLAUDE_TRAY_HOME
# is set. Untested: needs Windows. The installer script was tested under Wine.
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..\..")

$version = python -c "import claude_tray; print(claude_tray.__version__)"
python -m PyInstaller --noconfirm --clean --log-level WARN packaging\claude-tray.spec
if ($LASTEXITCODE) { throw "PyInstaller failed" }
& dist\claude-tray\claude-tray.exe --version
if ($LASTEXITCODE) { throw "The bundle does not start" }

$source = (Resolve-Path dist\claude-tray).Path
$icon = (Resolve-Path icons\claude-tray.ico).Path
$out = Join-Path (Resolve-Path dist).Path "claude-tray-$version-setup.exe"
makensis "-DVERSION=$version" "-DSRC=$source" "-DICON=$icon" "-DOUT=$out" packaging\windows\installer.nsi
if ($LASTEXITCODE) { throw "makensis failed" }
Compress-Archive -Force -Path dist\claude-tray -DestinationPath "dist\claude-tray-$version-portable.zip"
