#!/usr/bin/env bash
# ElasticMQ: SQS in Scala.
set -euo pipefail
cd "$(dirname "$0")/../.."
source .ci/referee/tools.sh

version=1.6.12
command -v java >/dev/null && command -v mvn >/dev/null || not_run ElasticMQ 'there is no Java or no Maven'
folder="$tools/elasticmq-$version"
mkdir -p "$folder"
if [ ! -s "$folder/classpath" ]; then
  cat >"$folder/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>referee</groupId><artifactId>elasticmq</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>org.elasticmq</groupId><artifactId>elasticmq-server_2.13</artifactId><version>$version</version>
  </dependency></dependencies>
</project>
POM
  mvn --quiet --batch-mode -f "$folder/pom.xml" dependency:build-classpath "-Dmdep.outputFile=$folder/classpath" >&2 ||
    not_run ElasticMQ 'it cannot be installed'
fi
port=$(free_port)
cat >"$folder/elasticmq.conf" <<CONF
include classpath("application.conf")
aws { region = "us-east-1", accountId = "000000000000" }
node-address { protocol = http, host = "127.0.0.1", port = $port, context-path = "" }
rest-sqs { enabled = true, bind-port = $port, bind-hostname = "127.0.0.1", sqs-limits = strict }
rest-stats { enabled = false }
CONF
java -Xmx256m "-Dconfig.file=$folder/elasticmq.conf" -cp "$(cat "$folder/classpath")" org.elasticmq.server.Main >"$folder/log" 2>&1 &
server=$!
trap 'kill "$server"' EXIT
answers "http://127.0.0.1:$port/" || not_run ElasticMQ 'it does not start'
node .ci/referee/contract.mjs "elasticmq $version" sqs "http://127.0.0.1:$port"
