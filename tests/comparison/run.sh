#!/usr/bin/env bash
# Builds and runs the comparison; needs Debian's libjwt-dev, libcpp-jwt-dev and libssl-dev.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
program=$(mktemp)
trap 'rm -f "$program"' EXIT
"${CXX:-c++}" -std=c++17 -Wno-deprecated-declarations comparison.cpp libjwt.cpp -ljwt -lcrypto -o "$program"
"$program"
