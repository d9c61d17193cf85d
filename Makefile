# Two commands to begin with: `make demo` and `make test`. Each makes what it needs.
PYTHON ?= python3
VENV ?= .venv
DJANGO ?= 5.2
BIN := $(VENV)/bin
READY := $(VENV)/.ready-$(DJANGO)
JOBS ?= 2

.PHONY: demo test test-all lint types imports unit peers bench docs soak clean

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "sendguard needs Python 3.11 or later; call make PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' 'django~=$(DJANGO).0'
	@touch $@

demo: $(READY) ## tell the stories of docs/explanation/incidents.md through a real SMTP server
	$(BIN)/sendguard demo

test: lint types imports unit ## everything that must hold, in one command

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports

unit: $(READY)
	$(BIN)/python -m pytest -n $(JOBS)

peers: $(READY) ## CPython's and Django's own mail tests, run through the guarded classes
	$(BIN)/python -m tests.peers

test-all: ## the whole matrix: 3.11 + Django 5.2, 3.12 and 3.13 + Django 6.1, where those Pythons are
	PYTHON=$(PYTHON) scripts/test-all

bench: $(READY)
	$(BIN)/python -m benchmarks

soak: $(READY) ## the long proofs; their figures stand in docs/reference/promises.md
	$(BIN)/python -m pytest -m soak -n $(JOBS)

$(VENV)/.docs: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	@touch $@

docs: $(VENV)/.docs
	$(BIN)/sphinx-build -W --keep-going -b html docs docs/_build/html

clean:
	rm -rf .venv .venv-* build dist docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis
