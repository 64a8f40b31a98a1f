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
[ ${#targets[@]} -gt 0 ] || targets=(letter html imap search api configuration feedback xarf prose outlook dmarc tls)
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
    dmarc)
        printf '<?xml version="1.0"?><feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0"><version>1.0</version><report_metadata><org_name>a</org_name><email>b</email><report_id>c</report_id><date_range><begin>1795392000</begin><end>1795478399</end></date_range></report_metadata><policy_published><domain>college.test</domain><adkim>r</adkim><aspf>r</aspf><p>none</p><sp>none</sp><np>none</np><pct>100</pct><fo>0</fo><testing>n</testing><discovery_method>psl</discovery_method></policy_published><record><row><source_ip>192.0.2.1</source_ip><count>1</count><policy_evaluated><disposition>none</disposition><dkim>fail</dkim><spf>pass</spf><reason><type>forwarded</type><comment>&amp;&#65;</comment></reason></policy_evaluated></row><identifiers><envelope_to>d</envelope_to><envelope_from>e</envelope_from><header_from>college.test</header_from></identifiers><auth_results><dkim><domain>f</domain><selector>g</selector><result>fail</result><human_result>h</human_result></dkim><spf><domain>i</domain><scope>mfrom</scope><result>pass</result></spf></auth_results></record></feedback>' >"$to/report"
        gzip -nkf "$to/report"
        ;;
    tls)
        printf '{"organization-name":"a","date-range":{"start-datetime":"2026-11-23T00:00:00Z","end-datetime":"2026-11-23T23:59:59Z"},"contact-info":"b","report-id":"c","policies":[{"policy":{"policy-type":"sts","policy-string":["version: STSv1","mode: enforce"],"policy-domain":"college.test","mx-host":["mx.college.test"]},"summary":{"total-successful-session-count":9,"total-failure-session-count":1},"failure-details":[{"result-type":"certificate-expired","sending-mta-ip":"192.0.2.1","receiving-mx-hostname":"d","receiving-ip":"192.0.2.2","failed-session-count":1,"additional-information":"e","failure-reason-code":"f"}]}]}' >"$to/report"
        gzip -nkf "$to/report"
        ;;
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
