#!/bin/sh
# Runs Sapa and brings it back when it was killed: by its own watchdog, by the system for want of
# memory, by a crash in native code. A shell waits with about 1 MB; a second node would take 40.
# What ends with a code of its own stays ended.
main=$(dirname "$0")/../dist/server/main.js
data=${DATA_DIR:-./data}
most=5
within=600
child=
stopping=
deaths=

# The terminal tells the whole group of Ctrl-C; Sapa takes the second word for the same wish.
forward() {
  stopping=1
  [ -z "$child" ] || kill -s TERM "$child" 2>/dev/null
}
trap forward TERM INT HUP

while :; do
  node --enable-source-maps "$main" "$@" &
  child=$!
  [ -z "$stopping" ] || kill -s TERM "$child" 2>/dev/null
  wait "$child"
  code=$?
  # A signal to this shell ends the wait, not the child.
  while kill -0 "$child" 2>/dev/null; do
    wait "$child"
    code=$?
  done
  child=
  [ -z "$stopping" ] || exit "$code"
  [ "$code" -gt 128 ] || [ -f "$data/crash.json" ] || exit "$code"

  now=$(date +%s)
  recent=$now
  count=1
  for at in $deaths; do
    [ $((now - at)) -ge $within ] || { recent="$recent $at"; count=$((count + 1)); }
  done
  deaths=$recent
  if [ "$count" -ge $most ]; then
    echo "Sapa was killed $count times within 10 minutes and is not started again (last: $code)." >&2
    exit "$code"
  fi
  echo "Sapa was killed ($code) and starts again." >&2
  sleep 1 &
  wait $!
  [ -z "$stopping" ] || exit "$code"
done
