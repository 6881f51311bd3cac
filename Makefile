# Everything sets itself up: `make site` and `make test` work in a fresh clone with Python and make.
# `make help` lists the targets; a line says what one is for behind its ##.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help site serve test cms editors check-code format golden soak bench import-quality pictures lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */\1\t/' | expand -t 14

site: $(VENV)/site.done ## build the site into site/ (the first time it sets itself up)
	@$(BIN)/python build.py $(ARGS)

serve: $(VENV)/site.done ## preview the site while you write (ARGS="--open"); Ctrl-C stops
	@$(BIN)/python build.py serve $(ARGS)

test: $(VENV)/dev.done ## run every test (the first time it sets up a browser, the HTML checker and the editing page, too)
	@$(BIN)/python tools/browser.py
	@$(BIN)/python tools/validator.py
	-@$(BIN)/python -m tools.cms
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/python tools/pythons.py
	$(BIN)/python -m pytest -n 2 $(ARGS)

cms: $(VENV)/dev.done ## fetch the program behind the editing page /admin/ of the preview (once; npm is needed)
	@$(BIN)/python -m tools.cms

editors: $(VENV)/dev.done ## write what VS Code completes and runs (.vscode/) anew, from the keys and the vocabulary
	@$(BIN)/python -m tools.editors $(ARGS)

check-code: $(VENV)/dev.done ## lint, types and the tests without disk or browser, in seconds
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest -q -n 2 -m "not disk and not browser"

format: $(VENV)/dev.done ## format the code and mend what lint can mend
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

golden: $(VENV)/dev.done ## write the expected files of the test sites anew; read the diff before you commit
	GOLDEN=1 $(BIN)/python -m pytest -q tests/test_sites.py

soak: $(VENV)/dev.done ## edit and rebuild a small site at random, spoil items, fail every write, thousands of times (a quarter of an hour)
	SOAK=1 $(BIN)/python -m pytest -q -n 2 tests/test_rebuild.py tests/test_fault_injection.py tests/test_fuzz.py $(ARGS)

bench: $(VENV)/dev.done ## compare the speed of builds with Hugo's, Eleventy's and Pelican's (SIZES="1000 10000")
	$(BIN)/python -m tools.bench $(ARGS) $(SIZES)

import-quality: $(VENV)/dev.done ## how well pages of newspapers are imported: ours, or those of a folder (PAGES=dir; ARGS=--misses lists what was missed)
	@$(BIN)/python -m tools.import_quality $(ARGS) $(PAGES)

pictures: $(VENV)/dev.done site ## take the pictures of the README anew
	@$(BIN)/python -m tools.pictures

lock: $(VENV)/dev.done ## resolve the requirements of pyproject.toml anew, with hashes
	$(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.txt
	$(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --no-emit-find-links -c requirements.txt \
	  pyproject.toml --group dev -o requirements-dev.txt

clean: ## delete the environment, the caches and what was built (files of others in site/ stay)
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis

# --- the environment

$(VENV)/python.done:
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更新的版本。 Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { \
	  echo "建不了虚拟环境；Debian、Ubuntu 上先装：apt install python3-venv"; \
	  echo "No virtual environment could be made; on Debian or Ubuntu: apt install python3-venv"; \
	  exit 1; }
	@touch $@

$(VENV)/site.done: $(VENV)/python.done requirements.txt
	@$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements.txt
	@touch $@

$(VENV)/dev.done: $(VENV)/site.done requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements-dev.txt
	@touch $@
