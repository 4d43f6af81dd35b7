# Two commands do all: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.locked

# The full figures of docs/promises.md; TORTURE='--seed 7 --kills 20 --on sqlite' narrows it.
.PHONY: run setup test torture fuzz fuzzer quick lock system audit secrets clean

run: setup
	@$(BIN)/hotline up

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

system: setup
	@$(BIN)/python tests/system.py

test: setup system
	@$(BIN)/python -m tests.all

torture: setup system fuzzer
	@$(BIN)/python -m tests.torture $(TORTURE)

# Each reader under a fuzzer guided by coverage; FUZZ='--seconds 600 --only yaml' narrows it. What it finds is kept in tests/fuzz/corpus.
fuzz: setup fuzzer
	@$(BIN)/python -m tests.fuzz $(FUZZ)

# 35 MB that nothing else needs.
fuzzer: setup
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r tests/fuzz/requirements.lock

quick: setup
	@$(BIN)/python -m pytest -q -n 2 -m "not slow" -k "not postgres"

LOCKED := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q

# Everything for a checkout; and, without the tests' tools and by the same versions, what the image installs.
lock:
	@uv pip compile pyproject.toml --extra dev $(LOCKED) -o requirements.lock
	@uv pip compile pyproject.toml -c requirements.lock $(LOCKED) -o deploy/requirements.lock
	@uv pip compile tests/fuzz/requirements.in $(LOCKED) -o tests/fuzz/requirements.lock

# A bill of materials and known holes; fails, and says so, where the advisory service cannot be asked.
audit: setup
	@$(BIN)/python -m tests.audit

# Keys and passwords of a production hotline, in deploy/secrets; made once, never replaced.
secrets: setup
	@$(BIN)/python deploy/make_secrets.py

clean:
	rm -rf $(VENV) var .pytest_cache .ruff_cache .mypy_cache
