# `make demo` and `make test` are all that a fresh machine needs: Python 3.11, make and git.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
TIMED  := $(VENV)/.ready-bench
SOAKED := tests/e2e tests/api/test_described.py tests/tui/test_monkey.py tests/ingest/test_faults.py tests/ingest/test_histories.py

.PHONY: demo test lint bench soak clean

demo: $(READY)
	@$(BIN)/counterfoil demo $(ARGS)

test: lint
	$(BIN)/pytest -n 4 -q $(ARGS)

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(TIMED)
	$(BIN)/python -m pytest tests/bench/bench_*.py -q -s $(ARGS)

# What the suite does in small, at full size: hours. A smaller size by SOAK_KILLS=50 make soak; see tests/support/sizes.py.
soak: $(READY)
	SOAK_KILLS=$${SOAK_KILLS:-1000} SOAK_HISTORIES=$${SOAK_HISTORIES:-10000} SOAK_ACTS=$${SOAK_ACTS:-20000} \
	SOAK_HOSTILE_CALLS=$${SOAK_HOSTILE_CALLS:-1000000} SOAK_EXAMPLES=$${SOAK_EXAMPLES:-500} $(BIN)/pytest -n 0 -q -m "" $(SOAKED) $(ARGS)

clean:
	rm -rf $(VENV)

# Made once, and again when what is to be installed changes.
$(READY): pyproject.toml constraints.txt
	@"$(PYTHON)" -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "Counterfoil needs Python 3.11 or newer: set PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(READY)

$(TIMED): $(READY)
	PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	@touch $(TIMED)
