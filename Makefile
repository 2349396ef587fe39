# Candor: `make run` and `make test` are all the set-up there is.

PYTHON ?= python3
VENV := .venv
TOOLS := .venv-tools
LOWEST := .venv-lowest
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --require-hashes
PYTEST_WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run test quick check fix openapi generators migrate demo doctor faults coverage bench lock lock-check lowest beside tools clean migration

help: ## Print this help
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  \033[1m%-12s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# EXTRAS=parquet also installs what reads Parquet.
EXTRAS ?=

run: $(VENV)/.installed $(EXTRAS:%=$(VENV)/.installed-%) ## Serve at http://127.0.0.1:8000 (first start: schema, demo, admin key)
	@$(BIN)/candor-server serve

test: $(VENV)/.installed-dev ## Run every test (PostgreSQL, Chromium and nginx skip where absent)
	@$(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist loadfile $(ARGS)

quick: $(VENV)/.installed-dev ## Run the quick tests (under 3 minutes: no browser, no tools, few processes)
	@$(BIN)/python -m pytest -n $(PYTEST_WORKERS) --quick $(ARGS)

check: $(VENV)/.installed-dev ## Format, lint, types, floors
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --cache-dir $(VENV)/.import-linter

fix: $(VENV)/.installed-dev ## Format and mend what can be mended
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

openapi: $(VENV)/.installed-dev ## Write docs/openapi.json and the client's reply types anew from the code
	@$(BIN)/python docs/write_openapi.py
	@$(BIN)/python docs/write_client_types.py

generators: $(VENV)/.installed-dev ## Make clients from docs/openapi.json with two generators (pip, npm) and use them
	@$(BIN)/python -m tests.generators.run

migrate: $(VENV)/.installed ## Bring the database of CANDOR_DATABASE_URL to this schema
	@$(BIN)/candor-server migrate

migration: $(VENV)/.installed-dev ## Write the next migration from the tables: make migration NAME=item_difficulty
	@$(BIN)/python -m migrations.new_migration "$(NAME)"

demo: $(VENV)/.installed ## Load the demo boards, if there is no benchmark yet
	@$(BIN)/candor-server demo

doctor: $(VENV)/.installed ## Say what is well with this installation, and what is not
	@$(BIN)/candor-server doctor

faults: $(VENV)/.installed-dev ## Kill 40 first starts and run 12 pairs of them at once (minutes)
	@$(BIN)/python -m tests.faults.first_start 40 12

coverage: $(VENV)/.installed-dev ## Show that intervals cover, the short form (under a minute)
	@$(BIN)/python -m bench.coverage --short

bench: $(VENV)/.installed-dev ## Measure: coverage of intervals (hours); cost of scoring, intake, boards and pages
	@$(BIN)/python -m bench.coverage
	@$(BIN)/python -m bench.scoring
	@$(BIN)/python -m bench.intake
	@$(BIN)/python -m bench.boards
	@$(BIN)/python -m bench.pages

LOCK := $(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header \
  --python-version 3.11 --quiet

# What is locked stays as it is where it still fits: UPGRADE=--upgrade, or "--upgrade-package NAME".
lock: $(VENV)/.installed-dev ## Lock the dependencies anew, with hashes and the wheels that each has
	@$(LOCK) $(UPGRADE) --group build pyproject.toml -o requirements.txt
	@$(BIN)/python -m locks.extra parquet | $(LOCK) $(UPGRADE) --no-annotate -c requirements.txt - \
	  -o requirements-parquet.txt
	@$(LOCK) $(UPGRADE) --group build --group dev -c requirements.txt -c requirements-parquet.txt \
	  pyproject.toml client/pyproject.toml -o requirements-dev.txt
	@$(LOCK) $(UPGRADE) client/tools.in client/pyproject.toml -o client/requirements-tools.txt
	@$(LOCK) --resolution lowest-direct client/lowest.in client/pyproject.toml \
	  -o client/requirements-lowest.txt
	@$(BIN)/python -m locks.wheels --write

lock-check: $(VENV)/.installed-dev ## Ask the package index whether every promised machine finds its wheels
	@$(BIN)/python -m locks.wheels --live

lowest: $(VENV)/.installed-dev $(LOWEST)/.installed ## Test the client with the oldest versions that it says it works with
	@CANDOR_CLIENT_PYTHON=$(CURDIR)/$(LOWEST)/bin/python $(BIN)/python -m pytest -n $(PYTEST_WORKERS) \
	  tests/client/test_lowest.py tests/client/test_commands.py tests/client/test_newcomer.py \
	  tests/client/test_faults.py tests/client/test_pytest_plugin.py $(ARGS)

beside: $(VENV)/.installed-dev ## Resolve the client beside other tools (asks the package index)
	@$(BIN)/python -m locks.beside

tools: $(TOOLS)/.installed ## Install Inspect, lm-eval and the store's validator, which tests then really run

clean: ## Remove the virtual environments and what tools left behind
	rm -rf $(VENV) $(TOOLS) $(LOWEST) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -m venv $(VENV)

# --no-build-isolation: what builds the project is in the lock too, so nothing comes unhashed.
$(VENV)/.installed: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the locked packages into $(VENV), about 380 MB; this takes a few minutes …"
	@$(INSTALL) -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt client/pyproject.toml $(VENV)/.installed
	@echo "Installing what tests and checks need into $(VENV), about 800 MB more …"
	@$(INSTALL) -r requirements-dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable client
	@touch $@

$(VENV)/.installed-parquet: requirements-parquet.txt $(VENV)/.installed
	@$(INSTALL) -r requirements-parquet.txt
	@touch $@

$(LOWEST)/.installed: client/requirements-lowest.txt client/pyproject.toml
	@$(PYTHON) -m venv $(LOWEST)
	@$(LOWEST)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes \
	  -r client/requirements-lowest.txt
	@$(LOWEST)/bin/python -m pip --disable-pip-version-check --quiet install --no-deps \
	  --no-build-isolation --editable client
	@touch $@

$(TOOLS)/bin/python:
	@$(PYTHON) -m venv $(TOOLS)

TOOLS_PIP := $(TOOLS)/bin/python -m pip --disable-pip-version-check --quiet

# --no-deps: the lock is whole, and pip would take a package with and without extras for two.
$(TOOLS)/.installed: client/requirements-tools.txt client/requirements-validator.txt \
  client/pyproject.toml | $(TOOLS)/bin/python
	@echo "Installing the evaluation tools into $(TOOLS) (this takes minutes) …"
	@$(TOOLS_PIP) install --require-hashes --no-deps -r client/requirements-tools.txt
	@$(TOOLS_PIP) install --require-hashes --no-deps --ignore-requires-python \
	  -r client/requirements-validator.txt
	@$(TOOLS_PIP) install --no-deps --no-build-isolation --editable client
	@touch $@
