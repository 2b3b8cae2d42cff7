# The two commands are `make run` and `make test`. All that is needed is make and Python 3.13.

UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo .venv-tools/bin/uv)
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help run check test walks nightly scripts faults bench schemas weakbench lint audit format shell clean

help: ## Show these targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12

run: .venv/installed ## Start everything: database, web, worker and beat; Ctrl-C stops it
	@$(BIN)/python manage.py up

check: lint scripts ## Linters and all tests but those in a browser, with kills, or at night
	pytest -n 2 --dist worksteal -m "not nightly and not browser and not faults"

test: lint scripts ## Linters, then the test suite (browser tests need Chromium)
	pytest -n 2 --dist worksteal

walks: .venv/installed ## Every page and longer walks in a browser: a part of nightly
	pytest -n 2 --dist worksteal -m "nightly and browser"

nightly: .venv/installed ## What takes long: fuzzing at depth, twins in SQL, storms, draws of the whole bank
	HYPOTHESIS_PROFILE=nightly pytest -n 2 --dist worksteal -m nightly
	TEST_DRAWS=$(or $(DRAWS),$(shell date +%F)) pytest -n 2 --dist worksteal

scripts:
	@scripts=$$(find tests/js -name '*.test.*js'); \
	if command -v node >/dev/null; then echo "node --test"; node --test --test-reporter=dot $$scripts; \
	else echo "node is not here: the tests of the scripts' pure parts are left out"; fi

faults: .venv/installed ## The long fault suite; WEB, DATABASE, WORKER (kills), CANDIDATES, SEED, HISTORIES may be given
	pytest tests/faults -n 0 -rs -m "" --web-kills $(or $(WEB),200) --database-kills $(or $(DATABASE),20) \
	  --worker-kills $(or $(WORKER),50) --candidates $(or $(CANDIDATES),50) --storm-seed $(or $(SEED),1) \
	  --histories $(or $(HISTORIES),10000)

bench: .venv/installed ## Measure what a sitting costs, the bank at 50,000 questions, and what the loop is worth
	$(BIN)/python -m benchmarks.load
	$(BIN)/python -m benchmarks.costs
	$(BIN)/python -m benchmarks.costs --idle
	$(BIN)/python -m benchmarks.class_at_once
	$(BIN)/python -m benchmarks.bank
	$(BIN)/python -m benchmarks.reading
	$(BIN)/python -m benchmarks.regrade
	$(BIN)/python -m benchmarks.reviews
	$(BIN)/python -m benchmarks.loopbench --docs docs/measurement.md

schemas: .venv/installed ## QTI of the whole bank against the official schemas: SCHEMAS=folder with qti-2.1.xsd, -2.2, -3.0
	for version in 2.1 2.2 3.0; do \
	  $(BIN)/python -m benchmarks.qti_schemas $$version "$(SCHEMAS)/qti-$$version.xsd" || exit 1; done

weakbench: .venv/installed ## Measure what reports cost, and whether they name what is truly weak; writes docs/measurement.md
	$(BIN)/python -m benchmarks.weakcost --docs docs/measurement.md
	$(BIN)/python -m benchmarks.weakbench --docs docs/measurement.md

lint: .venv/installed ## Style, layers, types, templates, migrations
	ruff check .
	ruff format --check .
	lint-imports
	mypy
	djade --check $$(git ls-files 'templates/*.html' 2>/dev/null || find templates -name '*.html')
	$(BIN)/python manage.py makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=tests.lint_settings $(BIN)/python manage.py lintmigrations

audit: .venv/installed ## Look up known holes of all that is locked; needs PyPI's own address
	@mkdir -p var
	@$(UV) export --locked --no-dev --format requirements-txt --output-file var/requirements.txt --quiet
	$(UV) tool run pip-audit --strict --disable-pip --require-hashes -r var/requirements.txt

format: .venv/installed ## Put code and templates into the one format
	ruff check --fix .
	ruff format .
	djade templates/*.html templates/*/*.html

shell: .venv/installed ## A Python shell with the models at hand
	@$(BIN)/python manage.py shell

clean: ## Remove the environment; the data in var/ stays
	rm -rf .venv .venv-tools .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

# The locked dependencies, installed anew only when they change, and compiled: tests start hundreds of
# processes, each of which would else compile what it imports where Python may not write.
.venv/installed: uv.lock pyproject.toml .python-version $(filter .venv-tools/%,$(UV))
	@$(UV) sync --locked --compile-bytecode
	@touch $@

# uv in an environment of its own, where the machine has none.
.venv-tools/bin/uv:
	$(PYTHON) -m venv .venv-tools
	.venv-tools/bin/pip install --quiet --disable-pip-version-check 'uv>=0.9'
