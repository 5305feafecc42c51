#!/usr/bin/env bash
# Runs govulncheck. A finding always fails. Where the vulnerability database is
# out of reach nothing was checked: CI says so and goes on, a person is told no.
set -euo pipefail

log=$(mktemp)
trap 'rm -f "$log"' EXIT

status=0
go tool -modfile=tools/go.mod govulncheck ./... >"$log" 2>&1 || status=$?

if ((status == 1)) && grep -q 'fetching vulnerabilities' "$log"; then
	echo "vuln: NOT CHECKED: the Go vulnerability database cannot be reached from here"
	[[ ${CI:-} == true ]] && exit 0
	exit 1
fi
cat "$log"
exit "$status"
