# The only set-up steps: `make demo` hears it work, `make test` proves it. Both start from Python 3.11 and nothing else.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
export REF

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-long chaos check screenshots bench docs models format pin clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 12

demo: models ## clone a voice and hear it: demo/*.wav; REF=me.m4a takes your own recording
	$(BIN)/python tools/demo.py --out demo $${REF:+--ref "$$REF"}

test: models ## run the tests
	$(BIN)/python -m pytest -q -n 3 --dist loadfile -m "not long"

test-long: models ## run the tests that take long: killed at every step, vendors' own clients
	$(BIN)/python -m pytest -q -n 3 --dist loadfile -m long

chaos: models ## kill workers while they finish 200 tasks on PostgreSQL and S3, and count what was lost
	$(BIN)/python -m tests.chaos

check: $(VENV)/.dev ## look for mistakes without running: style, types, layers, stale pages
	$(BIN)/ruff check
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy
	$(BIN)/python -m tools.generate_docs --check
	$(BIN)/python -m pytest -q tests/test_layers.py

screenshots: models ## take the pictures of docs/studio.md anew
	$(BIN)/python -m tests.studio.screenshots

bench: models $(VENV)/.bench ## measure speed and memory, side by side with kokoro-onnx
	$(BIN)/python -m bench

docs: $(VENV)/.dev ## write the pages that are made from the code
	$(BIN)/python -m tools.generate_docs

models: $(VENV)/.dev ## fetch the model files
	$(BIN)/hwamei models pull

format: $(VENV)/.dev ## put the code into the house style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

pin: $(VENV)/.dev ## take the newest versions of all dependencies
	$(BIN)/python tools/pin.py

clean: ## remove everything that was made here
	rm -rf $(VENV) demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis src/*.egg-info

$(VENV)/pyvenv.cfg: | tools/make_venv.sh
	tools/make_venv.sh $(VENV) $(PYTHON)

$(VENV)/.dev: $(VENV)/pyvenv.cfg pyproject.toml constraints.txt
	$(PIP) -e '.[dev]'
	@touch $@

$(VENV)/.bench: $(VENV)/.dev
	$(PIP) -e '.[dev,bench]'
	@touch $@
