# One command each: `make run` sets everything up and runs the app, `make test` sets up and runs the tests.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: run app setup models test lint bench eval load figures screenshots clean

run: setup            ## set up, structure the bundled example, serve the pages to the person at this machine
	$(BIN)/copilot structure --text - < docs/ejemplo.txt
	COPILOT_LOGIN=personal $(BIN)/python app.py

app: setup            ## serve the pages as a unit does: everybody signs in
	$(BIN)/python app.py

setup:                ## environment, compiled llama.cpp, default models (idempotent, resumable)
	@PYTHON=$(PYTHON) deploy/setup.sh

models: setup         ## optional: the small language model
	$(BIN)/copilot models pull gemma-3-270m

test: setup           ## set up, lint, type check, tests
	@deploy/setup.sh --extra-models
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m eval.figures --check
	$(BIN)/pytest

lint:
	$(BIN)/ruff check . && $(BIN)/mypy

bench: setup          ## speed and memory, as ratios to a baseline of the same run
	$(BIN)/python -m eval.bench

eval: setup           ## the offline suites (hours), their report, the table in README and docs, the gates
	$(BIN)/python -m eval run
	$(BIN)/python -m eval report última --fragment
	$(BIN)/python -m eval.figures
	$(BIN)/python -m eval gate última

load: setup           ## twenty physicians at once, with the default model (an idle machine, 10 minutes)
	$(BIN)/python -m eval.load --fragment

figures:              ## copy the measured tables into README and docs
	$(BIN)/python -m eval.figures

screenshots: setup    ## pictures of the pages for docs/
	$(BIN)/python -m eval.screenshots

clean:
	rm -rf $(VENV) build dist *.egg-info
