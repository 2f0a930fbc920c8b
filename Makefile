# Two commands set up everything on a fresh machine: `make demo` and `make test`.
# PYTHON picks the interpreter (3.11 or newer); VENV the folder of the virtual environment.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO ?= demo

.PHONY: demo test check setup clean

demo: $(VENV)/installed
	@test -f $(DEMO)/recipe.toml || $(BIN)/afs-engine init $(DEMO)
	$(BIN)/afs-engine run $(DEMO)/recipe.toml

test: check
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

check: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

setup: $(VENV)/installed

$(VENV)/installed: pyproject.toml constraints.txt hatch_build.py $(wildcard afs_engine/data/core*.c)
	$(PYTHON) -c 'import sys; sys.exit("AFS needs Python 3.11 or newer; set PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -c constraints.txt -e '.[train,dev]'
	@touch $@

clean:
	rm -rf $(VENV) $(DEMO)
