# `make help` lists what there is. PYTHON: the interpreter that makes the environment (3.11 or newer).
PYTHON ?= python3
SHARED ?= ../shared
BIN := .venv/bin
STAMP := .venv/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check
SCORES := build/scores
SOFFICE := $(shell command -v soffice || command -v libreoffice)
FORMATS := $(filter-out golden $(if $(SOFFICE),,doc rtf wps),$(notdir $(wildcard corpus/formats/*)))

.PHONY: help setup run test check score bench bench-rerun samples lock
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

setup: $(STAMP) ## the environment in .venv and the command .venv/bin/gongwen

# The lock's own pip and setuptools come first: an old pip cannot install some of the rest, and jieba is built from source with them.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(PIP) install --quiet $$(grep -E '^(pip|setuptools|wheel)==' requirements.lock)
	$(PIP) install --quiet --no-build-isolation --requirement requirements.lock
	$(PIP) install --quiet --no-build-isolation --no-deps --editable .
	@touch $(STAMP)

run: setup ## read corpus/, write output/
	@$(if $(SOFFICE),,echo "LibreOffice is not installed: the doc, wps and rtf samples are left out")
	$(BIN)/gongwen run corpus/documents $(FORMATS:%='corpus/formats*/%') -o output

test: setup ## all tests
	$(BIN)/python -m pytest

check: setup ## ruff, mypy --strict, the grammars' own examples and lints
	$(BIN)/ruff check .
	$(BIN)/mypy --strict
	$(BIN)/gongwen grammar check

score: setup ## F1 against the golden answers, of corpus/ and of SHARED where it is there
	@if [ -f $(SHARED)/score/score.py ]; then status=0; \
	 rm -rf $(SCORES); \
	 one() { echo "== $$1"; $(BIN)/gongwen run "$$1" -o "$(SCORES)/$$3" && $(BIN)/python $(SHARED)/score/score.py "$(SCORES)/$$3" "$$2" $$4 || status=1; }; \
	 one corpus/documents corpus/golden documents "--min 0.97"; \
	 if [ -d $(SHARED)/corpus ]; then one $(SHARED)/corpus/raw $(SHARED)/corpus/gold corpus "--min 0.99 --min-section 0.95"; fi; \
	 if [ -d $(SHARED)/devset ]; then one $(SHARED)/devset/raw $(SHARED)/devset/gold devset "--min 0.95"; fi; \
	 exit $$status; \
	 else echo "no scorer at $(SHARED)/score/score.py: make score SHARED=FOLDER"; exit 1; fi

bench-rerun: setup ## 5,000 documents in mixed formats: run again, under changed rules, killed; ratios beside what they must reach (some minutes)
	$(BIN)/python -m scripts.rerun

bench: setup ## documents a second and MB/s, beside the patterns alone and beside jieba; PDF and scans beside other readers; memory; large review pages
	$(BIN)/python scripts/bench.py corpus/documents $(wildcard $(SHARED)/corpus/raw)
	$(BIN)/python scripts/bench_readers.py corpus/formats $(wildcard $(SHARED)/fixtures)
	$(BIN)/python -m scripts.bench_review

samples: setup ## the sample documents of corpus/formats again, from scripts/samples/truth (needs LibreOffice, Chromium, a Chinese font)
	$(BIN)/python -m scripts.samples corpus/formats

lock: ## renew requirements.lock from pyproject.toml
	$(PYTHON) scripts/lock.py
