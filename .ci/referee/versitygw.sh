#!/usr/bin/env bash
# Versity's gateway: S3 in Go, on files. It is built from source, which takes some minutes once.
set -euo pipefail
cd "$(dirname "$0")/../.."
source .ci/referee/tools.sh

version=1.8.0
program="$tools/versitygw-$version/versitygw"
if [ ! -x "$program" ]; then
  command -v go >/dev/null || not_run versitygw 'there is no Go'
  GOBIN=$(dirname "$program") timeout 1200 go install "github.com/versity/versitygw/cmd/versitygw@v$version" >&2 ||
    not_run versitygw 'it cannot be built'
fi
port=$(free_port)
data=$(mktemp -d)
mkdir "$data/objects" "$data/sidecar"
ROOT_ACCESS_KEY=test ROOT_SECRET_KEY=test "$program" --quiet --port "127.0.0.1:$port" --region us-east-1 \
  posix --sidecar "$data/sidecar" "$data/objects" >/dev/null 2>&1 &
server=$!
trap 'kill "$server"; rm -rf "$data"' EXIT
answers "http://127.0.0.1:$port/" || not_run versitygw 'it does not start'
node .ci/referee/contract.mjs "versitygw $version" s3 "http://127.0.0.1:$port"
