#!/usr/bin/env bash
# Libraries of others read what authjwt writes, and the other way round: tests/interop/run.sh AUTHJWT
# Exits with 77, skipped, where one of them is missing (scripts/setup.sh test installs them); with CI=true that is a
# failure.
set -euo pipefail

authjwt=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")"
python=/usr/bin/python3  # Debian's, whose packages these are

skip() {
  echo "interop tests: $*; scripts/setup.sh test installs it" >&2
  [[ ${CI:-} == true ]] && exit 1
  exit 77
}

[[ -x $python ]] || skip "$python is missing"
for module in jwt cryptography; do
  "$python" -c "import $module" 2>/dev/null || skip "the Python module $module is missing"
done
"$python" -c 'import ctypes; ctypes.CDLL("libjwt.so.0")' 2>/dev/null || skip "libjwt is missing"
command -v node >/dev/null || skip "node is missing"
[[ -d node_modules/jose && -d node_modules/jsonwebtoken ]] || skip "jose or jsonwebtoken, of npm, is missing"

exec "$python" -B interop.py "$authjwt"
