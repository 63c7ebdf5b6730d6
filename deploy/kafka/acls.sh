#!/bin/sh
# Grants a Kafka user exactly the rights that a worker needs: to read the raw topic in its consumer group, to write the
# output topics, and to read and write the versions topic. The topics must exist: a worker creates none.
#
#     deploy/kafka/acls.sh USER BOOTSTRAP_SERVERS [OPTIONS OF kafka-acls.sh, such as --command-config admin.properties]
#
# Names that differ from the defaults are read from the worker's environment variables. Topics in topics.routes that do not
# match the pattern of topics.routed need separate rights. kafka-acls.sh is in Kafka's bin folder, which must be on the
# PATH.
set -eu

if [ $# -lt 2 ]; then
    sed -n '2,5s/^# *//p' "$0" >&2
    exit 2
fi
user="User:$1"
servers="$2"
shift 2

routed="${COPYTASTER_TOPICS__ROUTED:-news.topic.{slug\}.v1}"

allow() {
    kafka-acls.sh --bootstrap-server "$servers" --add --allow-principal "$user" "$@"
}

allow "$@" --operation Read \
    --topic "${COPYTASTER_TOPICS__RAW:-news.articles.raw.v1}" \
    --group "${COPYTASTER_WORKER__GROUP:-copytaster}"
allow "$@" --operation Describe --group "${COPYTASTER_WORKER__GROUP:-copytaster}.skips"
allow "$@" --operation Write \
    --topic "${COPYTASTER_TOPICS__TAGGED:-news.articles.tagged.v1}" \
    --topic "${COPYTASTER_TOPICS__REVIEW:-news.articles.review.v1}" \
    --topic "${COPYTASTER_TOPICS__REJECTED:-news.articles.rejected.v1}"
allow "$@" --operation Read --operation Write --topic "${COPYTASTER_TOPICS__VERSIONS:-news.versions.v1}"
allow "$@" --operation Write --resource-pattern-type prefixed --topic "${routed%%\{slug\}*}"
