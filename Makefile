VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo development)
TOOL := go tool -modfile=tools/go.mod

# One way to compile for all, so that each package is compiled once; the race
# detector alone needs C.
export GOFLAGS := -trimpath $(GOFLAGS)
export CGO_ENABLED := 0

.DEFAULT_GOAL := help

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## start the demo on this machine
	go run . demo

.PHONY: build
build: ## build the binary ./runnerdb
	go build -ldflags '-s -w -X main.version=$(VERSION)' -o runnerdb .

.PHONY: repro
repro: ## build the last commit twice, in two folders, and compare the binaries
	@scripts/repro.sh

.PHONY: deps
deps: ## find what the tests need; on Debian as root, install it
	@scripts/deps.sh

# RACED are the packages whose code runs at once. The race detector does not look
# inside what shares nothing and which it slows down the most: SQLite's translated
# C, patterns, hashes of passwords and matrices.
RACED := /(accounts|forecasting|handlers|imports|jobs|predictions|queries|search)
RACE := -race -gcflags='modernc.org/sqlite/lib=-race=false -d=checkptr=0' -gcflags='regexp/...=-race=false' \
	-gcflags='golang.org/x/crypto/...=-race=false' -gcflags='gonum.org/v1/gonum/...=-race=false'
# make lint vets
TEST := go test -vet=off -shuffle=on -timeout 20m

.PHONY: test
test: deps ## run every test: both databases, a real browser, the race detector
	@# forecasting twice: with the race detector not all reference series are tried
	$(TEST) ./forecasting/ $$(go list ./... | grep -vE '$(RACED)')
	CGO_ENABLED=1 $(TEST) $(RACE) $$(go list ./... | grep -E '$(RACED)')

.PHONY: race
race: deps ## run every test with the race detector, those too that start whole programs
	CGO_ENABLED=1 go test -count=1 -race -shuffle=on -timeout 1h ./...

.PHONY: browser
browser: deps ## run the browser's tests, each on both databases
	EVERYTHING=1 go test -count=1 -shuffle=on -timeout 30m ./e2e/

ROUNDS ?= 50
FAULTS ?= Fault|AtOnce|AnySeries|WordsOfOthers|ReadingChangesNothing|BothDatabases|PagesAndOrders
.PHONY: test-faults
test-faults: ## break things ROUNDS times: kill, cut, silence, fill and fail the disk (Linux, as root); people should hardly notice
	@scripts/deps.sh strace haproxy
	ROUNDS="$(ROUNDS)" go test -count=1 -timeout 2h -tags faults -run '$(FAULTS)' . ./queries ./jobs ./handlers ./imports ./forecasting

.PHONY: cover
cover: deps ## run every test and say how much of each package they reach
	go test -shuffle=on -covermode=atomic -coverprofile=cover.out -coverpkg=./... ./...
	@go tool cover -func=cover.out | tail -n 1

.PHONY: bench
bench: ## measure forecasts, pages, search and the start
	go test -run '^$$' -bench . -skip 'Coverage|Maxima|Peers' -benchmem ./forecasting/...
	go test -run '^$$' -bench . -benchtime 5s ./handlers/ .

.PHONY: bench-coverage
bench-coverage: ## measure how often forecasts' limits hold the next value
	go test -run '^$$' -bench Coverage -benchtime 1x -timeout 30m ./forecasting/

.PHONY: bench-maxima
bench-maxima: ## look for fits that miss the maximum of the likelihood
	go test -run '^$$' -bench Maxima -benchtime 1x -timeout 1h ./forecasting/

.PHONY: bench-peers
bench-peers: ## time the forecasts against R's package forecast
	@scripts/bench-peers.sh

RUNNERS ?= 10000 100000 1000000
.PHONY: bench-search
bench-search: deps ## ask for names, say how many are found and how fast, to a million runners
	RUNNERS="$(RUNNERS)" go test -run '^$$' -bench . -benchtime 1x -timeout 2h ./queries/searchtest/

.PHONY: bench-rows
bench-rows: deps ## say how many bytes a row of each big table takes, with RUNNERS
	RUNNERS="$(firstword $(RUNNERS))" go test -run '^$$' -bench RowSizes -benchtime 1x -timeout 2h .

.PHONY: bench-lists
bench-lists: deps ## time the lists and the boards, with a million results
	go test -run '^$$' -bench 'Lists|Boards' -benchtime 1x -timeout 1h ./queries/

.PHONY: bench-pages
bench-pages: deps ## time the heaviest public pages whole, with a million results, on both databases
	go test -run '^$$' -bench Pages -benchtime 1x -timeout 2h ./handlers/

.PHONY: axe
axe: deps ## ask axe-core about every page and every state: refused forms, previews, toasts, empty lists
	EVERYTHING=1 go test -tags axe -run Axe -count=1 ./e2e/

.PHONY: lighthouse
lighthouse: deps ## ask Lighthouse about the pages of the demo, and print medians; needs Node.js
	@scripts/lighthouse.sh

.PHONY: bench-import
bench-import: deps ## import a sheet of 100,000 rows, CSV and XLSX, and say how long it takes and how much memory
	go test -run '^$$' -bench Import -benchtime 1x ./imports/

.PHONY: bench-http
bench-http: deps ## load the server with requests, to a million runners, beside a bare Fiber handler
	RUNNERS="$(RUNNERS)" go test -run '^$$' -bench HTTP -benchtime 1x -timeout 3h ./e2e/load/

.PHONY: bench-page
bench-page: deps ## time a first visit by a cheap phone over a slow line
	go test -count=1 -tags slowlink -run SlowLink -v ./e2e/

MINUTES ?= 30
.PHONY: bench-soak
bench-soak: deps ## load the server for MINUTES (30) on each database, and see that it gives all back
	RUNNERS="$(firstword $(RUNNERS))" MINUTES="$(MINUTES)" go test -run '^$$' -bench Soak -benchtime 1x -timeout 12h ./e2e/load/

.PHONY: screenshots
screenshots: deps ## save pictures of every page in shots/, by phone and desk, day and night, and README's own
	go test -count=1 -tags shots -run Shots ./e2e/

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (30s)
	@scripts/fuzz.sh

.PHONY: generate
generate: ## write the Go code of the templates
	@$(TOOL) templ generate

.PHONY: stale
stale: ## fail when the committed code of the templates is not up to date
	@scripts/stale.sh

.PHONY: fmt
fmt: ## format the templates and the Go code
	@$(TOOL) templ fmt components
	@$(TOOL) golangci-lint fmt

.PHONY: lint
lint: ## check the house rules
	@go -C tools test ./houserules
	@go -C tools run ./houserules ..
	@$(TOOL) golangci-lint run

.PHONY: vuln
vuln: ## look for known vulnerabilities in what we use
	@scripts/vuln.sh

.PHONY: secrets
secrets: build ## look for keys and passwords in every commit and in the binary
	@scripts/secrets.sh

.PHONY: sbom
sbom: build ## write what the binary is made of, with licences, as CycloneDX: sbom.json
	@$(TOOL) cyclonedx-gomod bin -json -std -licenses -version "$(VERSION)" -output sbom.json runnerdb
	@echo "sbom.json names $$(grep -c '"bom-ref"' sbom.json) parts"

.PHONY: vendor-check
vendor-check: ## compare the vendored files with their recorded hashes
	@go -C tools run ./vendorcheck ../static/vendor
