# Everything a newcomer needs: set-up included, nothing to know of CMake.
BUILD ?= build
JOBS ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu)

.PHONY: build test demo bench fuzz setup clean

setup:
	@scripts/setup.sh

build: setup
	@cmake -S . -B $(BUILD) -G Ninja >$(BUILD)-configure.log 2>&1 || { cat $(BUILD)-configure.log; exit 1; }
	@rm -f $(BUILD)-configure.log
	@cmake --build $(BUILD) -j $(JOBS)

test: build
	@ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS)

demo: build
	@scripts/demo.sh $(BUILD)/ldwhy

bench: build
	@bench/run.sh $(BUILD)/ldwhy

# One minute a target; FUZZ_SECONDS changes it.
fuzz: setup
	@scripts/fuzz.sh

clean:
	rm -rf $(BUILD)
