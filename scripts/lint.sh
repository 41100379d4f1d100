#!/usr/bin/env bash
# The formatter's strict check over all hand-written Swift, then the house's own habits.
set -euo pipefail
cd "$(dirname "$0")/.."
git ls-files -z -- '*.swift' ':!:*/Generated/*' |
    xargs -0 swift format lint --strict --parallel
scripts/check-style.sh
