# Two commands do everything: `make demo` and `make test`. CI runs `make check`.
PYTHON ?= python3
BIN = .venv/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST = $(BIN)/python -m pytest
# On as many cores as there are; what is measured against the clock runs alone afterwards.
SIDE_BY_SIDE = -n auto --dist worksteal

.PHONY: help demo test check format lock clean

help:
	@echo "make demo    install, make a database with demonstration data, start the site"
	@echo "make test    install what tests need, run all of them on SQLite and PostgreSQL"
	@echo "make check   formatting, lint, types, imports between packages, all tests with coverage"
	@echo "make format  put the code into the project's format"
	@echo "make lock    choose the versions in requirements/ anew (needs uv)"
	@echo "make clean   remove what the other commands made, the demonstration's data too"

demo: .venv/.run
	$(BIN)/eduhub demo

test: .venv/.dev
	$(PYTEST) $(SIDE_BY_SIDE) -m "not load"
	$(PYTEST) -m load
	EDUHUB_TEST_DATABASE=postgresql $(PYTEST) $(SIDE_BY_SIDE) -m "not browser and not load"

check: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) $(SIDE_BY_SIDE) -m "not load" --cov --cov-report=
	$(PYTEST) -m load --cov --cov-append --cov-report=term
	EDUHUB_TEST_DATABASE=postgresql $(PYTEST) $(SIDE_BY_SIDE) -m "not browser and not load"

format: .venv/.dev
	$(BIN)/ruff check --fix --select I .
	$(BIN)/ruff format .

# --no-strip-extras: older pip in --require-hashes mode wants the extra in the pin itself.
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-header --no-strip-extras --extra postgres pyproject.toml requirements/build.in

lock:
	$(LOCK) -o requirements/run.txt
	$(LOCK) --group dev -c requirements/run.txt -o requirements/dev.txt

clean:
	rm -rf .venv demo-data .coverage dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "eduhub needs Python 3.11 or newer: make PYTHON=python3.11 demo")'
	$(PYTHON) -m venv .venv

.venv/.run: requirements/run.txt pyproject.toml | .venv/bin/python
	@echo "Installing eduhub into .venv (a minute, the first time) ..."
	$(PIP) install --require-hashes -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.run
	@echo "Installing what the tests need ..."
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@
