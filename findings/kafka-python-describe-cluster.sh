#!/usr/bin/env bash
# kafka-python 3.0.12 with Apache Kafka 3.6.2: KafkaAdminClient.describe_cluster() raises KeyError.
#
# Expected: the brokers, the controller and the id of the cluster, as its documentation says, on any broker that answers
# DescribeCluster; older ones are asked in another way.
# Seen (run in November 2026): Kafka 3.6.2 answers version 0 of DescribeCluster, which has no `endpoint_type` (it came with
# version 1, KIP-919). The client removes that field from every answer, and raises KeyError('endpoint_type'). On Kafka
# 4.4.0, which is started and asked in the same way, the call returns one broker.
#
# Needs Python 3, Java 17 and Maven.
set -euo pipefail
folder="$(mktemp -d)"
node=""
trap '[ -z "$node" ] || kill -KILL "$node" 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check kafka-python==3.0.12

# $1: release of Kafka, $2: port, $3: what the call has to print
try() {
    mkdir "$folder/$1"
    cat >"$folder/$1/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$1</version></dependency>
  </dependencies>
</project>
POM
    mvn --batch-mode --quiet --file "$folder/$1/pom.xml" \
        org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies "-DoutputDirectory=$folder/$1/jars"
    cat >"$folder/$1/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$(($2 + 1))
listeners=PLAINTEXT://127.0.0.1:$2,CONTROLLER://127.0.0.1:$(($2 + 1))
advertised.listeners=PLAINTEXT://127.0.0.1:$2
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs=$folder/$1/data
PROPERTIES
    java -cp "$folder/$1/jars/*" kafka.tools.StorageTool format -t Y29weXRhc3Rlci10ZXN0cw \
        -c "$folder/$1/server.properties" >"$folder/$1/log" 2>&1
    java -Xmx512m -cp "$folder/$1/jars/*" kafka.Kafka "$folder/$1/server.properties" >>"$folder/$1/log" 2>&1 &
    node=$!
    seen="$("$folder/venv/bin/python" - "$2" <<'PYTHON'
import sys
import time

import kafka

deadline = time.monotonic() + 60
while True:
    try:
        admin = kafka.KafkaAdminClient(bootstrap_servers=f"127.0.0.1:{sys.argv[1]}")
        break
    except kafka.errors.KafkaError:
        if time.monotonic() > deadline:
            raise
        time.sleep(0.5)
try:
    print(len(admin.describe_cluster()["brokers"]), "broker")
except KeyError as error:
    print("KeyError", error)
admin.close()
PYTHON
)"
    kill -KILL "$node"
    wait "$node" 2>/dev/null || true
    node=""
    echo "Kafka $1: $seen"
    [ "$seen" = "$3" ] || { echo "describe_cluster behaves otherwise now" >&2; exit 1; }
}

try 3.6.2 19392 "KeyError 'endpoint_type'"
try 4.4.0 19492 "1 broker"
