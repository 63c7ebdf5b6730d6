# Everything that a developer or CI runs, on a machine with make and Python 3.11 to 3.14. A target that needs another
# program names it when it is missing, and exits 2.
#
# Every target that needs the virtual environment makes it, and installs into it again when pyproject.toml or
# requirements.lock has changed. Another interpreter: `make clean`, then `make test PYTHON=/path/to/python3.12`.

.DEFAULT_GOAL := help

VENV := .venv
STAMP := $(VENV)/.installed
UNFINISHED := $(VENV)/.unfinished
LOCK := requirements.lock
RUN := $(VENV)/bin/python -m
PIP := $(RUN) pip --disable-pip-version-check
SOURCES := classifiers streams tests bench docs

# Settings of the calling shell must not decide whether the tests pass; switches of the tests start with TEST_.
CLEAN_ENV := env -u PYTHONPATH -u PYTHONHOME -u PYTEST_ADDOPTS \
	$(patsubst %,-u %,$(filter COPYTASTER_%,$(.VARIABLES)))

# Tools that are run and not installed, at exact versions, which Renovate raises. Go compiles the first two, once;
# promtool, where none is installed, without the plugins for service discovery in clouds, which take twenty minutes.
PROMTOOL := $(shell command -v promtool || echo go run -tags remove_all_sd,enable_dns_sd github.com/prometheus/prometheus/cmd/promtool@v0.316.0)
ACTIONLINT := go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
ZIZMOR := $(RUN) uv tool run --quiet zizmor@1.32.0
TWINE := $(RUN) uv tool run --quiet twine@6.2.0

# Older releases of Apache Kafka, which clusters run today: `make test-long` runs the tests marked `smoke` on each.
OTHER_KAFKAS := 3.6.2 4.1.1

# $(call need,PROGRAM,WHAT TO INSTALL)
need = @command -v $(1) >/dev/null || { echo "make $@ needs $(1): install $(2)" >&2; exit 2; }

# An installed interpreter can vanish, after an upgrade of Python for example: the stamp would then be wrong.
$(shell [ -x $(VENV)/bin/python ] || rm -f $(STAMP))

.PHONY: help demo install lock clean \
	test lint types imports tests coverage unit e2e test-cost test-kafka smoke-kafka test-long rules workflows \
	messages bench profile backlog soak fuzz docs cards format dist

help: ## show this list
	@awk -F':.*## ' '/^##@ / { printf "\n%s\n", substr($$0, 5) } /^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

##@ First
demo: $(STAMP) ## tag the sample feed, on the screen; ARGS="--keep" leaves everything running
	@$(RUN) streams.cli demo $(ARGS)

install: $(STAMP) ## make the virtual environment, and nothing else

##@ Tests that need make and Python alone
test: lint types imports tests ## all of them: lint, types, import contracts, tests

lint: $(STAMP) ## ruff: rules and layout
	@echo "lint: ruff"
	@$(RUN) ruff check $(SOURCES)
	@$(RUN) ruff format --check $(SOURCES)

types: $(STAMP) ## mypy --strict
	@echo "types: mypy"
	@$(RUN) mypy

imports: $(STAMP) ## import contracts: who may import whom
	@echo "imports: import-linter"
	@$(VENV)/bin/python -c "from importlinter.cli import lint_imports_command; lint_imports_command()" --no-logo

# Tests with a broker wait for most of their time: two cores are busy with six processes. tests/conftest.py decides which
# files come first.
SHARED := -n 6 --dist loadfile --no-loadscope-reorder

tests: $(STAMP)
	@echo "tests: pytest in six processes"
	@$(CLEAN_ENV) $(RUN) pytest -q -m "not kafka" $(SHARED) --durations=20 $(ARGS)

# Counting branches makes the tests take half as much CPU time again.
coverage: $(STAMP) ## the same tests with coverage, which must not fall below its limit
	@$(CLEAN_ENV) $(RUN) pytest -q -m "not kafka" $(SHARED) --cov --cov-report=term $(ARGS)

unit: $(STAMP) ## the tests that need neither a broker nor a wheel
	@$(CLEAN_ENV) $(RUN) pytest -q -m "not broker and not kafka and not wheel" $(ARGS)

messages: $(STAMP) ## regenerate tests/messages.txt, what a person reads after a mistake
	@$(CLEAN_ENV) TEST_WRITE_MESSAGES=1 $(RUN) pytest -q tests/test_messages.py

test-cost: $(STAMP) ## CPU time of rules and of articles made to be slow: bounded, and proportional to their size
	@$(CLEAN_ENV) $(RUN) pytest -q -m cost -n 2 --dist worksteal tests/cost $(ARGS)

e2e: $(STAMP) ## the tests through the embedded broker
	@$(CLEAN_ENV) $(RUN) pytest -q -m broker $(ARGS)

##@ Tests that need another program, which each names when it is missing
test-kafka: $(STAMP) ## broker tests and broker faults on Apache Kafka; needs Java 17 and Maven
	@echo "test-kafka: pytest on Apache Kafka"
	@$(RUN) tests.kafka.maven
	@$(CLEAN_ENV) TEST_BROKER=kafka $(RUN) pytest -q -m "(broker or kafka) and not long" $(ARGS)

smoke-kafka: $(STAMP) ## the essentials alone; TEST_KAFKA_VERSION=3.6.2 on that release of Apache Kafka
	@echo "smoke-kafka: pytest on Apache Kafka $(TEST_KAFKA_VERSION)"
	@$(RUN) tests.kafka.maven
	@$(CLEAN_ENV) TEST_BROKER=kafka $(RUN) pytest -q -m "smoke and not long" $(ARGS)

