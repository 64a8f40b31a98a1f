# shellcheck shell=bash
# What the machine must have. Sourced by ./demo and ./test.
#
#   need FILE PACKAGE WHY…    notes the Debian package if the file is not there
#   install_missing           installs what was noted, all at once

missing_packages=()
missing_reasons=()

say() { printf '%s\n' "$*" >&2; }
stop_with() { say "$*"; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

need() {
    local file=$1 package=$2
    shift 2
    [ -e "$file" ] && return
    missing_packages+=("$package")
    missing_reasons+=("  $package: $*")
}

# The same for a program that may be anywhere on the path.
need_program() {
    local found
    found=$(command -v "$1" || true)
    shift
    need "${found:-/nowhere}" "$@"
}

# sudo asks once, before anything takes time.
require_root() {
    [ "$(id -u)" = 0 ] && return
    command -v sudo >/dev/null || stop_with "Please run this as root, or install sudo: $1"
    say "sudo is needed: $1"
    sudo -v
}

install_missing() {
    [ ${#missing_packages[@]} = 0 ] && return
    say "To be installed with apt-get:"
    printf '%s\n' "${missing_reasons[@]}" >&2
    local install=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends)
    local log
    log=$(mktemp)
    as_root apt-get -q update >"$log" 2>&1 || say "apt-get update failed; going on with the lists there are: $(tail -n 3 "$log")"
    # Postfix and exim4 exclude each other: a mail server in use must not vanish for a demonstration.
    local plan removed
    plan=$(as_root "${install[@]}" -s install "${missing_packages[@]}") ||
        stop_with "apt-get cannot install these packages: $plan"
    removed=$(awk '/^Remv / { print "  " $2 }' <<<"$plan")
    if [ -n "$removed" ]; then
        say "apt-get would remove packages of this machine for it:"
        say "$removed"
        stop_with "Nothing was changed. Please use a machine (or a container) where they are not in use."
    fi
    if [[ " ${missing_packages[*]} " == *" postfix "* ]]; then
        # No configuration of the machine's own: the world brings an instance with its own.
        as_root debconf-set-selections <<<'postfix postfix/main_mailer_type select No configuration'
    fi
    local policy=/usr/sbin/policy-rc.d ours=
    if [ ! -e $policy ]; then
        # No server of the machine's own is started by being installed.
        ours=yes
        printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
        as_root chmod 755 $policy
    fi
    local installed=0
    as_root "${install[@]}" install "${missing_packages[@]}" >"$log" 2>&1 || installed=$?
    [ -z "$ours" ] || as_root rm -f $policy
    [ "$installed" = 0 ] || stop_with "apt-get did not install the packages: $(tail -n 20 "$log")"
    rm -f "$log"
    if [ -d /run/systemd/system ]; then
        # Nor at the next boot.
        local unit
        for unit in postfix dovecot postgresql; do
            if [[ " ${missing_packages[*]}" == *" $unit"* ]]; then as_root systemctl -q disable "$unit" || true; fi
        done
    fi
    missing_packages=()
}

need_for_building() {
    # Debian's own is too old, so this is not ours to install.
    command -v cargo >/dev/null || stop_with "cargo is not on the path. Please install Rust from https://rustup.rs"
    need_program cc gcc "builds SQLite, zstd and ring, which are C inside"
    need /usr/include/stdlib.h libc6-dev "the C library's headers, for the same"
    need /etc/ssl/certs/ca-certificates.crt ca-certificates "the machine's trust store"
    need /usr/share/zoneinfo/Europe/London tzdata "the site's time zone"
}

need_for_the_world() {
    need /usr/sbin/dovecot dovecot-core "the mailboxes"
    need /usr/lib/dovecot/imap dovecot-imapd "reads them over IMAP"
    need /usr/lib/dovecot/lmtp dovecot-lmtpd "takes mail from Postfix"
    need /usr/lib/postfix/sbin/master postfix "takes and sends mail over SMTP"
    need_program openssl openssl "makes the servers' certificate"
    need_program setpriv util-linux "ends the servers when we end"
}
