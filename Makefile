# Everything a developer does here. `make` lists the targets.
# Needs make and a Python of 3.11 or later; everything else goes into .venv.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
IMAGE ?= luoshi
BASE_IMAGE ?= python:3.11-slim-bookworm

# Tools are called as `python -m`: the first line of a script cannot hold a path with spaces.
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check -qq

# The stamps carry the Python version and the place of the checkout: another version, or a moved folder, makes a
# new environment.
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
KEY := $(VERSION)-$(shell pwd -P | cksum | cut -d' ' -f1)
MADE := $(VENV)/.made-$(KEY)
RUN_READY := $(VENV)/.run-$(KEY)
DEV_READY := $(VENV)/.dev-$(KEY)

# One resolution for all Python versions and systems, with hashes and without addresses.
COMPILE := $(PY) -m uv pip compile pyproject.toml --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint format lock eval eval-calibration bench crash image clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "Variables: PYTHON=$(PYTHON)  HOST=$(HOST)  PORT=$(PORT)  IMAGE=$(IMAGE)  BASE_IMAGE=$(BASE_IMAGE)"

run: $(RUN_READY) ## Install, load the shipped plans and serve them for trial
	@$(VENV)/bin/luoshi seed
	@echo
	@echo "  http://$(HOST):$(PORT)/                                                           the pages"
	@echo "  http://$(HOST):$(PORT)/docs                                                       the API, to try"
	@echo "  http://$(HOST):$(PORT)/api/v1/plans/370000-edu-2020/items/8/implementers          who implements task 8"
	@echo "  http://$(HOST):$(PORT)/api/v1/plans/370000-edu-2020/coverage/371300-edu-2020      one city against the province"
	@echo "  http://$(HOST):$(PORT)/api/v1/plans/370000-edu-2020/gaps                          the gaps"
	@echo
	@LUOSHI_LOG_FORMAT=$${LUOSHI_LOG_FORMAT:-console} $(VENV)/bin/luoshi serve --trial --host "$(HOST)" --port "$(PORT)"

test: lint ## Lint, then test on SQLite and PostgreSQL
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist loadfile

lint: $(DEV_READY) ## Check style, types and layers
	@$(PY) -m ruff check --quiet --output-format concise .
	@$(PY) -m ruff format --check --quiet . || { echo "Not formatted; run: make format" >&2; exit 1; }
	@$(PY) -m mypy --no-error-summary
	@$(PY) -c 'import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())' >$(VENV)/imports.log \
		|| { cat $(VENV)/imports.log >&2; exit 1; }

format: $(DEV_READY) ## Format the code
	@$(PY) -m ruff check --fix --quiet . || true
	@$(PY) -m ruff format --quiet .

lock: $(DEV_READY) ## Resolve the dependencies anew (UPGRADE=1: to their newest versions)
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --extra oidc --output-file requirements/run.txt
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --extra oidc --group dev --constraints requirements/run.txt --output-file requirements/dev.txt
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --group bench --constraints requirements/dev.txt --output-file requirements/bench.txt

eval: $(DEV_READY) ## Measure the linking against the labelled pairs
	@$(PY) tests/evaluation/measure.py

eval-calibration: $(DEV_READY) ## Measure what calibration is worth, with simulated reviewers (ten minutes)
	@$(PY) -m tests.evaluation.calibrating

bench: $(DEV_READY) ## Measure linking, reading, guarding and pages, each beside its floor
	@$(PIP) install --require-hashes -r requirements/bench.txt
	@$(PY) tests/benchmarks/linking.py
	@$(PY) tests/benchmarks/reading.py
	@$(PY) tests/benchmarks/guards.py
	@$(PY) tests/benchmarks/pages.py

crash: $(DEV_READY) ## Kill the service at random moments (MOMENTS=100 on each database), and look at what it left
	@$(PY) tests/crash/kill.py $(if $(MOMENTS),--moments $(MOMENTS))

image: ## Build the container image with docker, podman or buildah
	@set -e; for tool in docker podman buildah; do \
		if $$tool info >/dev/null 2>&1; then \
			if [ $$tool = buildah ]; then \
				exec buildah bud --format docker --build-arg "BASE_IMAGE=$(BASE_IMAGE)" --tag "$(IMAGE)" .; fi; \
			exec $$tool build --build-arg "BASE_IMAGE=$(BASE_IMAGE)" --tag "$(IMAGE)" .; \
		fi; \
	done; echo "make image needs docker, podman or buildah, and none of them runs here." >&2; exit 1

clean: ## Remove the environment and everything that was built; the store stays
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find app migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE):
	@case "$(VERSION)" in \
		"") echo "$(PYTHON) does not run. Name a Python of 3.11 or later: make PYTHON=python3.12" >&2; exit 1;; \
		2.*|3.[0-9]|3.10) echo "$(PYTHON) is Python $(VERSION); Luoshi needs 3.11 or later: make PYTHON=python3.12" >&2; \
			exit 1;; \
	esac
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "$(PYTHON) cannot make environments; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

$(RUN_READY): $(MADE) requirements/run.txt pyproject.toml
	@echo "Installing Luoshi into $(VENV) …"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps -e .
	@touch $@

$(DEV_READY): $(MADE) requirements/dev.txt pyproject.toml
	@echo "Installing Luoshi and its tools into $(VENV) …"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-deps -e .
	@touch $@
