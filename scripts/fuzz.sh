#!/usr/bin/env bash
# Runs every fuzz target for FUZZTIME (30s), of which little is spent on making
# what was found shorter. go test fuzzes one target a run.
set -euo pipefail

for package in $(go list ./...); do
	for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
		echo "fuzz: $package $target"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-30s}" -fuzzminimizetime 100x "$package"
	done
done
