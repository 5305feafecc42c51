#!/usr/bin/env bash
# Asks Lighthouse about the pages of the demo, five times each, and prints the
# medians: speed, accessibility, good practice and search engines. Needs Node.js
# and Chromium. ROUNDS asks more or fewer times; whatever else the machine does
# makes the pages look slower than they are.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=13.5.0
rounds=${ROUNDS:-5}
work=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf "$work"' EXIT

# First the browser that has no windows: the fewer processes it has, the less do
# they wait for each other where there are two cores.
for name in "${CHROME:-}" chromium-headless-shell chrome-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
	if [[ -n $name ]] && CHROME_PATH=$(command -v "$name"); then
		export CHROME_PATH
		break
	fi
done
flags="--headless"
[[ $(id -u) -ne 0 ]] || flags+=" --no-sandbox"

port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
go build -o "$work/runnerdb" .
(cd "$work" && PORT=$port exec ./runnerdb demo >log 2>&1) &
server=$!
site=http://localhost:$port
until curl --silent --fail "$site/readyz" >/dev/null; do
	kill -0 "$server"
	sleep 0.2
done

race=$(curl --silent "$site/predict?q=two+oceans+half" | grep -o '/races/[0-9]*' | head -n 1)
runner=$(curl --silent "$site/runners?q=karabo+khumalo" | grep -o '/runners/[0-9]*' | head -n 1)
# Now and then a browser fails to tell what it did: then it is asked again.
measure() { npx --yes "lighthouse@$version" "$site$1" --quiet --chrome-flags="$flags" --output json --output-path "$2"; }

for path in / "$runner" "$race" /boards "/compare?runners=1,2,3,4"; do
	for ((i = 1; i <= rounds; i++)); do
		measure "$path" "$work/$i.json" || measure "$path" "$work/$i.json"
	done
	node - "$path" "$work" "$rounds" <<-'JS'
		const [path, work, rounds] = process.argv.slice(2);
		const reports = Array.from({ length: +rounds }, (_, i) => JSON.parse(require("fs").readFileSync(`${work}/${i + 1}.json`)));
		const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
		const groups = Object.values(reports[0].categories).map(({ id, title }) => `${title} ${Math.round(100 * median(reports.map((r) => r.categories[id].score)))}`);
		console.log(`${path}: ${groups.join(", ")}`);
		const missed = new Set(reports.flatMap((r) => Object.values(r.audits).filter((a) => a.score !== null && a.score < 0.9 && a.scoreDisplayMode !== "informative").map((a) => a.id)));
		if (missed.size > 0) console.log(`  to be better: ${[...missed].join(", ")}`);
	JS
done
