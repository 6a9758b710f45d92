#!/usr/bin/env bash
# Builds the Go programs behind the test backend `kubernetes` into a cache outside of the checkout: the control plane of
# tests/control-plane, kwok, which plays the nodes, and Helm, which the tools for charts start. A shell script, because CI runs it before
# Node's packages are there. `build.sh paths` prints where they lie, `NAME PATH` a line, and builds nothing.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
module="$here/../../tests/control-plane"
kwok=v0.8.0
helm=v3.22.0
kubernetes="$(awk '$1 == "k8s.io/kubernetes" { print $2; exit }' "$module/go.mod")"
IFS=. read -r major minor _ <<<"${kubernetes#v}"
component=k8s.io/component-base/version
flags="-s -w -X $component.gitVersion=$kubernetes -X $component.gitMajor=$major -X $component.gitMinor=$minor"

if ! command -v go >/dev/null 2>&1; then
  echo 'Go is not installed (https://go.dev/dl)' >&2
  exit 3
fi
# Outside of the module: inside, a Go older than it asks for would be replaced by download, only to be named.
system="$(cd / && GOTOOLCHAIN=local go env GOVERSION GOOS GOARCH)"
key="$( (cat "$module/go.mod" "$module/go.sum" "$module/main.go" && echo "$system $flags") | sha256sum | cut -c 1-16)"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/deployment-engine"
machine="$(echo "$system" | sha256sum | cut -c 1-8)"
programs=("control-plane $cache/control-plane-$key" "kwok $cache/kwok-$kwok-$machine" "helm $cache/helm-$helm-$machine")

if [ "${1:-}" = paths ]; then
  printf '%s\n' "${programs[@]}"
  exit 0
fi

mkdir -p "$cache"
exec 9>"$cache/lock"
if ! flock -n 9; then
  echo 'backends: another build is under way, waiting for it'
  flock 9
fi

# A program is there whole or not at all: it is built under another name. Below normal priority: others work meanwhile.
make() {
  local name="$1" target="$2"
  if [ -x "$target" ]; then
    echo "backends: $name is built"
    return
  fi
  echo "backends: building $name for ${target##*/}; the first time they take about fifteen minutes"
  local work
  work="$(mktemp -d "$cache/build.XXXXXX")"
  # shellcheck disable=SC2064
  trap "rm -rf '$work'" EXIT
  case "$name" in
    control-plane) (cd "$module" && nice go build -mod=readonly -trimpath -ldflags "$flags" -o "$work/$name" .) ;;
    kwok) (cd "$work" && GOBIN="$work" nice go install -ldflags '-s -w' "sigs.k8s.io/kwok/cmd/kwok@$kwok") ;;
    helm) (cd "$work" && GOBIN="$work" nice go install -ldflags '-s -w' "helm.sh/helm/v3/cmd/helm@$helm") ;;
  esac
  mv "$work/$name" "$target"
  rm -rf "$work"
  echo "backends: built $name in $SECONDS s"
}
for program in "${programs[@]}"; do
  read -r name target <<<"$program"
  make "$name" "$target"
done
