#!/usr/bin/env bash
# Random bytes against everything that reads what strangers write.
#
#   scripts/fuzz.sh SECONDS [TARGET]…    each target for so long; all of them if none is named
#
# Needs cargo-fuzz (cargo install cargo-fuzz) and a nightly toolchain (rustup toolchain install nightly).
# Seeds are the fixtures of the tests; what is found grows in fuzz/corpus, crashes lie in fuzz/artifacts.
# A crash becomes a regression test before it is mended. The last lines say what each target did.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:?how many seconds for each target}
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(letter html imap search api configuration feedback xarf prose outlook)
toolchain=${FUZZ_TOOLCHAIN:-nightly}

seed() {
    local target=$1 to=fuzz/corpus/$1
    mkdir -p "$to"
    case "$target" in
    letter) cp -n tests/fixtures/mail/*.eml tests/fixtures/fuzz/letter/* examples/morning/*.eml "$to/" 2>/dev/null || true ;;
    feedback)
        cp -n tests/fixtures/mail/arf.eml "$to/"
        printf 'Feedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\nSource-IP: 203.0.113.12\nOriginal-Rcpt-To: <a@b.test>\nReported-URI: hxxp://a[.]test/\n' >"$to/fields"
        ;;
    xarf)
        printf '{"xarf_version":"4.0.0","report_id":"1","reporter":{},"source_identifier":"203.0.113.12","category":"content","type":"csam","url":"http://a.test"}' >"$to/four"
        printf '{"Version":"3","ReporterInfo":{},"Report":{"ReportType":"Spam","SourceIp":"203.0.113.12","Date":"2026-11-24T09:00:00Z"}}' >"$to/three"
        printf -- '---\nReport-ID: 1\nSource: 203.0.113.12\nSource-Type: ip-address\nDate: Tue, 24 Nov 2026 09:00:00 +0000\n' >"$to/yaml"
        ;;
    prose) cp -n src/reading/prose/samples/*.txt src/reading/form/samples/*.txt tests/fixtures/mail/complaint-*.eml "$to/" ;;
    outlook) cp -n tests/fixtures/fuzz/outlook/* "$to/" 2>/dev/null || true ;;
    html) cp -n tests/fixtures/fuzz/html/* "$to/" 2>/dev/null || true ;;
    configuration) cp -n postdesk.example.toml "$to/" ;;
    search) printf 'state:any kind:complaint from:ann@x.test owner:me tag:arf "two words" -no OR NEAR(a b) *' >"$to/words" ;;
    api) printf '\000\000state=new&kind=complaint&limit=5&after=MQ&q=x' >"$to/query" ;;
    imap)
        printf '* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n\377* 1 FETCH (UID 1 RFC822.SIZE 5 INTERNALDATE " 1-Jul-2026 09:00:00 +0200")\r\n\377* 1 FETCH (UID 1 RFC822.SIZE 5 INTERNALDATE " 1-Jul-2026 09:00:00 +0200" BODY[] {5}\r\nhello)\r\n\377* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n\377* 1 FETCH (UID 1)\r\n\377+ idling\r\n* 4 EXISTS\r\n' >"$to/session"
        ;;
    esac
}

# Built once: what is fuzzed does not change while it runs.
cargo "+$toolchain" fuzz build --fuzz-dir fuzz
host=$(rustc "+$toolchain" -vV | awk '/^host: / { print $2 }')
binaries=fuzz/target/$host/release

report=$(mktemp)
trap 'rm -f "$report"' EXIT
failed=0
for target in "${targets[@]}"; do
    seed "$target"
    log=$(mktemp)
    mkdir -p "fuzz/artifacts/$target"
    if "$binaries/$target" "fuzz/corpus/$target" -artifact_prefix="fuzz/artifacts/$target/" \
        -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 >"$log" 2>&1; then
        end=well
    else
        end="FAILED, see $log"
        failed=1
    fi
    runs=$(awk '/stat::number_of_executed_units/ { print $2 }' "$log")
    memory=$(awk '/stat::peak_rss_mb/ { print $2 }' "$log")
    printf '%-14s %10s runs  %5s MB at most  %s\n' "$target" "${runs:-?}" "${memory:-?}" "$end" | tee -a "$report" >&2
    [ "$end" != well ] || rm -f "$log"
done
echo "---"
cat "$report"
exit "$failed"
