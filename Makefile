# Inspection Watch: everything a newcomer runs. `make help` lists it.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
PYTEST := $(BIN)/python -m pytest
# A worker that has nothing left to do takes tests from another.
MANY := --numprocesses auto --dist worksteal

help:  ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

install: $(STAMP)  ## build .venv with exactly the locked packages

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' || \
	  { echo 'Python 3.11 to 3.14 is needed. Choose one: make install PYTHON=/path/to/python3.13' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo 'Python cannot make virtual environments here; on Debian: apt-get install python3-venv' >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@if command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; then \
	  uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock && \
	  uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable . ; \
	else \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . ; \
	fi
	@$(BIN)/python -m compileall -q inspection_watch reports scrapers storage website alerts flows cli demo
	@touch $(STAMP)

demo: install  ## a full demonstration on a sample site: no network, no account
	$(BIN)/inspection-watch demo

serve: install  ## Prefect server and UI, schedules and worker, until Ctrl-C
	$(BIN)/inspection-watch serve

test: install  ## all tests
	$(PYTEST) $(MANY) --durations=10

test-fast: install  ## about a minute: reading, rules and storage on SQLite, to run while you edit
	$(PYTEST) $(MANY) tests/reports tests/scrapers tests/storage -m "not (corpus or faults or postgres)"

test-faults: install  ## the tests that kill processes, fifty times each; prints the results
	WATCH_TEST_KILLS=50 $(PYTEST) -m faults -s

docs: install  ## write the pages that describe what the code declares: exported tables and themes
	$(BIN)/python -m storage.export.reference
	$(BIN)/python -m reports.themes.page > docs/themes.md

lint: install  ## style, types, the direction of dependencies, names and language
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -p no:cacheprovider tests/test_language.py tests/test_names.py

bench: install  ## measure time, memory and quality against targets (needs the corpus); WHICH=quality: only that
	$(BIN)/python -m tests.benchmarks $(WHICH)

release-check: install  ## build the wheel and use it in an empty environment
	.ci/release-check

fit: install  ## fit the weights of themes and repeats again (needs the corpus)
	$(BIN)/python -m tests.benchmarks.fit

lock: install  ## resolve the newest allowed versions again
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header --upgrade --output-file requirements.lock

.PHONY: help install demo serve docs test test-fast test-faults lint bench fit release-check lock
