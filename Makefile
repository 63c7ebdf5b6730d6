# Everything that a developer or CI runs, on a machine with make and Python 3.11 to 3.13 and nothing else.
#
# The virtual environment is made by whatever needs it, and again only when pyproject.toml has changed. Another
# interpreter: `make test PYTHON=/path/to/python3.12`, after `make clean`.

.DEFAULT_GOAL := help

VENV := .venv
STAMP := $(VENV)/.installed
UNFINISHED := $(VENV)/.unfinished
RUN := $(VENV)/bin/python -m
SOURCES := classifiers streams tests bench docs

# Settings of the shell that calls make must not decide whether the tests pass; switches of the tests start with TEST_.
CLEAN_ENV := env -u PYTHONPATH -u PYTHONHOME -u PYTEST_ADDOPTS \
	$(patsubst %,-u %,$(filter COPYTASTER_%,$(.VARIABLES)))

# Where the interpreter is gone, after an upgrade of Python perhaps, the stamp says nothing.
$(shell [ -x $(VENV)/bin/python ] || rm -f $(STAMP))

.PHONY: help demo test test-cost test-kafka lint types imports unit e2e tests messages bench backlog soak fuzz rules docs cards format install clean

help: ## show this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "  make %-11s %s\n", $$1, $$2 }'

demo: $(STAMP) ## tag the sample feed before your eyes; ARGS="--keep" leaves everything running
	@$(RUN) streams.cli demo $(ARGS)

test: lint types imports tests ## everything that needs no Apache Kafka

test-kafka: $(STAMP) ## the broker tests and the faults of a broker, on Apache Kafka, which Maven fetches
	@echo "test-kafka: pytest on Apache Kafka"
	@$(CLEAN_ENV) TEST_BROKER=kafka $(RUN) pytest -q -m "broker or kafka" $(ARGS)

lint: $(STAMP) ## ruff: rules and layout
	@echo "lint: ruff"
	@$(RUN) ruff check $(SOURCES)
	@$(RUN) ruff format --check $(SOURCES)

types: $(STAMP) ## mypy --strict
	@echo "types: mypy"
	@$(RUN) mypy

imports: $(STAMP) ## who may import whom
	@echo "imports: import-linter"
	@$(VENV)/bin/python -c "from importlinter.cli import lint_imports_command; lint_imports_command()" --no-logo

tests: $(STAMP)
	@echo "tests: pytest with coverage, in two processes"
	@$(CLEAN_ENV) $(RUN) pytest -q -m "not kafka" -n 2 --dist loadfile --cov --cov-report=term --durations=20 $(ARGS)

unit: $(STAMP) ## the tests that need neither a broker nor a wheel
	@$(CLEAN_ENV) $(RUN) pytest -q -m "not broker and not kafka and not wheel" $(ARGS)

messages: $(STAMP) ## regenerate tests/messages.txt, what a person reads after a mistake
	@$(CLEAN_ENV) TEST_WRITE_MESSAGES=1 $(RUN) pytest -q tests/test_messages.py

test-cost: $(STAMP) ## CPU time of rules and of articles made to be slow: bounded, and proportional to their size
	@$(CLEAN_ENV) $(RUN) pytest -q -m cost tests/cost $(ARGS)

e2e: $(STAMP) ## the tests through the embedded broker
	@$(CLEAN_ENV) $(RUN) pytest -q -m broker $(ARGS)

fuzz: $(STAMP) ## break what is promised of any input, for MINUTES=5 in all (Linux, x86-64); TARGETS="clean cost"
	@$(VENV)/bin/python -m pip install -qq --disable-pip-version-check --editable ".[dev,fuzz]"
	@$(CLEAN_ENV) $(RUN) tests.fuzz.run $(or $(MINUTES),5) build/fuzz $(TARGETS)

# Without the plugins that ask clouds who is there, which take twenty minutes to compile; it stays in Go's own cache.
PROMTOOL := go run -tags remove_all_sd,enable_dns_sd github.com/prometheus/prometheus/cmd/promtool@v0.316.0

rules: ## the alert rules and their tests, by Prometheus's own promtool, which Go compiles
	@$(PROMTOOL) check config --syntax-only deploy/prometheus/prometheus.yml
	@$(PROMTOOL) check rules deploy/prometheus/rules.yml
	@$(PROMTOOL) test rules deploy/prometheus/rules_test.yml

bench: $(STAMP) ## articles per second: in memory, by stage, and through the embedded broker
	@$(CLEAN_ENV) $(RUN) bench.run

backlog: $(STAMP) ## ARTICLES=n wait on Apache Kafka, workers work them off: rate, memory, nothing missing
	@$(CLEAN_ENV) ARTICLES=$(ARTICLES) $(RUN) bench.backlog

soak: $(STAMP) ## HOURS=n at full load on Apache Kafka: memory, descriptors and commits must stay flat
	@$(CLEAN_ENV) HOURS=$(HOURS) $(RUN) bench.soak

docs: $(STAMP) ## write the tables of the documentation anew from the code
	@$(VENV)/bin/python docs/tables.py

cards: $(STAMP) ## write the model cards anew; CORPORA=DIR evaluates the models first, PREVIOUS=DIR beside others
	@$(VENV)/bin/python docs/cards.py $(if $(CORPORA),--corpora "$(CORPORA)") $(if $(PREVIOUS),--previous "$(PREVIOUS)")

format: $(STAMP) ## rewrite the layout, mend what ruff can mend
	@$(RUN) ruff format $(SOURCES)
	@$(RUN) ruff check --fix $(SOURCES)

install: $(STAMP) ## the virtual environment alone

clean: ## remove the virtual environment and everything that can be made again
	@rm -rf $(VENV) build dist *.egg-info htmlcov .coverage .coverage.* .hypothesis \
		.mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

# An installation that was cut short leaves $(UNFINISHED), and an environment whose interpreter is gone cannot run: both
# are made anew. Otherwise a changed pyproject.toml installs into the environment that is there.
$(STAMP): pyproject.toml
	@if [ -e $(UNFINISHED) ] || ! $(VENV)/bin/python -m pip --version >/dev/null 2>&1; then \
		python="$$(sh .ci/find-python $(PYTHON))" || exit 1; \
		rm -rf $(VENV); \
		echo "making $(VENV) with $$("$$python" --version)"; \
		"$$python" -m venv $(VENV) || exit 1; \
	fi
	@touch $(UNFINISHED)
	@echo "installing Copytaster and its packages into $(VENV): a minute or two, the first time only"
	@$(VENV)/bin/python -m pip install -qq --disable-pip-version-check --editable ".[dev]"
	@rm -f $(UNFINISHED)
	@touch $(STAMP)
