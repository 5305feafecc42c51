#!/usr/bin/env bash
# Times the automatic choice on the same series here and in R's forecast package,
# on one core each, and prints the medians and their ratio. The time to start R
# and to load the package is not counted.
set -euo pipefail
cd "$(dirname -- "$0")/.."

if ! command -v Rscript >/dev/null ||
	! Rscript -e 'quit(status = !requireNamespace("forecast", quietly = TRUE))' >/dev/null 2>&1; then
	echo 'R with its package forecast is needed; on Debian as root: apt-get install r-cran-forecast' >&2
	exit 1
fi

dir=$(mktemp -d)
trap 'rm -rf -- "$dir"' EXIT
RUNNERDB_PEERS=$dir GOMAXPROCS=1 go test -run '^$' -bench Peers -benchtime 1x ./forecasting/ >/dev/null

Rscript --vanilla - "$dir" <<'R'
suppressMessages(library(forecast))
dir <- commandArgs(trailingOnly = TRUE)[1]
cat(sprintf("%s, forecast %s\n", R.version.string, packageVersion("forecast")))
cat(sprintf("%-8s%-9s%-12s%-12s%s\n", "values", "series", "here, ms", "R, ms", "ratio"))
for (n in c("10", "60")) {
  series <- lapply(strsplit(readLines(file.path(dir, paste0(n, ".series"))), " "), as.numeric)
  ours <- median(scan(file.path(dir, paste0(n, ".ours")), quiet = TRUE))
  for (y in series[1:20]) auto.arima(y, seasonal = FALSE, ic = "aic") # warm up, there as here
  theirs <- 1000 * median(sapply(series, function(y) {
    system.time(auto.arima(y, seasonal = FALSE, ic = "aic"))[["elapsed"]]
  }))
  cat(sprintf("%-8s%-9d%-12.3f%-12.1f%.0f\n", n, length(series), ours, theirs, theirs / ours))
}
R
