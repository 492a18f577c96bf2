# Two commands matter: `make demo` and `make test`. Both set everything up themselves.
PYTHON ?= python3
RUN := .venv/bin/python
# Many images keep Python from caching what it compiles; here each of many commands would compile anew.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test lint lock bench
setup:
	@$(PYTHON) tools/setup_venv.py

demo: setup
	@$(RUN) -m odoo_seed demo

# ARGS=--full tries long matrices at every place; otherwise at those that differ.
test: setup lint
	@$(RUN) -m pytest -q -n 2 $(ARGS)

lint: setup
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@$(RUN) tools/lint_workflows.py
	@$(RUN) -c "from importlinter.cli import lint_imports_command as c; c()"

# How fast, beside what else there is; `make bench ARGS=--help` tells what can be chosen.
bench: setup
	@$(RUN) -m bench $(ARGS)

# Rewrites the pinned dependencies from pyproject.toml.
lock: setup
	$(RUN) -m pip install -q uv
	$(RUN) -m uv pip compile -q --universal --python-version 3.11 --no-annotate --no-header --no-emit-index-url --group dev pyproject.toml -o requirements.txt
