#!/bin/sh
# Measures what the guard costs a request: runs wrk against the demo, alternately on the unprotected route and on /claims
# with a good token, and prints the medians and their ratio (0.9 or more is the aim). Figures of one machine, no test.
#
# usage: scripts/wrk_demo.sh [DEMO] [ROUNDS] [SECONDS]
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
demo=${1:-}
rounds=${2:-5}
seconds=${3:-5}

if [ -z "$demo" ]; then
  demo=$(find "$top/build" -name authjwt_demo -type f -perm -u+x 2>/dev/null | head -n 1)
  [ -n "$demo" ] || { echo "no authjwt_demo under build/; build it first, or name it" >&2; exit 1; }
fi
for tool in wrk curl; do
  command -v "$tool" >/dev/null || { echo "$tool is needed: apt-get install $tool" >&2; exit 1; }
done

work=$(mktemp -d)
pid=
finish() {
  [ -z "$pid" ] || { kill "$pid" 2>/dev/null && wait "$pid" || true; }
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

"$demo" --port 0 --log memory >"$work/greeting" 2>&1 &
pid=$!
waited=0
until grep -q 'measure against' "$work/greeting"; do
  waited=$((waited + 1))
  { kill -0 "$pid" 2>/dev/null && [ "$waited" -lt 100 ]; } || { cat "$work/greeting" >&2; exit 1; }
  sleep 0.1
done
url=$(sed -n 's/^Serving on \(http:[^ ,]*\).*/\1/p' "$work/greeting")
token=$(curl -s "$url/login" -H 'Content-Type: application/json' -d '{"username":"test","password":"test"}' |
  sed 's/.*"access_token":"\([^"]*\)".*/\1/')

for path in /public-claims /claims; do
  status=$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" "$url$path")
  [ "$status" = 200 ] || { echo "$path answers $status" >&2; exit 1; }
done

# measure PATH FILE: one run; both routes get the same request, so that only the guard differs.
measure() {
  wrk -t1 -c8 -d"${seconds}s" -H "Authorization: Bearer $token" "$url$1" >"$work/run"
  if grep -q 'Non-2xx\|Socket errors' "$work/run"; then cat "$work/run" >&2; exit 1; fi
  rate=$(sed -n 's/^Requests\/sec: *//p' "$work/run")
  echo "$rate" >>"$work/$2"
  printf '  %-15s %s requests/s\n' "$1" "$rate"
}

median() { sort -n "$work/$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

echo "wrk -t1 -c8 -d${seconds}s, $rounds rounds, $demo"
round=0
while [ "$round" -lt "$rounds" ]; do
  measure /public-claims public
  measure /claims claims
  round=$((round + 1))
done
awk -v p="$(median public)" -v c="$(median claims)" \
  'BEGIN { printf "median: /public-claims %.0f, /claims %.0f requests/s; ratio %.3f\n", p, c, c / p }'
