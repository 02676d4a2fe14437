# `make` alone lists the targets. Needed: python3 (3.11 or newer) with venv, and make.

PYTHON ?= python3
BIN := .venv/bin
NETC := $(BIN)/netc
OUT := out
# One thread per test process: there is one process per core. Large nets of one xdist group share a process.
TEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadgroup
REQUIREMENTS := requirements/run.txt requirements/torch.txt

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export MPLBACKEND = agg

.PHONY: help demo test check lint types imports golden gallery tables zoo conformance bench bench-figures bench-zoo bench-devices clean

help: ## List the targets
	@echo "netc: one spec gives the figure, the numbers and the PyTorch module."
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

demo: .venv/ready-to-run ## Set up, then check, show, build, run and draw LeNet-5 and AlexNet into out/
	@mkdir -p $(OUT)
	@set -e; step() { echo; echo "\$$ netc $$*"; $(NETC) "$$@"; }; \
	step check specs/lenet5.net specs/alexnet.net; \
	for net in lenet5:LeNet5 alexnet:AlexNet; do \
	  name=$${net%:*}; spec=specs/$$name.net:$${net#*:}; \
	  step show $$spec; \
	  step build $$spec -o $(OUT)/$$name.py; \
	  step run $$spec --batch 2; \
	  step draw $$spec -o $(OUT)/$$name.svg -o $(OUT)/$$name.pptx --style $${name%5}; \
	done
	@echo
	@echo "Made in $(OUT)/:  lenet5.svg, alexnet.svg    the figures: open them in a browser"
	@echo "               lenet5.pptx, alexnet.pptx  the same to edit in PowerPoint"
	@echo "               lenet5.py, alexnet.py      the PyTorch modules: they need torch alone"
	@echo "Try next:      $(NETC) explain conv"
	@echo "               $(NETC) show specs/alexnet.net --markdown"
	@echo "               $(NETC) draw specs/resnet.net -o $(OUT)/resnet.pdf"
	@echo "               $(NETC) slides specs/lenet5.net specs/alexnet.net -o $(OUT)/talk.pptx"
	@echo "               change a number in specs/lenet5.net, then $(NETC) check specs/lenet5.net"

test: .venv/ready-to-test ## Set up, then run all tests
	$(TEST)

check: lint types imports test ## Run ruff, mypy, import-linter and all tests

lint: .venv/ready-to-test ## Run ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/ready-to-test build/typing/netc ## Run mypy --strict on the sources
	$(BIN)/mypy

imports: .venv/ready-to-test ## Run import-linter: who may import whom
	$(BIN)/lint-imports

golden: .venv/ready-to-test ## Rewrite the expected outputs in tests/golden/, docs/ and README.md (then read the diff)
	$(TEST) --update-golden

gallery: .venv/ready-to-run ## Draw the gallery of the documentation anew
	$(BIN)/python docs/gallery.py

tables: .venv/ready-to-run ## Compute the parser's tables anew, after a change of the grammar
	$(BIN)/python -c "from netc.compiler.lalr import write_tables; write_tables()"

zoo: .venv/ready-to-run ## Compute the table behind `netc zoo` anew, after a change of a shipped spec
	$(BIN)/python -c "from netc.compiler.catalogue import write_index; write_index()"

conformance: .venv/ready-to-test ## Try what is written for every net of specs/ in all tools; writes benchmarks/conformance.md
	$(BIN)/python benchmarks/conformance.py

bench: .venv/ready-to-run ## Measure speed as ratios; writes benchmarks/results.md
	$(BIN)/python benchmarks/run.py

bench-figures: .venv/ready-to-run ## Time figures against other tools (needs Graphviz's dot); writes benchmarks/figures.md
	$(BIN)/python -m pip install --quiet -r requirements/bench.txt
	$(BIN)/python benchmarks/figures.py

bench-devices: .venv/ready-to-run ## Time nets on two ranks against one process; writes benchmarks/devices.md
	$(BIN)/python benchmarks/devices.py

bench-zoo: .venv/ready-to-test ## Time modules against torchvision's; writes benchmarks/zoo.md
	$(BIN)/python benchmarks/zoo.py

clean: ## Remove everything that make made
	rm -rf .venv $(OUT) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "netc needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv

.venv/ready-to-run: .venv/bin/python $(REQUIREMENTS) pyproject.toml
	$(BIN)/python -m pip install --quiet -r requirements/torch.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q cli.py __init__.py commands compiler backends specs # as an installed package is
	@touch $@

.venv/ready-to-test: .venv/ready-to-run requirements/dev.txt
	$(BIN)/python -m pip install --quiet -r requirements/dev.txt
	@touch $@

# mypy must see the package under its name, whatever this folder is called.
build/typing/netc:
	@mkdir -p $(@D)
	@ln -sfn ../.. $@
