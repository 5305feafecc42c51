#!/usr/bin/env bash
# Builds the last commit twice, in folders of different names and without a
# shared cache, and compares the binaries.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
git clone --quiet --no-local . "$scratch/one"
git clone --quiet --no-local "$scratch/one" "$scratch/another/place"
for place in one another/place; do
	GOCACHE="$scratch/cache" make --silent -C "$scratch/$place" build
	rm -rf "$scratch/cache"
done
sums=$(sha256sum "$scratch/one/runnerdb" "$scratch/another/place/runnerdb" | cut -d ' ' -f 1 | uniq)
if [ "$(wc -l <<<"$sums")" -ne 1 ]; then
	echo "two builds of $(git -C "$scratch/one" rev-parse --short HEAD) differ:" >&2
	echo "$sums" >&2
	exit 1
fi
echo "two builds of $(git -C "$scratch/one" rev-parse --short HEAD) are the same: sha256 $sums"
