# What atex-virt-helper-setup and the scripts beside this file share; bash reads it.
# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Every change goes through `change`: the command that takes it back is written to the script's
# journal before the change is made. `--undo` runs the journal backwards; so does a run that fails,
# up to where it began. The commands in it have to bear that there is nothing to take back.

set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin
umask 022
export LC_ALL=C.UTF-8

script=${0##*/}
state=/var/lib/atex-virt-helper-setup
journal=$state/$script.undo
dry_run=no
undoing=no
changes=0
first_line=  # where this run begins in the journal, once it is its turn to write
locked=no
scratch=
uri=${LIBVIRT_DEFAULT_URI:-qemu:///system}

say() { printf '%s\n' "$*"; }
warn() { printf '%s: %s\n' "$script" "$*" >&2; }
fail() { warn "$*"; exit 1; }
usage_error() { warn "$*; see $script --help"; exit 2; }
quoted() { local text; printf -v text '%q ' "$@"; printf '%s\n' "${text% }"; }

# The comment at the top of the script is its help, and so are the parameters below it.
show_help() {
    local parameters name value comment
    sed -n '2,/^[^#]/{ /^# SPDX/d; s/^# \{0,1\}//p }' "$0"
    parameters=$(sed -nE 's/^([A-Z_]+)=\$\{[A-Z_]+:-(.*)\} *(# *(.*))?$/\1|\2|\4/p' "$0")
    [ -n "$parameters" ] || return 0
    printf '\nThe parameters, and what they are by default:\n\n'
    while IFS='|' read -r name value comment; do
        printf '  %-18s %-34s %s\n' "$name" "${value:-(nothing)}" "$comment"
    done <<<"$parameters" | sed 's/ *$//'
}

# Reads the options that all the scripts have.
read_options() {
    local word
    for word; do
        case $word in
            --dry-run | -n) dry_run=yes ;;
            --undo) undoing=yes ;;
            --help | -h) show_help; exit 0 ;;
            *) usage_error "unknown option or word '$word'" ;;
        esac
    done
}

# Call once the options are read: from here on a failure takes back what this run did.
begin() {
    [ "$(id -u)" -eq 0 ] || fail 'this has to run as root'
    scratch=$(mktemp -d)
    trap finish EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    exec 9>/run/atex-virt-helper-setup.lock
    flock -n 9 || fail 'another set-up script is running: wait for its end'
    locked=yes
    if [ $undoing = yes ]; then
        take_back 0 || exit 1
        exit 0
    fi
    if [ $dry_run = no ]; then
        install -d -m 700 "$state"
        touch "$journal"
        first_line=$(wc -l <"$journal")
    fi
}

finish() {
    local status=$?
    trap - EXIT
    trap '' HUP INT TERM
    if [ $status -ne 0 ] && [ -n "$first_line" ] &&
        [ "$(wc -l <"$journal")" -gt "$first_line" ]; then
        warn 'taking back what this run did'
        take_back "$first_line" || true
    fi
    if [ $locked = yes ] && [ $dry_run = no ]; then
        if [ -f "$journal" ] && [ ! -s "$journal" ]; then rm -f "$journal"; fi
        [ ! -d "$state" ] || rmdir --ignore-fail-on-non-empty "$state"
    fi
    rm -rf "$scratch"
    exit $status
}

