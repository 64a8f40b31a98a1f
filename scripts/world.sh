# shellcheck shell=bash
# Starts and stops the servers of examples/world. Sourced by ./demo and ./test, after packages.sh.
#
#   start_world BINARY DIR [OPTION]…    returns when all answer; their addresses are then in DIR/ready.env
#   stop_world                          returns when they are gone
#
# The world's standard input is a pipe that only this shell holds: however the shell ends, the world ends.
# (bash keeps it from the programs it runs.)

world_log=
world_pid=

start_world() {
    local binary=$1 dir=$2 tries run=()
    shift 2
    [ "$(id -u)" = 0 ] || run=(sudo)
    world_log=$(mktemp)
    # A file left by a world that was killed would name servers that are gone.
    as_root rm -f "$dir/ready.env"
    # The servers' own accounts, and whoever runs the tests, must be able to read what root writes here.
    coproc world_process { umask 022 && exec "${run[@]}" "$binary" --dir "$dir" "$@" >/dev/null 2>"$world_log"; }
    # shellcheck disable=SC2154 # coproc sets it
    world_pid=$world_process_PID
    for ((tries = 0; tries < 600; tries++)); do
        [ -e "$dir/ready.env" ] && return
        world_runs || break
        sleep 0.1
    done
    say "The mail servers did not start:"
    cat "$world_log" >&2
    return 1
}

# `kill -0` would tell nothing about a process of root's.
world_runs() { [ -d "/proc/$world_pid" ]; }

stop_world() {
    [ -n "$world_log" ] || return 0
    if [ -n "${world_process[1]:-}" ]; then eval "exec ${world_process[1]}>&-"; fi
    wait "$world_pid" 2>/dev/null || true
    rm -f "$world_log"
    world_log=
}
