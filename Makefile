# The commands of every day; `make help` lists them. What they need and is missing is installed first (scripts/setup.sh).
HOST ?= 127.0.0.1
PORT ?= 8000
LOG ?= sqlite:authjwt.db
PRESET ?= release
CMAKE_FLAGS ?=
CTEST_FLAGS ?=
FUZZ_SECONDS ?= 60

RELEASE := build/release
JOBS := $(shell nproc 2>/dev/null || echo 2)
SOURCES = $(shell find include src cli demo examples python tests bench fuzz -name '*.hpp' -o -name '*.cpp')
CTEST = ctest -j $(JOBS) --output-on-failure --output-junit tests.xml $(CTEST_FLAGS)

define run_sanitized
	@scripts/setup.sh test
	@cmake --preset $@ $(CMAKE_FLAGS)
	@cmake --build build/$@ -j $(JOBS)
	@$(CTEST) --test-dir build/$@
endef

.PHONY: help run test python bench reliability scaling asan tsan threads fuzz format lint clean
.DEFAULT_GOAL := help

help: ## show this list
	@sed -nE 's/^([a-z]+): .*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: ## build and serve the demo, with Swagger UI where npm is there; HOST=127.0.0.1 PORT=8000
	@scripts/setup.sh run
	@test -f $(RELEASE)/build.ninja || cmake --preset demo
	@cmake --build $(RELEASE) --target authjwt_demo -j $(JOBS)
	@exec $(RELEASE)/demo/authjwt_demo --host "$(HOST)" --port "$(PORT)" --log "$(LOG)"

test: ## build everything and run all tests
	@scripts/setup.sh test
	@cmake --preset $(PRESET) $(CMAKE_FLAGS)
	@cmake --build $(RELEASE) -j $(JOBS)
	@$(CTEST) --test-dir $(RELEASE)

python: ## build the Python package and install it into build/python-venv
	@scripts/setup.sh python
	@/usr/bin/python3 -m venv --system-site-packages build/python-venv
	@build/python-venv/bin/pip install --no-index --no-deps --no-build-isolation --force-reinstall ./python
	@echo "import fastapi_jwt_auth with build/python-venv/bin/python"

bench: ## measure, and print each figure beside its floor
	@scripts/setup.sh bench
	@cmake --preset bench
	@cmake --build build/bench --target authjwt_bench -j $(JOBS)
	@build/bench/bench/authjwt_bench --ratios

reliability: ## kill and starve services over one log, and print what they measured
	@scripts/setup.sh test
	@cmake --preset $(PRESET) $(CMAKE_FLAGS)
	@cmake --build $(RELEASE) --target authjwt_e2e_reliability_test -j $(JOBS)
	@$(RELEASE)/tests/authjwt_e2e_reliability_test

scaling: ## check the arithmetic of docs/scaling.md on the real index and log
	@scripts/setup.sh bench
	@cmake --preset bench
	@cmake --build build/bench --target authjwt_scaling -j $(JOBS)
	@build/bench/bench/authjwt_scaling

asan: ## run the tests under the address and undefined behaviour sanitizers
	$(run_sanitized)

tsan: ## run the tests under the thread sanitizer
	$(run_sanitized)

threads: ## run the tests that have threads, and those alone, under the thread sanitizer
	$(run_sanitized)

fuzz: ## run the fuzz targets; FUZZ_SECONDS=60 for each, FUZZ_JOBS=2 at once
	@scripts/setup.sh fuzz
	@cmake --preset fuzz $(CMAKE_FLAGS)
	@cmake --build build/fuzz -j $(JOBS)
	@scripts/fuzz.sh build/fuzz $(FUZZ_SECONDS)

format: ## write the sources in the house's format
	@scripts/setup.sh lint
	@clang-format -i $(SOURCES)

lint: ## look for bugs and for what is not in the house's format
	@scripts/setup.sh lint
	@cmake --preset $(PRESET) $(CMAKE_FLAGS)
	@scripts/lint.sh $(RELEASE)

clean: ## remove all that was built
	@rm -rf build
