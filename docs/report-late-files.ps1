<#
.SYNOPSIS
    Reports to Datadock the files that lie in their folder for longer than its service level allows.
.DESCRIPTION
    Runs in Windows PowerShell 5.1 and PowerShell 7. It can be run as often as you like: Datadock stores the same report
    once. Exit code 0: all is reported, or nothing was late. Exit code 1: something failed; the next run makes up for it.
.EXAMPLE
    $monitor = Get-Credential
    .\report-late-files.ps1 -ApiUrl http://127.0.0.1:3000/api/v1 -Credential $monitor -Sla @{ 'D:\in\orders' = 20; 'D:\in\bills' = 60 }
#>
[CmdletBinding()]
param(
    # The base of the API: the output ApiUrl of the stack.
    [Parameter(Mandatory = $true)] [string] $ApiUrl,
    # The account that reports. Its password is kept nowhere.
    [Parameter(Mandatory = $true)] [pscredential] $Credential,
    # For each folder, the minutes after which a file in it is late.
    [Parameter(Mandatory = $true)] [hashtable] $Sla
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
# An entry must fit one item of the table, so a folder with very many late files is reported in several.
$filesPerReport = 500
$tries = 4

# Windows PowerShell asks for TLS 1.0 unless it is told otherwise.
[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

function Send-Json([string] $Path, $Value, [hashtable] $Headers = @{}) {
    # Without -Depth the files would be cut to text; as bytes they stay UTF-8 in Windows PowerShell too.
    $json = ConvertTo-Json -InputObject $Value -Depth 5 -Compress
    $request = @{
        Uri         = $ApiUrl.TrimEnd('/') + $Path
        Method      = 'Post'
        Headers     = $Headers
        ContentType = 'application/json; charset=utf-8'
        Body        = [Text.Encoding]::UTF8.GetBytes($json)
        TimeoutSec  = 60
    }
    for ($try = 1; ; $try++) {
        try {
            return Invoke-RestMethod @request
        } catch {
            # A report that the service refuses (4xx) will be refused again; any other failure may pass.
            $status = 0
            if ($_.Exception.PSObject.Properties['Response'] -and $_.Exception.Response) { $status = [int] $_.Exception.Response.StatusCode }
            $isFinal = $status -ge 400 -and $status -lt 500 -and $status -ne 429
            if ($isFinal -or $try -eq $tries) { throw }
            Start-Sleep -Seconds ([Math]::Pow(2, $try))
        }
    }
}

function Get-LateFile([string] $Folder, [double] $Minutes) {
    $limit = [DateTime]::UtcNow.AddMinutes(-$Minutes)
    Get-ChildItem -LiteralPath $Folder -File |
        Where-Object { $_.CreationTimeUtc -lt $limit } |
        Sort-Object -Property Name |
        ForEach-Object { [ordered] @{ filename = $_.Name; creationDate = $_.CreationTimeUtc.ToString('o') } }
}

try {
    $login = Send-Json '/auth/login' @{ email = $Credential.UserName; password = $Credential.GetNetworkCredential().Password }
    $headers = @{ Authorization = 'Bearer ' + $login.access_token }

    foreach ($folder in ($Sla.Keys | Sort-Object)) {
        # A pipeline of one file is no list, and one of none is null: @( ) makes both lists.
        $late = @(Get-LateFile $folder $Sla[$folder])
        for ($start = 0; $start -lt $late.Count; $start += $filesPerReport) {
            $end = [Math]::Min($start + $filesPerReport, $late.Count) - 1
            $entry = [ordered] @{ folder = $folder; sla = $Sla[$folder]; files = @($late[$start..$end]) }
            $answer = Send-Json '/sla-errors' @{ sla_error = @($entry) } $headers
            Write-Output ('{0}: {1} late, {2} new, {3} known' -f $folder, $entry.files.Count, $answer.stored, $answer.duplicates)
        }
        if ($late.Count -eq 0) { Write-Output ('{0}: nothing is late' -f $folder) }
    }
} catch {
    # The problem document says what is wrong; PowerShell keeps it beside the exception.
    $problem = if ($_.ErrorDetails) { $_.ErrorDetails.Message } else { $_.Exception.Message }
    [Console]::Error.WriteLine($problem)
    exit 1
}
