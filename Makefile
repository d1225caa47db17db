# Every line below can be typed by hand. `make demo` and `make test` need Python >= 3.11, git and make.
SHELL := /bin/bash
PYTHON := .venv/bin/python
TEMPLATES := $(shell find templates -name '*.html' 2>/dev/null)

.PHONY: demo demo-reset test lint fix bench lock

demo: .venv/demo.stamp ## the portal with demo data on http://127.0.0.1:8000 (or PORT)
	$(PYTHON) manage.py demo

demo-reset: .venv/demo.stamp ## the same, with everything made anew
	$(PYTHON) manage.py demo --reset

test: .venv/dev.stamp ## the whole suite: on SQLite, then on PostgreSQL + Redis where they are reachable
	.ci/setup.sh tests
	env -u TEST_DATABASE_URL -u TEST_REDIS_URL .venv/bin/pytest -n 2
	.ci/with-services .venv/bin/pytest -n 2 -m 'not once'

lint: .venv/dev.stamp ## every check that is not a test, the quick ones first
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/mypy .
	.venv/bin/djade --check --target-version 5.2 $(TEMPLATES)
	.venv/bin/djhtml --check --tabwidth 4 $(TEMPLATES)
	.venv/bin/djlint --lint --quiet templates
	env -u TEST_DATABASE_URL DJANGO_SETTINGS_MODULE=tpbis.settings.test $(PYTHON) manage.py makemigrations --check --dry-run
	env -u TEST_DATABASE_URL DJANGO_SETTINGS_MODULE=tpbis.settings.test $(PYTHON) manage.py lintmigrations --quiet ignore ok
	.ci/check-deploy

fix: .venv/dev.stamp ## what the formatters can mend by themselves
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	.venv/bin/djade --target-version 5.2 $(TEMPLATES)
	.venv/bin/djhtml --tabwidth 4 $(TEMPLATES)

bench: .venv/dev.stamp ## each figure beside what it is measured against; needs TEST_DATABASE_URL
	$(PYTHON) -m tests.benchmarks

lock: .venv/dev.stamp ## the versions of pyproject.toml, pinned with their hashes
	.venv/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --python-version 3.11 pyproject.toml -o requirements.lock
	.venv/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --python-version 3.11 pyproject.toml --group dev -o requirements-dev.lock

.venv/demo.stamp: requirements.lock .ci/setup.sh
	.ci/setup.sh venv requirements.lock
	touch $@

.venv/dev.stamp: requirements-dev.lock .ci/setup.sh
	.ci/setup.sh venv requirements-dev.lock
	touch $@ .venv/demo.stamp
