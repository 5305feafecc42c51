#!/usr/bin/env bash
# Looks for keys and passwords in every commit and in the text that the binary
# holds. A finding fails.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

leaks() {
	go -C "$root/tools/secrets" tool gitleaks "$1" --no-banner --redact --verbose --config "$root/.gitleaks.toml" "${@:2}"
}

leaks git "$root"
grep --text --only-matching '[[:print:]]\{8,\}' "$root/runnerdb" | leaks stdin
