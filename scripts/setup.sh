#!/usr/bin/env bash
# Installs what is missing on Debian: scripts/setup.sh run|swagger|test|python|bench|fuzz|lint
# Quick when nothing is missing: it only asks dpkg then. Where there is no apt, Swagger UI alone is installed.
# `swagger` is Swagger UI for the demo; `run` tries to install it once, where npm is there, and does without.
#   AUTHJWT_REPLACE_BOOST=1  lets apt remove the -dev packages that conflict with those of Boost 1.81 (CI=true does too)
#   AUTHJWT_BROWSER=no       no browser for the tests, which are skipped then
set -euo pipefail

build_packages=(g++ cmake ninja-build ccache libssl-dev)
boost_packages=(libboost1.81-dev libboost-json1.81-dev)
sqlite_packages=(libsqlite3-dev)
redis_packages=(libhiredis-dev)
remote_packages=(libcurl4-openssl-dev)
demo_packages=(librestinio-dev libasio-dev libfmt-dev libhttp-parser-dev)
# redis-tools holds the server's program under another name, and starts no service as redis-server would.
redis_server_packages=(redis-tools)
test_packages=(libcpp-httplib-dev libcli11-dev libgtest-dev libgmock-dev pkg-config)
python_packages=(python3-dev pybind11-dev python3-venv python3-pip python3-setuptools python3-wheel python3-fastapi)
python_test_packages=(python3-pytest python3-httpx python3-uvicorn)
# Whose tokens the interop tests exchange; two more come from npm.
interop_packages=(python3-jwt python3-cryptography libjwt0)
bench_packages=(libbenchmark-dev)
# Clang for its libFuzzer; python3 makes the seeds.
fuzz_packages=(clang-19 libclang-rt-19-dev python3)
lint_packages=(clang-format clang-tidy)
swagger_ui=demo/swagger_ui
browser_tests=tests/browser
interop_tests=tests/interop
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# By their commands, which may have come from elsewhere than Debian.
npm_packages=()
command -v node >/dev/null && command -v npm >/dev/null || npm_packages=(nodejs npm)
browser_packages=()
if [[ ${AUTHJWT_BROWSER:-} != no ]]; then
  browser_packages=("${npm_packages[@]}")
  command -v chromium >/dev/null || browser_packages+=(chromium)
fi

# What each purpose needs besides the compiler and the libraries of the core.
case "${1:-}" in
  run) wanted=("${demo_packages[@]}" "${sqlite_packages[@]}" "${redis_packages[@]}" "${remote_packages[@]}") ;;
  swagger) wanted=("${npm_packages[@]}") ;;
  test)
    wanted=("${demo_packages[@]}" "${test_packages[@]}" "${sqlite_packages[@]}" "${redis_packages[@]}" "${remote_packages[@]}" "${redis_server_packages[@]}"
      "${npm_packages[@]}" "${browser_packages[@]}" "${python_packages[@]}" "${python_test_packages[@]}" "${interop_packages[@]}")
    ;;
  python) wanted=("${python_packages[@]}") ;;
  bench) wanted=("${bench_packages[@]}" "${sqlite_packages[@]}" "${redis_packages[@]}" "${remote_packages[@]}" "${redis_server_packages[@]}") ;;
  fuzz) wanted=("${fuzz_packages[@]}") ;;
  lint) wanted=("${demo_packages[@]}" "${test_packages[@]}" "${sqlite_packages[@]}" "${redis_packages[@]}" "${remote_packages[@]}" "${python_packages[@]}" "${lint_packages[@]}") ;;
  *) echo "usage: scripts/setup.sh run|swagger|test|python|bench|fuzz|lint" >&2; exit 2 ;;
esac
wanted+=("${build_packages[@]}")

stop() {
  echo "setup: $*" >&2
  exit 1
}

installed() {  # those of the named packages that are installed
  dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' || true
}

boost_is_there() {  # Boost.JSON of any version from 1.81 on will do
  dpkg-query -W -f '${db:Status-Status} ${Package}\n' 'libboost-json*-dev' 2>/dev/null |
    sed -nE 's/^installed libboost-json(1\.[0-9]+)-dev$/\1/p' |
    awk -F. '$2 >= 81 { found = 1 } END { exit !found }'
}

find_missing() {
  local have package
  have=" $(installed "${wanted[@]}" | tr '\n' ' ')"
  missing=()
  for package in "${wanted[@]}"; do
    [[ $have == *" $package "* ]] || missing+=("$package")
  done
  boost_is_there || missing+=("${boost_packages[@]}")
}

