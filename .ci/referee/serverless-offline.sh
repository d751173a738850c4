#!/usr/bin/env bash
# serverless-offline: the part of it that makes events, behind the web server that it uses.
set -euo pipefail
cd "$(dirname "$0")/../.."
source .ci/referee/tools.sh

version=14.8.2
modules=$(npm_tools serverless-offline "serverless-offline@$version") || not_run serverless-offline 'it cannot be installed'
port=$(free_port)
node .ci/referee/serverless-offline-events.mjs "$modules" "$port" >/dev/null 2>&1 &
server=$!
trap 'kill "$server"' EXIT
answers "http://127.0.0.1:$port/" || not_run serverless-offline 'it does not start'
node .ci/referee/contract.mjs "serverless-offline $version" gateway "http://127.0.0.1:$port"
