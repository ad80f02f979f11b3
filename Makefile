SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

BIN := .venv/bin
BROWSER := $(shell command -v chromium || command -v chromium-browser)
NO_PAGES := $(if $(BROWSER)$(CAMPAIGNSPEC_REQUIRE_BROWSER),,--ignore=tests/pages)
PAGES_LEFT_OUT := Chromium is not on the PATH: the tests of the report in a browser (tests/pages) are left out.
# Targets that need the history of the example, or write into one place, must not run side by side.
.NOTPARALLEL:

.PHONY: help
help: ## Show what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/ready: pyproject.toml constraints.txt scripts/environment.sh
	@scripts/environment.sh

.PHONY: setup
setup: .venv/ready ## Make the environment in .venv (every other target does so when needed)
	@:

.PHONY: spark
spark: ## Make the environment with PySpark as well (434 MB), which wants Java 17 or 21
	@scripts/environment.sh spark

.PHONY: demo
demo: setup ## Rehearse, run and compare the example campaigns on a retailer's year
	@scripts/demo.sh

.PHONY: stories
stories: setup ## Rehearse the thirteen stories on made-up shops, each with its report
	@scripts/stories.sh

.PHONY: dirty-crm
dirty-crm: setup ## Write the dirty files of examples/dirty-crm
	$(BIN)/python -m scripts.dirty_crm

.PHONY: test
test: check ## Run all checks and all tests
	@$(if $(NO_PAGES),echo "$(PAGES_LEFT_OUT)")
	$(BIN)/pytest -n auto $(NO_PAGES)
	@$(if $(NO_PAGES),echo "$(PAGES_LEFT_OUT)")

.PHONY: check
check: setup ## Run all checks: lint, format, types, architecture, generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m scripts.generate --check

.PHONY: format
format: setup ## Format the code and mend what can be mended without thought
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

.PHONY: generate
generate: setup ## Rewrite what is made from the code: schemas and docs/reference
	$(BIN)/python -m scripts.generate

.PHONY: bench
bench: setup ## Measure how fast the engine is
	$(BIN)/python -m benchmarks.win_back

.PHONY: bench-engine
bench-engine: setup ## Measure a journey over up to ten million customers, beside five ways to write it by hand
	$(BIN)/python -m pip install -qq --constraint constraints.txt --group bench
	@if command -v java >/dev/null; then scripts/environment.sh spark bench; fi
	$(BIN)/python -m benchmarks.engine --whole

.PHONY: bench-store
bench-store: setup ## Measure how fast the event store is built and extended
	$(BIN)/python -m benchmarks.store

.PHONY: bench-segments
bench-segments: setup ## Measure how fast segments are found, beside databases and pandas
	$(BIN)/python -m pip install -qq --constraint constraints.txt --group bench
	$(BIN)/python -m benchmarks.segments

.PHONY: bench-live
bench-live: setup ## Measure a tick of a runner on SQLite and PostgreSQL, beside the bare store
	$(BIN)/python -m benchmarks.live

.PHONY: bench-validate
bench-validate: setup ## Measure how fast five hundred campaigns are validated
	$(BIN)/python -m benchmarks.validate

.PHONY: bench-campaigns
bench-campaigns: setup ## Measure how long each campaign of campaigns/ takes over a year
	$(BIN)/python -m benchmarks.campaigns

.PHONY: bench-sixteen
bench-sixteen: setup ## Walk a million contacts through sixteen steps, and count at each
	$(BIN)/python -m benchmarks.sixteen

.PHONY: bench-identity
bench-identity: setup ## Measure how fast a million dirty records are made people
	$(BIN)/python -m benchmarks.identity

.PHONY: nightly
nightly: setup ## Run all tests with many more random examples
	HYPOTHESIS_PROFILE=nightly $(BIN)/pytest -n auto $(NO_PAGES)

.PHONY: clean
clean: ## Remove what was built; the environment and the history stay
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .campaignspec/cache campaigns/.campaignspec examples/*/.campaignspec
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
