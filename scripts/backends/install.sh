#!/usr/bin/env bash
# Installs the programs behind the test backends from Debian packages. A shell script, because CI runs it before Node's packages are there.
# Nothing it installs is started: the tests start their own copies, in folders and on ports of their own.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

missing=()
while read -r package program; do
  # Debian keeps daemons in sbin, which a person's PATH may lack.
  PATH="$PATH:/usr/sbin:/sbin" command -v "$program" >/dev/null 2>&1 || missing+=("$package")
done < <(grep -v '^#' "$here/debian-packages.txt" | awk 'NF { print $1, $2 }')

if [ ${#missing[@]} -eq 0 ]; then
  echo 'backends: every package is installed'
  exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "backends: this is not a Debian-like system; install these yourself: ${missing[*]}" >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "backends: run this as root: apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 1
fi

# invoke-rc.d asks this file before it starts a service; 101 means no. One that is already there stays as it is.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
options=(-y -q -o Acquire::Retries=5 -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0)
attempt() {
  apt-get "${options[@]}" update && apt-get "${options[@]}" install --no-install-recommends "${missing[@]}"
}
for try in 1 2 3; do
  if attempt; then
    echo "backends: installed ${missing[*]}"
    exit 0
  fi
  echo "backends: apt-get failed, attempt $try of 3" >&2
done
exit 1
