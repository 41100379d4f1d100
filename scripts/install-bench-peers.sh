#!/usr/bin/env bash
# Installs the Debian packages that the benchmark and its peers need.
set -euo pipefail
exec "$(dirname "$0")/install-packages.sh" \
    python3 golang-go golang-github-containerd-ttrpc-dev \
    golang-google-grpc-dev
