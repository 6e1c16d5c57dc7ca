# Sets pipward up for this user on Windows, or for all users (--system, in a terminal opened with "Run as administrator"), or removes
# it again (--uninstall). Run it from an unpacked archive, or from a checkout after `npm run build` and `npm run build:windows`. It asks
# before it changes anything, and never for administrator rights.
#
# If PowerShell answers that running scripts is disabled on this system, this runs this one file, and changes no setting:
#     powershell -ExecutionPolicy Bypass -File install.ps1
#
# Options: those of `pipward setup` (--prefix DIR, --system, --yes, --dry-run, --no-modify-path), and
# --uninstall.
Set-StrictMode -Version 2.0

$action = 'setup'
$rest = @()
foreach ($word in $args) {
    if ($word -eq '--uninstall') { $action = 'unsetup' } else { $rest += $word }
}

$program = Join-Path $PSScriptRoot 'dist\admin.cjs'
if (-not (Test-Path -LiteralPath $program)) {
    Write-Host "install.ps1: $program is missing: unpack the whole archive first"
    exit 1
}

# The one that came with this archive; in a checkout the one on PATH.
$node = Join-Path $PSScriptRoot 'node.exe'
if (-not (Test-Path -LiteralPath $node)) {
    $found = Get-Command -Name 'node.exe' -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
    if ($null -eq $found) {
        Write-Host 'install.ps1: it needs Node.js 20.19 or later, and no node.exe was found here or on PATH'
        exit 1
    }
    $node = $found.Path
}

& $node $program $action @rest
exit $LASTEXITCODE
