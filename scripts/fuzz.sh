#!/usr/bin/env bash
# Feeds the frame decoder, both ends' state machines and every message with made-up bytes, by
# libFuzzer, with AddressSanitizer watching.
#
#   scripts/fuzz.sh [SECONDS] [TARGET...]   60 seconds each of frames, server, client, messages
#
# What it finds interesting it keeps in .build-fuzz/corpus; what crashes, in Tests/Fuzz/crashers,
# where the tests replay it from then on. Begins with Tests/Fuzz/corpus.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
shift || true
targets=("$@")
[ "${#targets[@]}" -gt 0 ] || targets=(frames server client messages)
build=.build-fuzz

# shellcheck disable=SC2086 # several flags in one variable
swift build ${SWIFT_BUILD_FLAGS:-} --scratch-path "$build" --product FuzzTargets \
    --sanitize=address -Xswiftc -sanitize=fuzzer -Xswiftc -O
swiftc -sanitize=fuzzer,address -o "$build/fuzz" \
    -Xlinker --whole-archive "$build/debug/libFuzzTargets.a" -Xlinker --no-whole-archive \
    -lssl -lcrypto -lprotobuf-c 2> >(grep -v 'Cannot export local symbol' >&2)

for target in "${targets[@]}"; do
    echo "== $target, $seconds s"
    mkdir -p "$build/corpus/$target" "Tests/Fuzz/crashers/$target"
    FUZZ_TARGET=$target SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 \
        "$build/fuzz" -max_total_time="$seconds" -max_len=16384 -timeout=10 -rss_limit_mb=2048 \
        -print_final_stats=1 -artifact_prefix="Tests/Fuzz/crashers/$target/" \
        "$build/corpus/$target" "Tests/Fuzz/corpus/$target" 2>&1 |
        grep -E 'ERROR|SUMMARY|Fatal|stat::number_of_executed_units|stat::average_exec|DONE|Test unit' ||
        true
    test "${PIPESTATUS[0]}" -eq 0
    rmdir --ignore-fail-on-non-empty "Tests/Fuzz/crashers/$target"
done
