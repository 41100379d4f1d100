#!/usr/bin/env bash
# What the formatter does not see: the habits of the house, as a ratchet.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=0
report() { # title, then the offending lines on stdin
    local lines
    lines=$(cat)
    [ -z "$lines" ] && return
    printf '%s\n%s\n\n' "$1" "$lines" >&2
    failed=1
}
ours() { git ls-files -- '*.swift' ':!:*/Generated/*'; }

ours | xargs wc -l | awk '$2 != "total" && $1 > 400 { print $2 ": " $1 " lines" }' |
    report "Files of over 400 lines: a file is one thing."
ours | xargs grep -nE '\b(TODO|FIXME|HACK)\b' | report "Unfinished work: finish it or open an issue." || true
ours | grep -v '^Tests/' | xargs grep -nE '\btry!|\bas! ' |
    report "A crash on bad input: throw a typed error." || true
git ls-files -- 'Tests/*.swift' 'Sources/TestKit/*.swift' |
    xargs grep -nE 'Thread\.sleep|\bsleep\([0-9]' |
    report "A test that sleeps: wait for a condition, or hand in a clock." || true

# C libraries stay behind one module each.
only() { # C module, then the folders that may import it
    local module=$1
    shift
    ours | xargs grep -lE "import $module\b" | grep -vE "^($(IFS='|'; echo "$*"))/" |
        report "$module may be imported only by $*:" || true
}
only COpenSSL Sources/TLS
only CLibpq Sources/Postgres
only CNATS Sources/NATS
only CProtobufC Sources/Wire Sources/Messages Sources/protoc-gen-florin

exit "$failed"
