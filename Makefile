# Everything a person types. `make run` and `make test` need a Swift toolchain and nothing else.
SWIFT ?= swift
DATA ?= .florin
FLORIN = .build/debug/florin
SEEDS ?= 10000
# Tests that only think, and keep every core busy for seconds: those that wait for others would wait
# behind them. And those that count what their own process has open.
ALONE = CoreTests\.|SagaSimulationTests\.|FuzzTests\.|MoneyTests\.|\.FrameAbuseTests
# Of the others, how many at once: each may bring a database and processes of its own, and too many
# make each other miss their time.
AT_ONCE = 10

.PHONY: run demo build test simulate chaos chaos-smoke lint format proto proto-check bench bench-smoke bench-gateway bench-sagas bench-webhooks bench-growth bench-rpc bench-rpc-smoke fuzz clean dependencies bench-peers

## run: start the system, walk through real payments, leave it running until Ctrl-C
run: build
	$(FLORIN) walkthrough --data $(DATA) --stay

## demo: the same, then stop everything; fails unless every step came out as it should
demo: build
	$(FLORIN) walkthrough --data $(DATA)

## build: everything, with warnings as errors
build: dependencies
	$(SWIFT) build $(SWIFT_BUILD_FLAGS)

## test: every test, with a real PostgreSQL and real processes
test: dependencies
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --filter '$(ALONE)'
	$(SWIFT) test --skip-build --skip '$(ALONE)' \
		--experimental-maximum-parallelization-width $(AT_ONCE)

## simulate: the saga engine in SEEDS simulated worlds; SEED or SCRIPT runs one again (docs/simulation.md)
simulate: dependencies
	$(SWIFT) build $(SWIFT_BUILD_FLAGS) --product florin-simulate
	.build/debug/florin-simulate $(if $(SEED),--seed $(SEED),$(if $(SCRIPT),--script $(SCRIPT),\
		--seeds $(SEEDS) --output bench/out/simulate.json))

## chaos: break a running system in many ways under load, and check what is left (bench/README.md)
chaos: dependencies
	bench/chaos/run

## chaos-smoke: the same in little
chaos-smoke: dependencies
	bench/chaos/run --smoke

## lint: formatter's check and the house's habits
lint:
	scripts/lint.sh

## format: let the formatter write
format:
	git ls-files -z -- '*.swift' ':!:*/Generated/*' | xargs -0 $(SWIFT) format --in-place --parallel

## proto: generate the messages and stubs anew
proto: dependencies
	scripts/generate.sh

## proto-check: fail when what is generated is not what the protos say
proto-check: dependencies
	scripts/generate.sh --check

## bench-rpc: measure RPC beside Go's ttrpc and gRPC (bench/README.md)
bench-rpc: dependencies bench-peers
	bench/rpc/run

## bench-rpc-smoke: the same in little: does the benchmark still run?
bench-rpc-smoke: dependencies bench-peers
	bench/rpc/run --smoke

## bench: measure payments and the ledger beside pgbench (bench/README.md)
bench: dependencies
	bench/payments/run

## bench-gateway: measure payments over HTTP beside RPC, and a merchant beside a flood (bench/README.md)
bench-gateway: dependencies
	bench/gateway/run

## bench-sagas: measure sagas of five steps beside DBOS and Absurd (bench/README.md)
bench-sagas: dependencies
	bench/sagas/run

## bench-webhooks: measure what a million deliveries that wait cost payments and memory
bench-webhooks: dependencies
	bench/webhooks/run

## bench-growth: measure what a payment costs beside 10 thousand to 5 million others (bench/README.md)
bench-growth: dependencies
	bench/growth/run

## bench-smoke: payments, ledger, HTTP, sagas, webhooks and growth in little: do the benchmarks still run?
bench-smoke: dependencies
	bench/payments/run --smoke
	bench/gateway/run --smoke
	bench/sagas/run --smoke
	bench/webhooks/run --smoke
	bench/growth/run --smoke

## fuzz: feed decoders and state machines with made-up bytes, a minute each (scripts/fuzz.sh)
fuzz: dependencies
	scripts/fuzz.sh

## clean: what was built and the development system's data
clean:
	rm -rf .build .build-fuzz $(DATA)

dependencies:
	@scripts/install-dependencies.sh

bench-peers:
	@scripts/install-bench-peers.sh
