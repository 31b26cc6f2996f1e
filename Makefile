# make demo   run both founding trials from protocol to report (creates .venv, installs, compiles the kernels)
# make test   run the tests            make check   format, lint, types, import contracts, docs
# make bench  measure speed            make oracle  the generative tests, long
PYTHON ?= python3
BIN := .venv/bin
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
endif
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: demo test check fix bench oracle docs clean

.venv/run: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) install --requirement requirements.lock
	$(PIP) install --no-deps --editable .
	touch $@

.venv/dev: requirements-dev.lock .venv/run
	$(PIP) install --requirement requirements-dev.lock
	touch $@

demo: .venv/run
	$(BIN)/onearm doctor --warm
	$(BIN)/onearm demo

test: .venv/dev
	$(BIN)/onearm doctor --warm
	$(BIN)/python -m pytest -n auto --dist worksteal

check: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check

fix: .venv/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/python docs/generate.py

bench: .venv/dev
	$(BIN)/python -m benchmarks

oracle: .venv/dev
	ONEARM_EDITS=10000 HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest -n auto tests/oracle tests/property

clean:
	rm -rf .venv demo
