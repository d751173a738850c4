#!/usr/bin/env bash
# cfn-lint: the synthesised templates, nested ones too, by AWS's own schemas of its resources.
set -euo pipefail
cd "$(dirname "$0")/../.."
source .ci/referee/tools.sh

bin=$(python_tools cfn-lint 'cfn-lint==1.58.0') || not_run cfn-lint 'it cannot be installed'
[ "${1:-}" = short ] && ls cdk.out/*.template.json >/dev/null 2>&1 || npm run --silent synth >&2
"$bin/python" .ci/referee/cfn_lint.py cdk.out/*.template.json
