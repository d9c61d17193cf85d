# Two commands to begin with: `make demo` and `make test`. Each makes what it needs.
PYTHON ?= python3
VENV ?= .venv
DJANGO ?= 5.2
BIN := $(VENV)/bin
READY := $(VENV)/.ready-$(DJANGO)
JOBS ?= 2

.PHONY: demo test test-all lint types imports unit pure peers bench docs soak native sanitize clean

$(READY): pyproject.toml setup.py
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

# What looks somebody up, but for the tests that run on both engines anyway.
LOOK_UPS := tests/matching tests/cli/test_directory.py $(addprefix tests/checks/test_, customer_binding.py \
	namesakes.py near_misses.py suppressed.py unknown_recipients.py)

pure: $(READY) ## the tests of look-up as they run where the extension could not be compiled
	SENDGUARD_NO_EXTENSIONS=1 $(BIN)/python -m pytest -n $(JOBS) -k 'not native and not python' $(LOOK_UPS)

peers: $(READY) ## CPython's and Django's own mail tests, run through the guarded classes
	$(BIN)/python -m tests.peers

test-all: ## the whole matrix: 3.11 + Django 5.2, 3.12 and 3.13 + Django 6.1, where those Pythons are
	PYTHON=$(PYTHON) scripts/test-all

$(VENV)/.bench: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@

bench: $(VENV)/.bench ## all benchmarks, with the peers that they compare with
	$(BIN)/python -m benchmarks

soak: $(READY) ## the long proofs; their figures stand in docs/reference/promises.md
	$(BIN)/python -m pytest -m soak -n $(JOBS)

native: $(READY) ## compile the extension of matching/ again, after a change to its C++
	$(BIN)/python setup.py --quiet build_ext --inplace --force

sanitize: $(READY) ## the tests of matching/, hostile files included, under ASan and UBSan
	scripts/sanitize $(BIN)/python

$(VENV)/.docs: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	@touch $@

docs: $(VENV)/.docs
	$(BIN)/sphinx-build -W --keep-going -b html docs docs/_build/html

clean:
	rm -rf .venv .venv-* build dist docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis
