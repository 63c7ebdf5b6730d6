#!/bin/sh
# Runs a command as deploy/Dockerfile and docker-compose.yml let a container run it: as user 10001 without any right and
# without a way to get one, on a file system of which nothing can be written, not even /tmp. Needs root.
#
#     unshare --mount confined.sh SCRATCH_FOLDER READABLE_FOLDER... -- COMMAND
#
# A readable folder below one that only root may enter is shown to everybody, inside this namespace alone.
set -eu

scratch="$1"
shift
mount --make-rprivate /
mount -t tmpfs tmpfs "$scratch"

closed_parent() { # the topmost folder above a path that others may not enter
    path="$1"
    found=""
    while [ "$path" != / ]; do
        path="$(dirname "$path")"
        case "$(stat --format %A "$path")" in *[xt]) ;; *) found="$path" ;; esac
    done
    echo "$found"
}

number=0
while [ "$1" != -- ]; do
    closed="$(closed_parent "$1")"
    if [ -n "$closed" ]; then
        number=$((number + 1))
        mkdir "$scratch/$number"
        mount --rbind "$1" "$scratch/$number"
        mount -t tmpfs -o mode=755 tmpfs "$closed"
        mkdir -p "$1"
        mount --rbind "$scratch/$number" "$1"
    fi
    shift
done
shift

awk '{ print $2 }' /proc/self/mounts | sort -ru | while read -r place; do
    mount -o remount,bind,ro "$place" 2>/dev/null || true
done
exec setpriv --reuid 10001 --regid 10001 --clear-groups --no-new-privs --bounding-set -all --inh-caps -all "$@"
