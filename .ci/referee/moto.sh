#!/usr/bin/env bash
# moto: S3, SQS, DynamoDB and Cognito in Python. `short`: S3 and Cognito, in part.
set -euo pipefail
cd "$(dirname "$0")/../.."
source .ci/referee/tools.sh

bin=$(python_tools moto 'moto[server]==5.2.5') || not_run moto 'it cannot be installed'
port=$(free_port)
url="http://127.0.0.1:$port"
"$bin/moto_server" -H 127.0.0.1 -p "$port" >/dev/null 2>&1 &
server=$!
trap 'kill "$server"' EXIT
answers "$url/moto-api/" || not_run moto 'it does not start'

services=(s3 cognito sqs dynamodb)
[ "${1:-}" = short ] && services=(s3 cognito)
eval "$(node .ci/referee/user-pool.mjs "$url" 2>/dev/null)"
failed=0
for service in "${services[@]}"; do
  node .ci/referee/contract.mjs 'moto 5.2.5' "$service" "$url" "${1:-}" || failed=1
done
exit "$failed"
