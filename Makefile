# make burn    your token burn: page, rows and dashboard (made-up data where you have no logs)
# make test    all tests, on the built package
# make pictures  pictures in other engines, beside each other, after a sanitizer; minutes
# make lint    style, types, import directions
# make recipes charts in notebooks and web frameworks
# make examples the distributions in examples/, as installed wheels

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := pyproject.toml README.md $(shell find src -name '*.py' -o -name '*.json' -o -name '*.xz' -o -name py.typed)
RECIPES := .venv-recipes
EXAMPLES := .venv-examples
PLUGINS := $(wildcard examples/burnlib-*)
QUIET := --disable-pip-version-check --quiet
PIP := $(BIN)/python -m pip $(QUIET)

# The parts that numbers pass through; their branch coverage has a floor.
CORE := src/burnlib/_*.py,src/burnlib/archive/*,src/burnlib/sources/*,src/burnlib/views/*,$\
src/burnlib/daily.py,src/burnlib/days.py,src/burnlib/families.py,src/burnlib/files.py,$\
src/burnlib/estimating.py,src/burnlib/exports/*,src/burnlib/history.py,src/burnlib/ledger.py,src/burnlib/model.py,src/burnlib/normalize.py,$\
src/burnlib/plugins.py,src/burnlib/scale.py,src/burnlib/tokenizer.py,src/burnlib/uses.py,src/burnlib/packed.py,src/burnlib/sums.py

.PHONY: burn test pictures lint coverage recipes recipes-here examples schema gallery mutants bench-pieces clean

burn: $(VENV)/package
	@$(BIN)/burn collect -o daily-burn.json; code=$$?; \
	case $$code in \
	0|4) $(BIN)/burn verify && $(BIN)/burn render page -o burn.html && $(BIN)/burn show ;; \
	3) echo "No logs of AI tools on this machine, so here is made-up data."; \
	   $(BIN)/burn demo -o daily-burn.json --page burn.html ;; \
	*) exit $$code ;; \
	esac
	@echo "page: $(CURDIR)/burn.html"
	@echo "rows: $(CURDIR)/daily-burn.json"

test: $(VENV)/tests
	$(BIN)/python -m pytest -n auto --cov=burnlib --cov-branch --cov-report= -m "not slow and not laws" tests
	$(BIN)/python -m pytest -n auto -m "laws and not slow" tests

# Pictures in other engines, beside each other, and after a sanitizer: minutes, with a browser.
pictures: $(VENV)/tests
	mkdir -p build/dompurify
	npm pack --silent --pack-destination build dompurify@3.5.0 >/dev/null
	tar -xzf build/dompurify-3.5.0.tgz -C build/dompurify
	BURNLIB_REQUIRE_BROWSER=1 BURNLIB_DOMPURIFY=$(CURDIR)/build/dompurify/package/dist/purify.min.js \
	  $(BIN)/python -m pytest -n auto -m slow tests

coverage: $(VENV)/tests
	$(BIN)/coverage report --include="*/burnlib/_*.py,$(subst src/,*/,$(CORE))" --fail-under=95

lint: $(VENV)/lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports

# Every recipe of docs/how-to/embed-a-chart.md in its host, the large ones included, which have a
# folder of their own. Dash's plugin for pytest is written for older ones: a warning, so an error here.
recipes:
	$(MAKE) VENV=$(RECIPES) recipes-here

recipes-here: $(VENV)/recipes
	$(BIN)/python -m pytest -n auto -p no:dash -rs -m "slow or not slow" tests/recipes

# Every distribution in examples/ as a stranger has it: its wheel, that of burnlib, and nothing else of
# this folder. The tests run elsewhere, and `pytest` puts no folder but theirs on the path.
examples:
	rm -rf build/wheels
	$(PYTHON) -m venv --clear $(EXAMPLES)
	$(EXAMPLES)/bin/python -m pip $(QUIET) install "pip>=25.1"
	$(EXAMPLES)/bin/python -m pip $(QUIET) wheel --no-deps --wheel-dir build/wheels . $(PLUGINS:%=./%)
	$(EXAMPLES)/bin/python -m pip $(QUIET) install build/wheels/*.whl $(PLUGINS:%=--group %/pyproject.toml:test)
	cd build && for tests in $(PLUGINS) examples/test_installed.py; do \
	  $(CURDIR)/$(EXAMPLES)/bin/pytest $(CURDIR)/$$tests || exit; \
	done

# Write the JSON Schema of daily-burn.json anew from the classes.
schema: $(VENV)/package
	$(BIN)/python -m burnlib.schema

# Draw the pictures of docs/gallery anew; look at what has changed before it is committed.
gallery: $(VENV)/package
	$(BIN)/python docs/gallery/make.py

# Plant faults one at a time and see that the tests of the laws find each of them.
mutants: $(VENV)/tests
	$(BIN)/python tests/mutants.py

# What the parts of a collection take, one by one.
bench-pieces: $(VENV)/tests
	$(PIP) install --group bench
	$(BIN)/python -m pytest benchmarks/pieces.py -n 0

clean:
	rm -rf $(VENV) $(RECIPES) $(EXAMPLES) dist build .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache

$(VENV)/made:
	$(PYTHON) -m venv $(VENV)
	$(PIP) install "pip>=25.1"
	@touch $@

# Built as a wheel and installed, so that what is run and tested is what is published.
$(VENV)/package: $(VENV)/made $(SOURCES)
	@echo "installing burnlib into $(VENV) ..."
	@$(PIP) install ".[fast,zstd]" && $(PIP) install --force-reinstall --no-deps .
	@touch $@

$(VENV)/tests: $(VENV)/package pyproject.toml
	$(PIP) install --group test
	@touch $@

$(VENV)/lint: $(VENV)/package pyproject.toml
	$(PIP) install --group test --group lint
	@touch $@

$(VENV)/recipes: $(VENV)/package pyproject.toml
	$(PIP) install --group recipes
	@touch $@
