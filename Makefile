# The verbs of the project. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.PHONY: help build run web test check bench instructions picture unicode soak deb clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

build: ## release build of abide and abide-web
	@packaging/install-tools build
	cargo build --release --locked -p abide -p abide-web

run: build ## start the daemon with a session and the web gateway, print its address, and attach this terminal
	@exec packaging/run target/release

test: ## install what the tests need and run all of them
	@exec tests/run

check: ## formatting, lints and house rules
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

bench: ## ours beside tmux, the bare pty and other screen models, interleaved (ONLY="drain screen …" for a part)
	@packaging/install-tools build tmux
	cargo build --release --locked -p abide -p abide-tests
	ABIDE_BIN=target/release exec target/release/abide-bench $(ONLY)

instructions: ## instructions that the screen takes a byte, beside those that are kept; fails where one grew by more than 5 %
	@exec tests/bench/instructions

soak: ## the kill tests at length: 1,000 kills, 10,000 power cuts, the simulation, upgrades from an older commit and more
	@packaging/install-tools build
	old=$${ABIDE_OLD_BIN:-$$(tests/survive/build-previous)}
	cargo build --workspace --locked
	ABIDE_OLD_BIN=$$old ABIDE_SOAK=1 ABIDE_BIN=$(CURDIR)/target/debug cargo test --locked -p abide-tests --test survive --test store --test simulate --test decoders --test oracles -- --nocapture --test-threads=1

picture: ## the picture in the README, made again
	@packaging/install-tools build browser fonts programs
	cargo build --locked -p abide -p abide-web
	cd webbridge/page && node test/installed.mjs && node e2e/picture.mjs

unicode: ## the table of characters, made again from Unicode's files (daemon/core/unicode)
	@packaging/install-tools build python
	daemon/core/unicode/fetch target/unicode
	node daemon/core/unicode/generate.mjs target/unicode

deb: build ## a Debian package in target/
	@exec packaging/deb/build

clean: ## remove build output
	cargo clean
	rm -rf webbridge/page/node_modules webbridge/page/dist
