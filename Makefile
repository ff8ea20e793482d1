# The only commands: people, hooks and CI call these. The first use of any of them installs what it needs.
.DEFAULT_GOAL := help
.PHONY: help run serve demo stop status test test-extended test-upgrade test-all test-long test-engines test-faults check fix messages bench bench-quality chaos demo-record lock easyocr languages clean install install-dev screenshots
MAKEFLAGS += --no-print-directory
VENV := .venv
PYTHON := $(VENV)/bin/python
SOURCES := idp_project accounts documents extraction review rag pdb_sync
WORKERS ?= 2

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 15

run: install ## the demonstration: everything on this machine; prints the URL and the logins; Ctrl-C stops it
	@$(PYTHON) -m idp_project.operations.supervisor start

serve: install ## a real installation; asks for its first super admin once, or reads IDP_ADMIN_USERNAME and IDP_ADMIN_PASSWORD
	@$(PYTHON) -m idp_project.operations.supervisor serve

demo: install ## the sample documents from upload to the production database, with a table at the end
	@$(PYTHON) -m idp_project.operations.supervisor demo

stop: install ## end a running `make run` or `make serve` of this checkout
	@$(PYTHON) -m idp_project.operations.supervisor stop

status: install ## what runs, and which kind of installation it is
	@$(PYTHON) -m idp_project.operations.supervisor status

test: install-dev ## the tests of every day
	@$(PYTHON) -m pytest -n $(WORKERS) -m "not slow and not extended"

test-extended: install-dev ## what CI runs beside them: more journeys, faults, hostile files, and the rest of each suite
	@$(PYTHON) -m pytest -n $(WORKERS) -m "extended and not slow"

test-upgrade: install-dev ## a data folder of an earlier release is started, opened and verified by this one
	@$(PYTHON) -m pytest -n 0 tests/upgrade

test-all: install-dev ## every test
	@$(PYTHON) -m pytest -n $(WORKERS)

test-long: install-dev ## what test-all runs beside test: the long suites, and the tests of OCR engines
	@$(PYTHON) -m pytest -n $(WORKERS) -m slow
	@$(MAKE) test-engines

test-engines: install-dev ## the tests of OCR engines, after `make easyocr` with the real one
	@$(PYTHON) -m pytest -n $(WORKERS) tests/contract/test_easyocr.py tests/integration/extraction/test_ocr_engines.py tests/unit/ocr

test-faults: install-dev ## kills, outages, deploys, fairness: every fault, with the figures
	@$(PYTHON) -m pytest -n 0 tests/faults tests/integration/pdb_sync

check: install-dev ## format, lint, types, import contracts, migrations, templates, sizes, words, translations, the demonstration's record
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@$(VENV)/bin/djhtml --check --tabwidth 2 templates
	@$(PYTHON) .ci/sizes.py
	@$(PYTHON) .ci/words.py
	@$(PYTHON) .ci/translations.py
	@$(VENV)/bin/lint-imports
	@DJANGO_SETTINGS_MODULE=idp_project.settings.test $(PYTHON) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@DJANGO_SETTINGS_MODULE=idp_project.settings.test $(PYTHON) -W ignore::RuntimeWarning manage.py demo_record --check
	@$(PYTHON) -m mypy $(SOURCES)

fix: install-dev ## what `check` can repair by itself
	@$(PYTHON) -m ruff format .
	@$(PYTHON) -m ruff check --fix .
	@$(VENV)/bin/djhtml --tabwidth 2 templates

demo-record: install-dev ## after a change of the extractor: what automatic approval in the demonstration rests on; takes minutes
	@DJANGO_SETTINGS_MODULE=idp_project.settings.test $(PYTHON) -W ignore::RuntimeWarning manage.py demo_record

messages: install-dev ## put new strings into the catalogues of every language, take out what is no longer used
	@$(PYTHON) .ci/translations.py write

bench: install-dev ## the benchmarks: ratios measured in one run
	@$(PYTHON) -m benchmarks

screenshots: install-dev ## the pictures of the README, taken of the demonstration in Chromium
	@$(PYTHON) -m docs.screenshots

bench-quality: install-dev ## what is read right on labelled documents beside the checkout; ARGS="--limit 5" for minutes
	@$(PYTHON) -m benchmarks.quality $(ARGS)

chaos: install-dev ## kills workers and empties Redis on a machine at work; prints what was lost and done twice
	@LEASE_SECONDS=5 LEASE_RENEW_SECONDS=1 RECONCILE_SECONDS=2 WAKE_UP_SECONDS=5 $(PYTHON) -m benchmarks chaos

lock: install-dev ## compile the pins again, with hashes
	@requirements/lock

easyocr: install ## the EasyOCR engine and torch, several hundred megabytes or more
	@requirements/install torch

languages: ## Debian's data for reading other scripts, as root; LANGUAGES=ru,el,ar chooses
	@requirements/languages $(LANGUAGES)

clean: ## the virtual environment and caches; the data in var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis var/demo
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

install:
	@requirements/install base

install-dev:
	@requirements/install dev
