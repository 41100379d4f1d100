#!/usr/bin/env bash
# Installs the Debian packages that Florin builds with, is tested with and runs on.
set -euo pipefail

packages=(
    libprotobuf-c-dev protobuf-c-compiler         # messages
    protobuf-compiler libprotobuf-dev libprotoc-dev
    libssl-dev ca-certificates                    # TLS
    libpq-dev postgresql                          # state
    libnats-dev nats-server                       # the broker; its server for the tests
    pkg-config make
    python3 python3-venv curl                     # benchmarks, checks by the SDK of Stripe, quickstart
    chromium chromium-driver python3-selenium     # a browser that looks at the console, for the tests
    golang-go golang-github-containerd-ttrpc-dev  # a peer that is not ours, for the tests
)

exec "$(dirname "$0")/install-packages.sh" "${packages[@]}"
