# Everything a person types. Each target makes the environment it needs (scripts/environment.sh); only Python 3.11+ is
# asked for. `make` alone prints this list.

PORT ?= 8050
# The part of the fault rounds to run: 1 before a release, alone on the machine, since times are judged then; 0.1 in the
# ordinary run.
SHARE ?= 1
PYTHON_OF_VENV := .venv/bin/python
# Each process of the tests would compile the whole program anew where the environment forbids to keep bytecode.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo serve test test-system test-spark faults check bench pictures lock charts wheel bundle clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile

demo: ## the dashboard with published national and synthetic provincial figures: make demo PORT=8050
	@exec scripts/demo.sh $(PORT)

serve: ## the dashboard on the store that the settings name
	@scripts/environment.sh
	@exec $(PYTHON_OF_VENV) -m monitor serve

test: ## all tests that need Python alone, but for those that start whole programs
	@scripts/environment.sh
	$(PYTHON_OF_VENV) -m pytest -m 'not process' --numprocesses auto --maxprocesses 4 --dist loadscope

test-system: ## browser tests, whole programs, and the built wheel; installs chromium and a Chinese font when it may
	@scripts/environment.sh --system
	@scripts/system_packages.sh
	@scripts/openid_provider.sh || true # without it all but tests/system/test_oidc.py can pass
	$(PYTHON_OF_VENV) -m pytest tests tests/system -m 'process or system' --numprocesses 2 --dist loadfile --no-loadscope-reorder --durations 12

test-spark: ## scorecards and exports on a real Spark of this machine; says so where Java 17 is not
	@scripts/environment.sh
	@scripts/test_spark.sh

faults: ## kill, cut and starve the program: make faults SHARE=0.1 for a tenth of the rounds
	@scripts/environment.sh
	$(if $(filter 1,$(SHARE)),PROPERTY_SHARE=1 $(PYTHON_OF_VENV) -m pytest tests -m hypothesis --numprocesses auto)
	FAULT_SHARE=$(SHARE) PROPERTY_SHARE=1 $(PYTHON_OF_VENV) -m pytest tests/faults --durations 8 $(if $(filter 1,$(SHARE)),,--numprocesses 3 --dist loadfile --no-loadscope-reorder)

check: ## style, format, types, which room imports which, open doors and secrets in the code
	@scripts/environment.sh
	$(PYTHON_OF_VENV) -m ruff check .
	$(PYTHON_OF_VENV) -m ruff format --check .
	$(PYTHON_OF_VENV) -m mypy
	.venv/bin/lint-imports --no-cache
	$(PYTHON_OF_VENV) -m bandit --quiet --configfile pyproject.toml --recursive monitor scripts bench
	git ls-files -z | xargs -0 .venv/bin/detect-secrets-hook --exclude-files '^monitor/web/locale/'

bench: ## measures the answers and writes docs/performance.md
	@scripts/environment.sh
	$(PYTHON_OF_VENV) -m bench

pictures: ## takes the pictures of the pages in docs/pictures anew
	@scripts/environment.sh --system
	@scripts/system_packages.sh
	PYTHONPATH=. $(PYTHON_OF_VENV) scripts/pictures.py

lock: ## the lock files anew from pyproject.toml: make lock OPTIONS=--upgrade
	scripts/lock.sh $(OPTIONS)

charts: ## fetches plotly-basic through npm, where the first try could not
	@scripts/environment.sh
	scripts/fetch_plotly_basic.sh

wheel: ## dist/plan_monitor-….whl
	@scripts/environment.sh
	scripts/build_wheel.sh

bundle: ## dist/plan-monitor-….tar.gz, which installs without a network: make bundle PYTHONS="3.11 3.12" ARCH=aarch64
	@scripts/environment.sh
	@PYTHONS="$(PYTHONS)" ARCH="$(ARCH)" scripts/bundle.sh dist

clean: ## removes environment, caches and builds; never the data in var/
	rm -rf .venv .venv.lock .venv-spark .spark .node build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis test-results monitor/web/vendor
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