rules: ## the alert rules and their tests, by Prometheus's promtool; needs promtool or Go
	$(call need,$(firstword $(PROMTOOL)),Prometheus or Go 1.21 or later)
	@$(PROMTOOL) check config --syntax-only deploy/prometheus/prometheus.yml
	@$(PROMTOOL) check rules deploy/prometheus/rules.yml
	@$(PROMTOOL) test rules deploy/prometheus/rules_test.yml

workflows: $(STAMP) ## the GitHub workflows, by actionlint and zizmor; needs Go
	$(call need,go,Go 1.21 or later)
	@$(ACTIONLINT)
	@$(ZIZMOR) --offline --no-progress .github

# Hours, and therefore not in CI. Each line stands alone: HOURS, MINUTES and ARTICLES shorten a first try.
test-long: $(STAMP) ## outages, other Kafka releases, backlog, soak, fuzzer: 8 hours; Java 17, Maven, Linux, x86-64
	@$(RUN) tests.kafka.maven
	@$(CLEAN_ENV) TEST_BROKER=kafka $(RUN) pytest -q -m long
	@for version in $(OTHER_KAFKAS); do \
		TEST_KAFKA_VERSION=$$version $(MAKE) --no-print-directory smoke-kafka || exit 1; \
	done
	@$(MAKE) --no-print-directory backlog
	@$(MAKE) --no-print-directory soak HOURS=$(or $(HOURS),4)
	@$(MAKE) --no-print-directory fuzz MINUTES=$(or $(MINUTES),120)

backlog: $(STAMP) ## ARTICLES=n wait on Apache Kafka, workers process them: rate, memory, nothing missing
	@$(CLEAN_ENV) ARTICLES=$(ARTICLES) $(RUN) bench.backlog

soak: $(STAMP) ## HOURS=n at full load on Apache Kafka: memory, descriptors and commits must stay flat
	@$(CLEAN_ENV) HOURS=$(HOURS) $(RUN) bench.soak

fuzz: $(STAMP) ## coverage-guided fuzzer, for MINUTES=5 in all (Linux, x86-64); TARGETS="clean cost"
	@$(PIP) install -qq --editable ".[fuzz]"
	@$(CLEAN_ENV) $(RUN) tests.fuzz.run $(or $(MINUTES),5) build/fuzz $(TARGETS)

##@ Measure
bench: $(STAMP) ## articles per second: in memory, by stage, and through the embedded broker
	@$(CLEAN_ENV) $(RUN) bench.run

profile: $(STAMP) ## flame graph of where an article's time goes, into build/profile.svg; Linux
	@$(CLEAN_ENV) $(RUN) bench.profile

##@ Change
format: $(STAMP) ## rewrite the layout, fix what ruff can fix
	@$(RUN) ruff format $(SOURCES)
	@$(RUN) ruff check --fix $(SOURCES)

docs: $(STAMP) ## regenerate the tables of the documentation from the code
	@$(VENV)/bin/python docs/tables.py

cards: $(STAMP) ## regenerate the model cards; CORPORA=DIR evaluates the models first, PREVIOUS=DIR beside others
	@$(VENV)/bin/python docs/cards.py $(if $(CORPORA),--corpora "$(CORPORA)") $(if $(PREVIOUS),--previous "$(PREVIOUS)")

# The header of the lock shows this command: Renovate reads it there.
lock: $(STAMP) ## resolve the newest packages into requirements.lock, then `make test`; PACKAGE=name raises that one alone
	@$(RUN) uv pip compile pyproject.toml --quiet --extra dev --universal --python-version 3.11 --fork-strategy fewest \
		--generate-hashes --no-emit-index-url --output-file $(LOCK) $(if $(PACKAGE),--upgrade-package $(PACKAGE),--upgrade)
	@$(MAKE) --no-print-directory test

dist: $(STAMP) ## build the source distribution and the wheel into dist/, and check their metadata
	@rm -rf dist
	@$(RUN) hatchling build
	@$(TWINE) check --strict dist/*

clean: ## remove the virtual environment and everything that can be made again
	@rm -rf $(VENV) build dist *.egg-info htmlcov .coverage .coverage.* .hypothesis \
		.mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

# An installation that was interrupted leaves $(UNFINISHED), and an environment whose interpreter is gone cannot run:
# both are made again from nothing. Otherwise a changed lock installs into the environment that is there. The lock is
# complete, so that pip need resolve nothing (--no-deps), and the build backend is in it.
$(STAMP): pyproject.toml $(LOCK)
	@if [ -e $(UNFINISHED) ] || ! $(VENV)/bin/python -m pip --version >/dev/null 2>&1; then \
		python="$$(sh .ci/find-python $(PYTHON))" || exit 2; \
		rm -rf $(VENV); \
		echo "making $(VENV) with $$("$$python" --version)"; \
		"$$python" -m venv $(VENV) || exit 1; \
	fi
	@touch $(UNFINISHED)
	@echo "installing Copytaster and its packages into $(VENV): about a minute, the first time only"
	@$(PIP) install -qq --no-deps --no-compile --require-hashes --requirement $(LOCK)
	@$(PIP) install -qq --no-deps --no-compile --no-build-isolation --editable .
	@rm -f $(UNFINISHED)
	@touch $(STAMP)