# Runs the journal backwards, down to line FROM. What fails stays in it, for another try.
take_back() {
    local from=$1 lines number kept=() failed=0
    if [ ! -s "$journal" ]; then
        say 'nothing to undo'
        return 0
    fi
    mapfile -t lines <"$journal"
    for ((number = ${#lines[@]} - 1; number >= from; number--)); do
        if [ $dry_run = yes ]; then
            say "would run: ${lines[number]}"
            continue
        fi
        say "+ ${lines[number]}"
        # The journal is root's own, and `quoted` wrote each line.
        if (set +e; eval "${lines[number]}") 9>&-; then
            unset "lines[number]"
        else
            warn "cannot be taken back: ${lines[number]}"
            failed=1
        fi
        kept=("${lines[@]}")
        printf '%s\n' "${kept[@]}" | sed '/^$/d' >"$journal"
    done
    return $failed
}

# change UNDO... -- COMMAND...: the one way to change the host. UNDO may be empty.
change() {
    local back=()
    while [ "$1" != -- ]; do back+=("$1"); shift; done
    shift
    changes=$((changes + 1))
    if [ $dry_run = yes ]; then
        say "would run: $(quoted "$@")"
        return 0
    fi
    [ ${#back[@]} -eq 0 ] || quoted "${back[@]}" >>"$journal"
    say "+ $(quoted "$@")"
    "$@" 9>&-  # what starts a daemon must not hand it our lock
}

# What is to happen when the changes after this one have been taken back.
undo_then() { [ $dry_run = yes ] || quoted "$@" >>"$journal"; }

# put FILE MODE: the input becomes that file, all at once. What it replaces is kept for --undo.
put() {
    local file=$1 mode=$2 new=$scratch/new saved
    cat >"$new"
    if [ -f "$file" ] && cmp -s "$new" "$file" && [ "$(stat -c %a "$file")" = "${mode#0}" ]; then
        say "$file is as it should be"
        return 0
    fi
    if [ $dry_run = yes ]; then
        changes=$((changes + 1))
        say "would write $file, mode $mode:"
        diff -u --label "$file" --label "$file (new)" "$(readable "$file")" "$new" |
            sed 's/^/    /' || true
        return 0
    fi
    make_directory "$(dirname "$file")" 755
    if [ -e "$file" ]; then
        saved=$(mktemp "$state/saved.XXXXXX")
        cp -p "$file" "$saved"
        change restore "$saved" "$file" -- replace "$new" "$file" "$mode"
    else
        change rm -f "$file" -- replace "$new" "$file" "$mode"
    fi
}
readable() { if [ -r "$1" ]; then echo "$1"; else echo /dev/null; fi; }
replace() {
    # In sudoers.d, sshd_config.d and hooks a name with a dot in front is nobody's.
    local beside
    beside=$(dirname "$2")/.${2##*/}.new
    install -m "$3" "$1" "$beside"
    mv -f "$beside" "$2"
    label "$2"
}
restore() {
    [ ! -e "$1" ] || mv -f "$1" "$2"
    label "$2"
}
label() { if command -v restorecon >/dev/null; then restorecon -F "$1" || true; fi; }

# make_directory DIR MODE: with those above it; --undo removes those that are empty then.
make_directory() {
    [ ! -d "$1" ] || return 0
    make_directory "$(dirname "$1")" 755
    change remove_empty "$1" -- install -d -m "$2" "$1"
}
remove_empty() { [ ! -d "$1" ] || rmdir --ignore-fail-on-non-empty "$1"; }

need() {  # PROGRAM PACKAGE
    command -v "$1" >/dev/null || fail "there is no '$1' on this host: install the package $2"
}
has_systemd() { [ -d /run/systemd/system ]; }

# virsh, or the helper, which has its commands: a host need not have virsh.
virsh_() {
    if command -v virsh >/dev/null; then
        virsh -q -c "$uri" "$@"
        return
    fi
    need atex-virt-helper atex-virt-helper
    atex-virt-helper "$uri" virsh "$@" </dev/null
}

reach_libvirt() {
    virsh_ version >/dev/null 2>&1 ||
        fail "libvirt cannot be reached at $uri: is its daemon running?"
}

# For the journal: whoever undoes need not have the same LIBVIRT_DEFAULT_URI.
at() {  # URI COMMAND...
    local uri=$1
    shift
    "$@"
}

# ---- a storage pool of a directory

pool_value() {  # POOL XPATH
    virsh_ pool-dumpxml "$1" 2>/dev/null | sed -n "s/.*<$2>\(.*\)<\/$2>.*/\1/p" | head -n 1
}
pool_info() {  # POOL FIELD: active, persistent, autostart say yes or no
    virsh_ pool-info "$1" 2>/dev/null | sed -n "s/^$2: *//p"
}
set_up_pool() {  # NAME DIRECTORY
    local name=$1 directory=$2 there=no path
    case $directory in
        /*) ;;
        *) fail "the directory of pool '$name' has to be an absolute path, not '$directory'" ;;
    esac
    reach_libvirt
    if virsh_ pool-info "$name" >/dev/null 2>&1; then
        there=yes
        path=$(pool_value "$name" path)
        virsh_ pool-dumpxml "$name" | grep -q "<pool type=['\"]dir['\"]" ||
            fail "pool '$name' exists and is no directory pool, which is what the helper needs"
        [ "$path" = "$directory" ] ||
            fail "pool '$name' exists, but its directory is $path, not $directory"
    fi
    make_directory "$directory" 711
    if [ $there = no ] || [ "$(pool_info "$name" Persistent)" = no ]; then
        change at "$uri" forget_pool "$name" -- \
            virsh_ pool-define-as "$name" dir --target "$directory"
    else
        say "pool '$name' is defined"
    fi
    if [ $there = no ] || [ "$(pool_info "$name" State)" != running ]; then
        # builds nothing where the directory is there, but checks that it can be used
        change -- virsh_ pool-build "$name"
        change at "$uri" stop_pool "$name" -- virsh_ pool-start "$name"
    else
        say "pool '$name' is active"
    fi
    if [ $there = no ] || [ "$(pool_info "$name" Autostart)" != yes ]; then
        change at "$uri" no_autostart pool "$name" -- virsh_ pool-autostart "$name"
    else
        say "pool '$name' starts by itself"
    fi
}
forget_pool() { ! virsh_ pool-info "$1" >/dev/null 2>&1 || virsh_ pool-undefine "$1"; }
stop_pool() { [ "$(pool_info "$1" State)" != running ] || virsh_ pool-destroy "$1"; }
no_autostart() {  # pool|net NAME
    ! virsh_ "$1-info" "$2" >/dev/null 2>&1 || virsh_ "$1-autostart" "$2" --disable
}

# ---- a libvirt network

net_info() { virsh_ net-info "$1" 2>/dev/null | sed -n "s/^$2: *//p"; }
forget_net() { ! virsh_ net-info "$1" >/dev/null 2>&1 || virsh_ net-undefine "$1"; }
stop_net() { [ "$(net_info "$1" Active)" != yes ] || virsh_ net-destroy "$1"; }
check_net_name() {
    [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9_.-]*$ ]] || usage_error "'$1' is no name for a network"
}
set_up_net() {  # NAME XML-FILE BRIDGE
    local there
    reach_libvirt
    if virsh_ net-info "$1" >/dev/null 2>&1; then
        there=$(net_info "$1" Bridge)
        [ "$there" = "$3" ] || fail "network '$1' exists, but over the bridge '$there', not '$3'"
        say "network '$1' is defined"
    else
        change at "$uri" forget_net "$1" -- virsh_ net-define "$2"
    fi
    if [ "$(net_info "$1" Active)" != yes ]; then
        change at "$uri" stop_net "$1" -- virsh_ net-start "$1"
    else
        say "network '$1' is active"
    fi
    if [ "$(net_info "$1" Autostart)" != yes ]; then
        change at "$uri" no_autostart net "$1" -- virsh_ net-autostart "$1"
    else
        say "network '$1' starts by itself"
    fi
}

# ---- something that is to be there after each start of the host

service() {  # NAME DESCRIPTION UP DOWN: both commands may run again and again
    local unit=/etc/systemd/system/$1.service before=$changes
    undo_then "$4"
    if has_systemd; then undo_then systemctl daemon-reload; fi
    if [ -d /etc/systemd/system ]; then
        put "$unit" 644 <<END
[Unit]
Description=$2
Wants=network.target
After=network.target nftables.service
Before=libvirtd.service virtqemud.service virtnetworkd.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=$3
ExecStop=$4

[Install]
WantedBy=multi-user.target
END
    fi
    if has_systemd; then
        [ $changes -eq "$before" ] || change -- systemctl daemon-reload
        systemctl -q is-enabled "$1.service" 2>/dev/null ||
            change systemctl -q disable "$1.service" -- systemctl -q enable "$1.service"
        change systemctl stop "$1.service" -- systemctl restart "$1.service"
    else
        change -- "$3"
    fi
}

# The last words of a run.
summary() {
    if [ $changes -eq 0 ]; then
        say "nothing to do: $*"
    elif [ $dry_run = yes ]; then
        say "nothing was changed"
    else
        say "done: $*; '$script --undo' takes it back"
    fi
}
