# Targets set up .venv when it is missing or older than what it is made of: .venv/ready is enough to run experiments,
# .venv/ready-dev to test and to develop, too.
SHELL := /bin/sh
unexport PYTHONDONTWRITEBYTECODE # compiled modules make every process start sooner
.DEFAULT_GOAL := help
.PHONY: help run test test-fast test-all test-lowest report tasks findings tutorial docs lint format requirements clean

CANDIDATES := python3.13 python3.12 python3.11 python3 python
SUPPORTED := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
REQUIREMENTS := requirements.txt
UV := uv
BIN := .venv/bin

# $(call install,WHAT) installs with uv or, where uv is missing or fails, with pip
install = { command -v $(UV) >/dev/null 2>&1 && $(UV) pip install -q --python $(BIN)/python $(1) \
	|| $(BIN)/python -m pip install -q --disable-pip-version-check $(1); }

help: ## list the targets
	@awk -F ':.*## ' '/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo; echo "PYTHON=python3.12 names the Python, REQUIREMENTS=requirements-cpu.txt a smaller TensorFlow, UV=none uses pip."
	@echo "ONLY=here keeps \`make test-all\` to the Python of .venv."

##@ Use
run: .venv/ready ## run experiments/quick.py (a few minutes) and write its report
	@$(BIN)/suite run experiments/quick.py

report: .venv/ready ## write the report of results/quick again
	@$(BIN)/suite report results/quick

##@ Check
test: .venv/ready-dev ## all tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-fast: .venv/ready-dev ## run the tests that need neither TensorFlow nor patience
	@$(BIN)/python -m pytest -m "not training and not slow and not simulation"

test-all: .venv/ready-dev ## run the fast tests and a small study on every Python from 3.11 to 3.13 that is found
	@$(BIN)/python tools/pythons.py $(ONLY)

test-lowest: .venv/ready-dev ## the same, with the lowest versions of packages that pyproject.toml allows
	@$(call install,uv)
	@$(BIN)/python tools/pythons.py lowest

lint: .venv/ready-dev ## check style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/ty check suite

docs: .venv/ready-dev ## build the site in build/site; a warning is an error
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

##@ Maintain
format: .venv/ready-dev ## mend style
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

tasks: .venv/ready ## measure the baselines on every task and write the README's table
	@$(BIN)/python tools/task_table.py README.md

findings: .venv/ready ## write what the published study found into the pages that say so
	@$(BIN)/python tools/findings.py results/reference-2026 README.md results/README.md docs/findings.md

tutorial: .venv/ready-dev ## execute docs/tutorial.ipynb (minutes) and store its outputs
	@$(BIN)/python tools/notebooks.py docs/tutorial.ipynb

requirements: .venv/ready ## pin what pyproject.toml declares in all requirements files
	@$(call install,uv)
	@$(BIN)/uv pip compile pyproject.toml -o requirements.txt --universal --python-version 3.11 --no-header -q
	@$(BIN)/uv pip compile --group dev -c requirements.txt -o requirements-dev.txt --universal --python-version 3.11 --no-header -q
	@sed 's/^tensorflow==/tensorflow-cpu==/' requirements.txt > requirements-cpu.txt

clean: ## remove what was set up and cached; results stay
	rm -rf .venv .pytest_cache .ruff_cache build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/ready: $(REQUIREMENTS) pyproject.toml
	@python=; for candidate in $(PYTHON) $(CANDIDATES); do \
		if $$candidate -c '$(SUPPORTED)' >/dev/null 2>&1; then python=$$candidate; break; fi; done; \
	if [ -z "$$python" ]; then \
		echo "make: no Python 3.11, 3.12 or 3.13 with venv found; install one, or name it: make PYTHON=/path/to/python $(MAKECMDGOALS)" >&2; \
		exit 1; fi; \
	echo "setting up .venv with $$($$python --version), once, a minute or two" >&2; \
	rm -rf .venv && $$python -m venv .venv && \
	$(call install,-r $(REQUIREMENTS)) && $(call install,--no-deps -e .) && touch $@

.venv/ready-dev: .venv/ready requirements-dev.txt
	@echo "adding what tests and style checks need to .venv, once" >&2
	@$(call install,-r requirements-dev.txt) && touch $@
