# Every target sets up .venv when it is missing or older than what it is made of.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test test-fast report tasks lint format requirements clean

CANDIDATES := python3.13 python3.12 python3.11 python3 python
SUPPORTED := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
BIN := .venv/bin

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: .venv/ready ## run experiments/quick.py (a few minutes) and write its report
	@$(BIN)/suite run experiments/quick.py

test: .venv/ready ## all tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-fast: .venv/ready ## run the tests that need neither TensorFlow nor patience
	@$(BIN)/python -m pytest -m "not training and not slow and not simulation"

report: .venv/ready ## write the report of results/quick again
	@$(BIN)/suite report results/quick

tasks: .venv/ready ## measure the baselines on every task and write the README's table
	@$(BIN)/python tools/task_table.py README.md

lint: .venv/ready ## check style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/ty check suite

format: .venv/ready ## mend style
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

requirements: .venv/ready ## pin requirements.in and all it needs in requirements.txt
	@$(BIN)/python -m pip install -q uv
	@$(BIN)/uv pip compile requirements.in -o requirements.txt --universal --python-version 3.11 --no-header -q

clean: ## remove what was set up and cached; results stay
	rm -rf .venv .pytest_cache .ruff_cache build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/ready: requirements.txt pyproject.toml
	@python=; for candidate in $(PYTHON) $(CANDIDATES); do \
		if $$candidate -c '$(SUPPORTED)' >/dev/null 2>&1; then python=$$candidate; break; fi; done; \
	if [ -z "$$python" ]; then \
		echo "make: no Python 3.11, 3.12 or 3.13 with venv found; install one, or name it: make PYTHON=/path/to/python $(MAKECMDGOALS)" >&2; \
		exit 1; fi; \
	echo "setting up .venv with $$($$python --version), once, a minute or two" >&2; \
	rm -rf .venv && $$python -m venv .venv && \
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt && \
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e . && touch $@
