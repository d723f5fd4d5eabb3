#!/usr/bin/env bash
# Installs a build into a temporary directory and uses it from there, through find_package and through pkg-config:
#   tests/install/run.sh BUILD_DIR CXX
set -euo pipefail

build=$1
cxx=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prefix=$scratch/prefix

cmake --install "$build" --prefix "$prefix" >"$scratch/install.log"

echo "--- find_package"
cmake -S "$here" -B "$scratch/consumer" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$cxx"
cmake --build "$scratch/consumer"
"$scratch/consumer/consumer"
"$scratch/consumer/adapters_consumer"
if [[ -x $scratch/consumer/sqlite_consumer ]]; then
  (cd "$scratch" && consumer/sqlite_consumer)
fi
if [[ -x $scratch/consumer/redis_consumer ]]; then "$scratch/consumer/redis_consumer"; fi
if [[ -x $scratch/consumer/remote_consumer ]]; then "$scratch/consumer/remote_consumer"; fi

echo "--- find_package where no framework is installed"
cmake -S "$here/core_only" -B "$scratch/core_only" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$cxx"

echo "--- pkg-config"
pc=$(find "$prefix" -name authjwt.pc)
export PKG_CONFIG_PATH=${pc%/*}
# The flags are words to be split.
# shellcheck disable=SC2046
"$cxx" -std=c++20 "$here/consumer.cpp" -o "$scratch/pc_consumer" $(pkg-config --cflags --libs authjwt)
LD_LIBRARY_PATH=$(pkg-config --variable=libdir authjwt) "$scratch/pc_consumer"
if pkg-config --exists authjwt-sqlite; then
  # shellcheck disable=SC2046
  "$cxx" -std=c++20 "$here/sqlite_consumer.cpp" -o "$scratch/pc_sqlite_consumer" \
    $(pkg-config --cflags --libs authjwt-sqlite)
  (cd "$scratch" && LD_LIBRARY_PATH=$(pkg-config --variable=libdir authjwt) ./pc_sqlite_consumer)
fi
if pkg-config --exists authjwt-redis; then
  # shellcheck disable=SC2046
  "$cxx" -std=c++20 "$here/redis_consumer.cpp" -o "$scratch/pc_redis_consumer" \
    $(pkg-config --cflags --libs authjwt-redis)
  LD_LIBRARY_PATH=$(pkg-config --variable=libdir authjwt) "$scratch/pc_redis_consumer"
fi
if pkg-config --exists authjwt-remote; then
  # shellcheck disable=SC2046
  "$cxx" -std=c++20 "$here/remote_consumer.cpp" -o "$scratch/pc_remote_consumer" \
    $(pkg-config --cflags --libs authjwt-remote)
  LD_LIBRARY_PATH=$(pkg-config --variable=libdir authjwt) "$scratch/pc_remote_consumer"
fi

if [[ -x $prefix/bin/authjwt ]]; then
  echo "--- the command"
  "$prefix/bin/authjwt" --version
fi
