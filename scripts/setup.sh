#!/usr/bin/env bash
# Installs what is missing on Debian: scripts/setup.sh run|test|bench|lint
# Quick when nothing is missing: it only asks dpkg then. Nothing is installed where there is no apt.
#   AUTHJWT_REPLACE_BOOST=1  lets apt remove the -dev packages that conflict with those of Boost 1.81 (CI=true does too)
set -euo pipefail

build_packages=(g++ cmake ninja-build ccache libssl-dev)
boost_packages=(libboost1.81-dev libboost-json1.81-dev)
demo_packages=(librestinio-dev libasio-dev libfmt-dev libhttp-parser-dev)
test_packages=(libcpp-httplib-dev libcli11-dev libgtest-dev libgmock-dev pkg-config)
bench_packages=(libbenchmark-dev)
lint_packages=(clang-format clang-tidy)

# What each purpose needs besides the compiler and the libraries of the core.
case "${1:-}" in
  run) wanted=("${demo_packages[@]}") ;;
  test) wanted=("${demo_packages[@]}" "${test_packages[@]}") ;;
  bench) wanted=("${bench_packages[@]}") ;;
  lint) wanted=("${demo_packages[@]}" "${test_packages[@]}" "${lint_packages[@]}") ;;
  *) echo "usage: scripts/setup.sh run|test|bench|lint" >&2; exit 2 ;;
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

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  without_apt
  exit 0
fi
find_missing
[[ ${#missing[@]} == 0 ]] || install_missing
