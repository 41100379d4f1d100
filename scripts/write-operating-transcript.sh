#!/usr/bin/env bash
# Runs an operator's work on a payment in doubt against a real system, and writes what was typed and
# printed into docs/operating.md.
#
#   scripts/write-operating-transcript.sh [base port]
set -euo pipefail
cd "$(dirname "$0")/.."

base_port=${1:-17400}
florin_path=$PWD/.build/debug
work=$(mktemp -d)
export FLORIN_DATA=$work/data PATH=$florin_path:$PATH COLUMNS=100
transcript=$work/transcript

acquirer_pid() {
    python3 -c 'import json, sys
process = json.load(open(sys.argv[1]))["services"]["acquirer"]["process"]
print(process["pid"])' "$FLORIN_DATA/dev.json"
}
finish() {
    kill -CONT "$(acquirer_pid)" 2>/dev/null || true
    florin dev stop >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap finish EXIT

# Types a command: what it prints goes to the transcript, to $work/last, and to the terminal.
typed() {
    local status=0
    printf '$ %s\n' "${1//$work\//}" >>"$transcript"
    (cd "$work" && bash -c "$1") >"$work/last" 2>&1 || status=$?
    cat "$work/last" >>"$transcript"
    [ "$status" -eq 0 ] || printf '(exit status %s)\n' "$status" >>"$transcript"
    printf '\n' >>"$transcript"
}
told() { printf '# %s\n' "$1" >>"$transcript"; }
id_of() { grep -oE "$1_[0-9a-z]{26}" "${2:-$work/last}" | head -1; }
# Waits until a command prints a text.
until_says() {
    for _ in $(seq 300); do
        if bash -c "$1" 2>/dev/null | grep -q "$2"; then return; fi
        sleep 0.1
    done
    echo "never came: $2" >&2
    exit 1
}

florin dev --detach --base-port "$base_port" --set payment:acquirer-timeout=1s >/dev/null
florin certs issue operator --name bob --folder "$FLORIN_DATA/certificates" --to "$work/bob" >/dev/null

florin acquirer script add never_answer --kind purchase >/dev/null
florin payment create 100.00 USD --merchant acme --payment-method pm_card_visa >"$work/created"
payment=$(id_of pi "$work/created")

told "A customer pays. The acquirer takes the money, and goes away before it can say so."
(florin payment process "$payment" --timeout 3s >"$work/processed" 2>&1 || true) &
until_says "florin acquirer effects --reference $payment" capture
kill -STOP "$(acquirer_pid)"
wait
until_says "florin saga list --step capture" process_payment
saga=$(florin saga list --payment "$payment" | grep -oE 'saga_[0-9a-z]{26}' | head -1)

typed "florin saga list --status running --step capture"
typed "florin saga show $saga"
typed "florin saga compensate $saga --plan"
told "The money may have been taken: it cannot be undone. Somebody rings the acquirer, who finds"
told "the capture in its books."
typed "florin saga pause $saga --reason 'asking the acquirer'"
typed "florin saga resolve $saga --reference $payment/$saga/capture --outcome approved --reason 'on the phone with the acquirer'"
request=$(id_of req)
typed "florin saga approve $request"
told "It takes a second operator, Bob."
typed "florin saga approve $request --certificates bob"
typed "florin saga resume $saga --reason 'resolved'"
typed "florin saga watch $saga --for 30s"
kill -CONT "$(acquirer_pid)"
until_says "florin acquirer effects --reference $payment" capture
told "The acquirer is back."
typed "florin saga why $payment"
typed "florin payment get $payment"
typed "florin ledger trial-balance"
typed "florin saga log"
typed "florin saga log --verify"
typed "florin saga top --once"

python3 - "$transcript" docs/operating.md <<'PYTHON'
import re, sys
text = open(sys.argv[1]).read().rstrip() + "\n"
page = open(sys.argv[2]).read()
begin, end = "<!-- transcript -->\n", "<!-- end of transcript -->"
before, rest = page.split(begin)
_, after = rest.split(end)
open(sys.argv[2], "w").write(f"{before}{begin}```text\n{text}```\n{end}{after}")
PYTHON
