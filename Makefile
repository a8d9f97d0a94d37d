# The portal's commands. Each works from a fresh clone with python3 (3.11 to 3.13), make and git.
PYTHON ?= python3
PORT ?= 8000
STAGE ?= 2023
ARGS ?=

venv := .venv/bin/python
runner := $(venv) -m ocop_portal.runner
install := ocop_portal/runner/install.py
production := OCOP_DEBUG=0 OCOP_DEMO=0 OCOP_TODAY= OCOP_ALLOWED_HOSTS=ocop.example.gov.vn \
	OCOP_BASE_URL=https://ocop.example.gov.vn OCOP_EMAIL_URL=smtp+starttls://mail.example.gov.vn:587

.PHONY: run report test check bench lock installed installed-for-development python

run: installed
	@exec $(runner) run --port $(PORT) --stage $(STAGE)

report: installed
	@exec $(runner) report --stage $(STAGE)

# All tests, or pytest with ARGS: make test ARGS='tests/plans -x'
test: installed-for-development
	@exec $(runner) test -- $(ARGS)

check: installed-for-development
	@$(venv) -m ruff check .
	@$(venv) -m ruff format --check .
	@OCOP_DEBUG=1 $(venv) -m mypy .
	@$(venv) -c 'import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())'
	@$(runner) exec -- $(venv) manage.py makemigrations --check --dry-run
	@$(production) $(runner) exec -- $(venv) manage.py check --deploy --fail-level WARNING
	@OCOP_DEBUG=1 $(venv) manage.py translations check
	@OCOP_DEBUG=1 $(venv) manage.py vendored check

bench: installed-for-development
	@exec $(runner) exec -- $(venv) -m benchmarks $(ARGS)

# Renew the locked requirements from pyproject.toml; needs uv, which nothing else here does.
lock:
	@for each in 'requirements.txt --extra test' 'requirements-dev.txt --extra test --extra dev'; do \
		set -- $$each; file=$$1; shift; \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
			--custom-compile-command 'make lock' "$$@" pyproject.toml --output-file $$file >/dev/null; \
	done
	@names='django, django-crispy-forms, psycopg2-binary, celery, redis, openpyxl, pytest-django'; \
		sed -i "1i # The project was begun with $$names; the rest is in docs/decisions/." requirements.txt

installed: python
	@$(PYTHON) -I $(install) requirements.txt

installed-for-development: python
	@$(PYTHON) -I $(install) requirements-dev.txt

python:
	@command -v $(PYTHON) >/dev/null || \
		{ echo 'make: python3 is missing: install Python 3.11, 3.12 or 3.13 (apt install python3 python3-venv)' >&2; exit 1; }
