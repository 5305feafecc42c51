#!/usr/bin/env bash
# Fails when the committed templ output is not what the templates generate. Heroku
# builds from the committed files and generates nothing.
set -euo pipefail

sums() {
	git ls-files --cached --others --exclude-standard -- '*_templ.go' | sort -u |
		while read -r file; do [[ -f $file ]] && sha256sum "$file"; done || true
}

before=$(sums)
make --no-print-directory generate
after=$(sums)

if [[ $before != "$after" ]]; then
	diff <(echo "$before") <(echo "$after") | sed -n 's/^[<>] [0-9a-f]* */stale: /p' | sort -u
	echo "stale: run 'make generate' and commit what it changed" >&2
	exit 1
fi
