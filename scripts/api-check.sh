#!/usr/bin/env bash
# The served OpenAPI document against the real binary, by schemathesis: whatever a program sends, the answer is one that
# the document names. Starts its own servers and console, with a morning's mail in it.
#
#   scripts/api-check.sh [schemathesis options]…
#
# Needs Python 3 with venv; schemathesis is installed from PyPI into target/schemathesis.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
. scripts/world.sh

dir=/tmp/postdesk-api-$$
binaries=${CARGO_TARGET_DIR:-target}/debug
venv=target/schemathesis
serve_pid=

clean_up() {
    [ -z "$serve_pid" ] || kill "$serve_pid" 2>/dev/null || true
    stop_world
    as_root rm -rf "$dir"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

[ -x "$venv/bin/schemathesis" ] || { python3 -m venv "$venv" && "$venv/bin/pip" -q install "schemathesis>=4,<5"; }
cargo build --bin postdesk --example world --example send
start_world "$binaries/examples/world" "$dir"
set -a
# shellcheck source=/dev/null
. "$dir/ready.env"
set +a

for port in $(seq 8031 8060); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break; done
url=http://127.0.0.1:$port
config=$dir/postdesk.toml
(umask 077 && printf '%s\n' "$MAIL_PASSWORD" >"$dir/mail-password")
cat >"$config" <<END
[site]
name = "The College"
domains = ["college.test"]
[database]
url = "sqlite://$dir/postdesk.db"
[web]
listen = "127.0.0.1:$port"
public_url = "$url"
[[mailbox]]
name = "postmaster"
address = "postmaster@college.test"
host = "localhost"
port = $IMAPS_PORT
ca_file = "$CA_FILE"
user = "postmaster@college.test"
password_file = "mail-password"
[smtp]
host = "127.0.0.1"
port = $SMTP_PORT
tls = "none"
END
postdesk=("$binaries/postdesk" --config "$config")
"${postdesk[@]}" account add --login ada --name Ada --email ada@college.test --role authorised_postmaster \
    --role administrator --password-stdin <<<"a password for nobody" >/dev/null
token=$("${postdesk[@]}" token add --login ada --name schemathesis)
"${postdesk[@]}" serve >"$dir/log" 2>&1 &
serve_pid=$!
for _ in $(seq 100); do
    curl -fs "$url/readyz" >/dev/null && break
    sleep 0.1
done
for mail in examples/morning/*.eml; do
    # The last answers an acknowledgement, which the demo waits for.
    [[ $mail = */11-* || $mail = */12-* || $mail = */13-* ]] || "$binaries/examples/send" "127.0.0.1:$SMTP_PORT" mia@example.test postmaster@college.test "$mail" >/dev/null
done
for _ in $(seq 100); do
    [ "$(curl -s -H "Authorization: Bearer $token" "$url/api/v1/messages" | grep -o '"id"' | wc -l)" -ge 9 ] && break
    sleep 0.1
done

status=0
# That an `after` must be a `next` given before cannot be said in a schema.
"$venv/bin/schemathesis" run "$url/api/v1/openapi.json" --url "$url" --header "Authorization: Bearer $token" \
    --checks all --exclude-checks positive_data_acceptance --max-examples 200 --workers 2 "$@" || status=$?
if grep -q ERROR "$dir/log"; then
    say "The console's log has errors:"
    grep ERROR "$dir/log" >&2
    status=1
fi
exit "$status"
