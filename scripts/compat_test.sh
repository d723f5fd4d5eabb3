#!/usr/bin/env bash
# Replays one file of recorded behaviour: scripts/compat_test.sh COMPAT_REPLAY NAME
# The recordings lie in $AUTHJWT_COMPAT, or in ../shared/compat beside the checkout; without them the test is skipped.
set -euo pipefail

readonly skipped=77  # SKIP_RETURN_CODE of tests/CMakeLists.txt

recordings=${AUTHJWT_COMPAT:-$(dirname "${BASH_SOURCE[0]}")/../../shared/compat}
if [[ ! -e $recordings/$2 && -z ${AUTHJWT_COMPAT:-} ]]; then
  echo "skipped: no recorded behaviour; AUTHJWT_COMPAT can name its directory"
  exit "$skipped"
fi
exec "$1" "$recordings/$2"
