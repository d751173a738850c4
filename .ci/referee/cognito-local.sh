#!/usr/bin/env bash
# cognito-local: Cognito's user pools in Node.
set -euo pipefail
cd "$(dirname "$0")/../.."
source .ci/referee/tools.sh

version=5.3.0
modules=$(npm_tools cognito-local "cognito-local@$version") || not_run cognito-local 'it cannot be installed'
port=$(free_port)
url="http://127.0.0.1:$port"
data=$(mktemp -d)
# Codes are printed in place of mails; its pools are files in the folder that it runs in.
(cd "$data" && HOST=127.0.0.1 PORT=$port exec node "$modules/cognito-local/lib/bin/start.js" >log 2>&1) &
server=$!
trap 'kill "$server"; rm -rf "$data"' EXIT
answers "$url/health" || not_run cognito-local 'it does not start'
eval "$(node .ci/referee/user-pool.mjs "$url" 2>/dev/null)"
node .ci/referee/contract.mjs "cognito-local $version" cognito "$url"
