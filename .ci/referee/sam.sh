#!/usr/bin/env bash
# AWS SAM's `sam local start-api`: the part of it that makes events, behind the web server that it uses.
set -euo pipefail
cd "$(dirname "$0")/../.."
source .ci/referee/tools.sh

version=1.170.0
bin=$(python_tools sam "aws-sam-cli==$version") || not_run SAM 'it cannot be installed'
port=$(free_port)
"$bin/python" .ci/referee/sam_events.py "$port" >/dev/null 2>&1 &
server=$!
trap 'kill "$server"' EXIT
answers "http://127.0.0.1:$port/" || not_run SAM 'it does not start'
node .ci/referee/contract.mjs "sam $version" gateway "http://127.0.0.1:$port"
