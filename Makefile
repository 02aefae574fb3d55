# Each target sets up what it needs on a fresh machine. `make PYTHON=python3.12 …` chooses the interpreter.
PYTHON ?= python3
KEYTURN_VENV ?= .venv
export KEYTURN_VENV
# What is imported is compiled once, and not at each start: that takes a third of the time of `make up`.
unexport PYTHONDONTWRITEBYTECODE
BIN := $(KEYTURN_VENV)/bin
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

.PHONY: help setup up test lint bench drill docs facts lock clean

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup:
	@$(PYTHON) tools/setup.py

up: setup  ## deploy the stack to the embedded AWS, rotate under live logins, print the proof
	@$(BIN)/keyturn up $(ARGS)

test: setup  ## run all tests
	@$(BIN)/python -m keyturn.local.mysql
	@$(BIN)/python -m keyturn.local.postgresql
	@$(BIN)/python -m keyturn.local.mariadb
	@$(BIN)/python tools/clients.py
	@$(BIN)/python -m pytest -n auto $(ARGS)

lint: setup  ## style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: setup  ## measure, beside the peers
	@$(BIN)/python -m bench $(ARGS)

drill: setup  ## the crash matrix and the load test on every engine
	@$(BIN)/python -m drill --picture drill.svg $(ARGS)

docs: setup  ## write the generated pages of docs/
	@$(BIN)/python tools/generate_check_docs.py

facts: setup  ## renew the facts that change, from their sources; ARGS="--schemas PATH" for resource types too
	@$(BIN)/python tools/update_facts.py $(ARGS)

lock: setup  ## renew requirements.lock within the ranges of pyproject.toml
	@$(shell command -v uv || echo $(KEYTURN_VENV)/uv/bin/uv) pip compile --quiet --upgrade --universal --python-version 3.11 --all-extras --group dev \
		--generate-hashes --no-header --output-file requirements.lock pyproject.toml

clean:  ## remove the environment and all caches of this folder
	rm -rf $(KEYTURN_VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
