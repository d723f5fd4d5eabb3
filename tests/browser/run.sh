#!/usr/bin/env bash
# The demo, used by a person with a browser: tests/browser/run.sh DEMO
# Exits with 77, skipped, where node, chromium or the npm packages are missing (scripts/setup.sh test installs them);
# with AUTHJWT_BROWSER=required that is a failure.
set -euo pipefail

demo=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")"

skip() {
  echo "browser tests: $*; scripts/setup.sh test installs it" >&2
  [[ ${AUTHJWT_BROWSER:-} == required ]] && exit 1
  exit 77
}

command -v node >/dev/null || skip "node is missing"
chromium=${AUTHJWT_CHROMIUM:-$(command -v chromium || true)}
[[ -n $chromium ]] || skip "chromium is missing"
[[ -d node_modules/playwright-core ]] || skip "playwright-core is missing"

AUTHJWT_DEMO=$demo AUTHJWT_CHROMIUM=$chromium exec node --test ./*.test.mjs
