# Parloir. `make help` lists what can be asked.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test smoke tidy deny conformance examples rust-client typescript web e2e measure-desk bench bench-search schema schema-check slow power-cut search-law fmt doc cargo go smpp s3 python compare

help: ## list what can be asked
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 20

run: cargo ## build and start the demo: http://127.0.0.1:8080, data under ./data
	@.ci/desk.sh
	cargo build --locked --release --bin parloir
	@exec "$${CARGO_TARGET_DIR:-target}/release/parloir" demo

test: cargo ## check and test everything; says at the end which parts ran
	@.ci/test.sh

smoke: cargo ## a short load test with its oracle, on a demo server of its own
	@.ci/smoke.sh

web: ## install, lint, check, test and build the desk into clients/web/dist
	@.ci/web.sh

e2e: ## the desk's stories in a real browser against the real server; STORY=word chooses
	@.ci/e2e.sh $(STORY)

measure-desk: cargo ## what an agent feels, in figures: first screen, paint, 100,000 conversations, memory; FLAGS=--quick
	@.ci/measure_desk.sh $(FLAGS)

smpp: cargo ## SMPP against programs that others wrote: smpp34 and Kannel
	@.ci/smpp.sh
s3: cargo ## the store of contents against a server that speaks S3 (moto, from PyPI)
	@.ci/s3.sh

tidy: cargo ## the repository's own rules: sizes, names, directions, call sites
	cargo test --locked -p parloir-fixtures --test it

deny: cargo ## licences, bans and sources of the dependencies
	@.ci/deny.sh

conformance: cargo ## every scenario through every SDK against the real server; FLAGS='--sdk go --only 31'
	@.ci/conformance.sh $(FLAGS)

rust-client: cargo ## the Rust client packed as a registry takes it, built and used from its package
	@.ci/rust_client.sh

examples: cargo ## the examples of the Rust and TypeScript clients, against a demo server
	@.ci/examples.sh

typescript: ## the TypeScript client: types, lint, tests against a real server, the packed package
	@.ci/typescript.sh

python: ## the Python client: lint, types, tests against a real server, the plain client, the packed package
	@.ci/python.sh

go: ## the Go client: vet, format, tests with the race detector against a real server, the module's zip
	@.ci/go.sh

schema: cargo ## write what is published of the wire from its types: JSON Schema, AsyncAPI, OpenAPI, limits
	cargo run --locked -p parloir-protocol --features schema --bin schema

schema-check: ## hold what is published to other people's tools, and a demo server to OpenAPI
	@.ci/schema.sh

bench: cargo ## the micro-benchmarks
	cargo bench --locked --workspace

bench-search: cargo ## the benchmark of search beside SQLite, PostgreSQL and a scan; CONTACTS=100000 FLAGS=--json
	cargo build --locked --release --bin parloir
	cargo build --locked --release -p parloir-loadtest --features peers
	"$${CARGO_TARGET_DIR:-target}/release/parloir-loadtest" search --contacts "$(or $(CONTACTS),100000)" $(FLAGS)

compare: cargo ## our server beside what people would use instead, in turns; FLAGS="--only fanout_paced_p99_ms --json"
	@.ci/peers.sh
	cargo build --locked --release --bin parloir
	cargo build --locked --release -p parloir-loadtest
	"$${CARGO_TARGET_DIR:-target}/release/parloir-loadtest" compare $(FLAGS)

slow: power-cut search-law ## every suite too slow for `make test`

power-cut: cargo ## cut the power under the log again and again (root, a loop device)
	cargo test --locked --release -p parloir-server --test power_cut

search-law: cargo ## random searches at 60 random desks against a scan, some 17,000 of them, each for two agents
	PARLOIR_SEARCH_DESKS=60 cargo test --locked --release -p parloir-server --lib search::tests::laws

fmt: cargo ## format the Rust sources
	cargo fmt --all

doc: cargo ## the API documentation of the crates
	cargo doc --locked --workspace --no-deps

cargo:
	@command -v cargo >/dev/null || { \
	  echo "cargo is not on the PATH: install Rust 1.89 or newer, with rustup, and run make again" >&2; exit 1; }
	@command -v cc >/dev/null || { \
	  echo "cc is not on the PATH: install a C compiler (Debian: apt-get install build-essential) and run make again" >&2; exit 1; }
