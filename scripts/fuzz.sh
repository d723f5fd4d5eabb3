#!/usr/bin/env bash
# Runs the fuzz targets that are built in a directory, FUZZ_JOBS (2) at once: scripts/fuzz.sh DIRECTORY SECONDS [TARGET...]
# What a run has found to be new stays in DIRECTORY/corpus for the next one; an input that breaks a property, crashes or
# hangs goes to DIRECTORY/findings, and the script fails.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$(cd "$1" && pwd)
seconds=$2
shift 2

targets=("$@")
if [[ ${#targets[@]} == 0 ]]; then
  for source in "$top"/fuzz/*_fuzz.cpp; do targets+=("$(basename "$source" _fuzz.cpp)"); done
fi

rm -rf "$build/seeds"
python3 "$top/fuzz/make_seeds.py" "$build/seeds"
mkdir -p "$build/findings" "$build/logs"

run_one() {  # run_one TARGET
  local target=$1 log=$build/logs/$1.log dictionary=() largest=$((16 * 1024))
  [[ ! -f $build/seeds/$target.dict ]] || dictionary=("-dict=$build/seeds/$target.dict")
  [[ ! -f $top/fuzz/$target.dict ]] || dictionary=("-dict=$top/fuzz/$target.dict")
  mkdir -p "$build/corpus/$target" "$build/seeds/$target"
  # Leaks are looked for once, at the end: what OpenSSL keeps makes libFuzzer look after every other input.
  if "$build/fuzz/authjwt_${target}_fuzz" -max_total_time="$seconds" -max_len=$largest -timeout=20 -rss_limit_mb=2048 -detect_leaks=0 \
    -print_final_stats=1 -artifact_prefix="$build/findings/$target-" "${dictionary[@]}" \
    "$build/corpus/$target" "$top/fuzz/corpus/$target" "$build/seeds/$target" >"$log" 2>&1; then
    echo "fuzz: $target: $(summary "$log")"
  else
    tail -n 60 "$log"
    echo "fuzz: $target FAILED; the input is in $build/findings, and base64 in the log above"
    return 1
  fi
}

summary() {  # summary LOG
  local runs rate edges
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$1")
  rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$1")
  edges=$(grep -oE 'cov: [0-9]+' "$1" | tail -n 1 | grep -oE '[0-9]+')
  echo "$runs runs, $rate a second, $edges edges"
}

failures=0
for target in "${targets[@]}"; do
  run_one "$target" &
  while [[ $(jobs -rp | wc -l) -ge ${FUZZ_JOBS:-2} ]]; do wait -n || failures=$((failures + 1)); done
done
while [[ -n $(jobs -p) ]]; do wait -n || failures=$((failures + 1)); done
[[ $failures == 0 ]]