without_apt() {  # another system: the tools can be looked for, the libraries are CMake's to find
  local tool
  for tool in cmake ninja c++; do
    command -v "$tool" >/dev/null ||
      stop "$tool is missing and there is no apt here to install it; please install what Debian calls:" \
        "${wanted[*]} ${boost_packages[*]}"
  done
}

become_root() {
  as_root=()
  [[ $(id -u) == 0 ]] && return
  command -v sudo >/dev/null ||
    stop "packages are missing and neither root nor sudo is here; as root, run:" \
      "apt-get install --no-install-recommends ${missing[*]}"
  as_root=(sudo)
  [[ -t 0 ]] || sudo -n true 2>/dev/null ||
    stop "packages are missing and sudo wants a password without a terminal; as root, run:" \
      "apt-get install --no-install-recommends ${missing[*]}"
}

apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=120 "$@"
}

simulate() {
  LC_ALL=C apt-get install --simulate --no-install-recommends "${missing[@]}" 2>&1
}

refresh_lists() {
  echo "setup: reading the package lists"
  apt update -q || stop "the package lists cannot be read; is the network there?"
}

ask_before_removing() {  # $1: what apt would do
  local removed
  removed=$(sed -n 's/^Remv \([^ ]*\).*/\1/p' <<<"$1" | tr '\n' ' ')
  [[ -n $removed && ${AUTHJWT_REPLACE_BOOST:-} != 1 && ${CI:-} != true ]] || return 0
  stop "Boost 1.81 cannot stand beside the -dev packages of another Boost: this would REMOVE ${removed% };" \
    "if that is fine, say so with AUTHJWT_REPLACE_BOOST=1 (make ... AUTHJWT_REPLACE_BOOST=1)"
}

install_missing() {
  local plan
  echo "setup: missing packages: ${missing[*]}"
  become_root
  if ! plan=$(simulate); then
    refresh_lists
    plan=$(simulate) ||
      stop "apt does not have them; is the network there, and is this Debian 12? $(grep -m 1 '^E:' <<<"$plan")"
  fi
  ask_before_removing "$plan"
  if ! apt install --no-install-recommends "${missing[@]}"; then
    refresh_lists
    ask_before_removing "$(simulate)"
    apt install --no-install-recommends "${missing[@]}" ||
      stop "apt could not install them; is the network there? (its own words are above)"
  fi
}

# --- npm: each package.json of ours has a lock file; what was installed keeps a copy of it -----------------------------

npm_is_done() {  # npm_is_done DIRECTORY
  cmp -s "$1/package-lock.json" "$1/node_modules/.installed"
}

install_npm() {  # install_npm DIRECTORY OPTION...
  local directory=$1
  shift
  echo "setup: npm packages of $directory"
  (cd "$directory" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-progress --ignore-scripts "$@" </dev/null) &&
    cp "$directory/package-lock.json" "$directory/node_modules/.installed"
}

need_npm() {  # need_npm DIRECTORY
  npm_is_done "$1" || install_npm "$1" || stop "npm could not install what $1 needs; is the network there?"
}

offer_swagger_ui() {  # once: an attempt that failed leaves a mark, so that later starts of the demo are not held up
  local mark=$swagger_ui/node_modules/.failed
  npm_is_done "$swagger_ui" && return
  command -v npm >/dev/null && ! cmp -s "$swagger_ui/package-lock.json" "$mark" || return 0
  install_npm "$swagger_ui" --fetch-retries=0 --fetch-timeout=15000 && return
  echo "setup: the demo does without Swagger UI; scripts/setup.sh swagger tries again"
  rm -rf "$swagger_ui/node_modules"
  mkdir "$swagger_ui/node_modules"
  cp "$swagger_ui/package-lock.json" "$mark"
}

install_npm_packages() {  # install_npm_packages PURPOSE
  case "$1" in
    run) offer_swagger_ui ;;
    swagger) need_npm "$swagger_ui" ;;
    test)
      # The interop tests are skipped where npm is not there.
      ! command -v npm >/dev/null || need_npm "$interop_tests"
      [[ ${AUTHJWT_BROWSER:-} != no ]] || return 0
      need_npm "$swagger_ui"
      need_npm "$browser_tests"
      ;;
  esac
}

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  without_apt
  if [[ $1 == swagger ]]; then need_npm "$swagger_ui"; else offer_swagger_ui; fi
  exit 0
fi
find_missing
[[ ${#missing[@]} == 0 ]] || install_missing
install_npm_packages "$1"
