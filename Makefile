# The front door: every task a contributor or a newcomer needs, by one word each. `make help` lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test soak lint format bench fuzz dependencies dist participants screenshots clean

help: ## List these tasks
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 22

run: ## Build what is missing and start Palabre on this machine; settings go in PALABRE_… variables
	@scripts/set-up build web
	@scripts/say "Building the server (development profile)"
	@cargo build --bin palabre
	@scripts/say "Starting"
	@exec target/debug/palabre serve

test: ## Everything that must hold before a change lands, with the time of each stage
	@scripts/test

soak: ## What is too long or too heavy for every change: fifty people in one room, on a release build
	@scripts/set-up build web
	@cargo build --release --bin palabre --bin participants
	@scripts/soak

lint: ## Formatting, clippy, types and house rules only
	@scripts/test format lint

format: ## Rewrite everything the way the checks want it
	@cargo fmt --all
	@cd web && npm run --silent format

bench: ## The figures of the design, beside the raw limits of this machine; a release build
	@scripts/set-up build bench
	@cargo build --release --bin palabre --bin palabre-bench
	@exec target/release/palabre-bench

fuzz: ## Every parser of outside bytes, a minute each (SECONDS_EACH=60)
	@scripts/set-up build fuzz
	@scripts/fuzz

dependencies: ## What we build on: licences, origins, and known faults as the registries tell them now
	@scripts/set-up web dependencies
	@cargo deny check
	@cd web && npm audit

dist: ## One release binary with the web client inside: target/release/palabre
	@scripts/set-up build web
	@scripts/say "Building the release binary"
	@cargo build --release --bin palabre
	@ls -lh target/release/palabre

participants: ## Simulated participants for load by hand: target/release/participants
	@scripts/set-up build
	@cargo build --release --bin participants

screenshots: ## Take the pictures of docs/screenshots again
	@scripts/set-up build web browsers
	@cargo build --bin palabre
	@cd web && npm run --silent screenshots

clean: ## Forget everything built
	@rm -rf target web/dist web/node_modules .venv
