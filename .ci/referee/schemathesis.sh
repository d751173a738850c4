#!/usr/bin/env bash
# schemathesis: requests made from openapi.yaml against the server that npm start starts. `short`: a few of each operation.
set -euo pipefail
cd "$(dirname "$0")/../.."
source .ci/referee/tools.sh

bin=$(python_tools schemathesis 'schemathesis==4.32.5') || not_run schemathesis 'it cannot be installed'
"$bin/python" .ci/referee/schemathesis_run.py "${1:-}"
