#!/usr/bin/env bash
# Format and bugs: scripts/lint.sh BUILD_DIR, whose compile_commands.json tells clang-tidy how each file is compiled.
set -euo pipefail

build=$1
cd "$(dirname "${BASH_SOURCE[0]}")/.."

echo "lint: format"
find include src cli demo examples python tests bench fuzz \( -name '*.hpp' -o -name '*.cpp' \) -print0 |
  xargs -0 clang-format --dry-run --Werror

echo "lint: shell"
find scripts python tests bench .ci -type f \( -name '*.sh' -o -path '.ci/run' \) -print0 | xargs -0 -n 1 bash -n

echo "lint: bugs"
find src cli demo python -name '*.cpp' -print0 |
  xargs -0 -n 1 -P "$(nproc)" clang-tidy -p "$build" --quiet --warnings-as-errors='*' 2> >(grep -vE '^[0-9]+ warnings? ' >&2)
echo "lint: nothing found"
