# Functions that atex-virt-helper-setup and the scripts in this directory share; for bash.
# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Every change is made with `change`. Before the change, `change` writes a command that undoes it to
# the script's journal. `--undo` runs the journal backwards; a run that fails does the same with its
# own part of the journal. An undo command must succeed if there is nothing to undo, because the
# script may be killed between the journal entry and the change. `gone` recognizes undo commands
# whose object no longer exists. Keep the names of these functions: a journal may have been written
# by an older version.

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
first_line=  # number of journal lines before this run; empty until this run may write to it
undo_filter=()  # a command that selects the journal entries that --undo undoes; empty: all of them
locked=no
scratch=
uri=${LIBVIRT_DEFAULT_URI:-qemu:///system}

say() { printf '%s\n' "$*"; }
warn() { printf '%s: %s\n' "$script" "$*" >&2; }
fail() { warn "$*"; exit 1; }
usage_error() { warn "$*; see $script --help"; exit 2; }
quoted() { local text; printf -v text '%q ' "$@"; printf '%s\n' "${text% }"; }

# Prints the comment at the top of the script, and the parameters below it with their defaults.
show_help() {
    local parameters name value comment
    sed -n '2,/^[^#]/{ /^# SPDX/d; s/^# \{0,1\}//p }' "$0"
    parameters=$(sed -nE 's/^([A-Z_]+)=\$\{[A-Z_]+:-(.*)\} *(# *(.*))?$/\1|\2|\4/p' "$0")
    [ -n "$parameters" ] || return 0
    printf '\nParameters and their defaults:\n\n'
    while IFS='|' read -r name value comment; do
        printf '  %-18s %-34s %s\n' "$name" "${value:-(nothing)}" "$comment"
    done <<<"$parameters" | sed 's/ *$//'
}

# Parses the options that all scripts have.
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

# Call this after the options are parsed. From here on, a failure rolls back this run's changes.
begin() {
    [ "$(id -u)" -eq 0 ] || fail 'this script must be run as root'
    scratch=$(mktemp -d)
    trap finish EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    exec 9>/run/atex-virt-helper-setup.lock
    flock -n 9 || fail 'another setup script is running: wait until it ends'
    locked=yes
    if [ $undoing = yes ]; then
        roll_back 0 ${undo_filter[@]+"${undo_filter[@]}"} || exit 1
        exit 0
    fi
    if [ $dry_run = no ]; then
        install -d -m 700 "$state"
        touch "$journal"
        first_line=$(wc -l <"$journal")
    fi
}

# A run that ends with a status other than 0 after this keeps its changes.
keep_changes() { first_line=; }

finish() {
    local status=$?
    trap - EXIT
    trap '' HUP INT TERM
    if [ $status -ne 0 ] && [ -n "$first_line" ] &&
        [ "$(wc -l <"$journal")" -gt "$first_line" ]; then
        warn 'rolling back the changes of this run'
        roll_back "$first_line" || true
    fi
    if [ $locked = yes ] && [ $dry_run = no ]; then
        if [ -f "$journal" ] && [ ! -s "$journal" ]; then rm -f "$journal"; fi
        [ ! -d "$state" ] || rmdir --ignore-fail-on-non-empty "$state"
    fi
    rm -rf "$scratch"
    exit $status
}

# roll_back FROM [FILTER...]: runs the journal backwards, down to line FROM, without the commands for
# which FILTER fails. A command that fails stays in the journal for the next --undo.
roll_back() {
    local from=$1 lines=() number kept=() words reason seen=0 failed=0
    shift
    [ ! -s "$journal" ] || mapfile -t lines <"$journal"
    for ((number = ${#lines[@]} - 1; number >= from; number--)); do
        # eval is safe: only root can write the journal, and `quoted` escaped each line.
        eval "words=(${lines[number]})"
        [ $# -eq 0 ] || "$@" "${words[@]}" || continue
        seen=$((seen + 1))
        if [ $dry_run = yes ]; then
            planned "${words[@]}"
            continue
        fi
        if reason=$(gone "${words[@]}"); then
            say "skipped: $(step "${words[@]}"): $reason"
            unset "lines[number]"
        else
            say "+ $(step "${words[@]}")"
            # Close descriptor 9 in the subshell: a daemon that it starts would keep the lock.
            if (set +e; "${words[@]}") 9>&-; then
                unset "lines[number]"
            else
                warn "cannot undo, kept for the next --undo: $(step "${words[@]}")"
                failed=1
            fi
        fi
        kept=("${lines[@]}")
        printf '%s\n' "${kept[@]}" | sed '/^$/d' >"$journal"
    done
    [ $seen -gt 0 ] || say 'nothing to undo'
    return $failed
}

# Prints what a function of these scripts does, in plain language; nothing for other commands.
described() {
    local kind=pool
    case $1 in
        at) described "${@:3}" ;;
        no_group) say "remove the group '$2'" ;;
        no_user) say "end the processes of the account '$2', and remove it with its home directory" ;;
        no_member) say "remove the account '$2' from the group '$3'" ;;
        add_line) say "add the key $(key_name "$3") to $2" ;;
        drop_line) say "remove the key $(key_name "$3") from $2" ;;
        reload_sshd) say 'make sshd load its configuration' ;;
        restart_libvirt) say "restart libvirt's daemon" ;;
        remove_empty) say "remove the directory $2 if it is empty" ;;
        replace) say "write $3, mode $4" ;;
        restore) say "restore the previous $3" ;;
        rm) say "remove ${*:3}" ;;
        define_domain) say 'define the domain' ;;
        forget_domain) say "remove the domain '$2' from libvirt" ;;
        forget_volume) say "remove the volume '$4' from the pool '$3'" ;;
        forget_pool) say "remove the pool '$2' from libvirt, but not its files" ;;
        stop_pool) say "stop the pool '$2'" ;;
        no_autostart)
            [ "$2" = pool ] || kind=network
            say "not start the $kind '$3' with the host" ;;
        forget_net) say "remove the network '$2' from libvirt" ;;
        stop_net) say "stop the network '$2'" ;;
        define_net) say "define the network '$3' again" ;;
        start_net) say "start the network '$2'" ;;
        autostart_net) say "start the network '$2' with the host" ;;
        add_account) say "create the SASL account '$2'" ;;
        no_account) say "remove the SASL account '$2@$3'" ;;
        /*) say "run $*" ;;
    esac
}
key_name() {  # LINE OF AUTHORIZED_KEYS: its comment, or the start of the key
    local name
    name=$(sed -nE 's/^.*AAAA[A-Za-z0-9+/=]+ +([^ ].*)$/\1/p' <<<"$1")
    say "'${name:-${1:0:40}...}'"
}
step() {
    local text
    text=$(described "$@")
    say "${text:-$(command_line_of "$@")}"
}
planned() {
    local text
    text=$(described "$@")
    if [ -n "$text" ]; then say "would $text"; else say "would run: $(command_line_of "$@")"; fi
}
command_line_of() {
    if [ "$1" = virsh_ ]; then shift; set -- virsh "$@"; fi
    quoted "$@"
}

# Succeeds and prints the reason if an undo command has nothing to undo, because its object or the
# program that it needs does not exist any more.
gone() {
    local uri=$uri
    case $1 in
        at)
            if ! command -v virsh >/dev/null && ! command -v atex-virt-helper >/dev/null; then
                say 'neither virsh nor atex-virt-helper is installed'
            else
                # If libvirt does not respond, this is unknown: the command itself will fail.
                uri=$2
                virsh_ version >/dev/null 2>&1 && gone "${@:3}"
            fi ;;
        no_group) ! getent group "$2" >/dev/null && say 'the group does not exist' ;;
        no_user) ! getent passwd "$2" >/dev/null && say 'the account does not exist' ;;
        no_member)
            ! id -nG "$2" 2>/dev/null | tr ' ' '\n' | grep -qxF "$3" &&
                say 'the account does not exist or is not in the group' ;;
        # Not in a FIFO, which an account could have put there: reading would wait.
        drop_line) { [ ! -f "$2" ] || ! grep -qsxF -- "$3" "$2"; } && say 'it is not in the file' ;;
        remove_empty) [ ! -d "$2" ] && say 'it does not exist' ;;
        rm) [ ! -e "${*:3}" ] && say 'it does not exist' ;;
        restore)
            if [ ! -e "$2" ]; then
                say 'there is no saved copy'
            else
                [ ! -d "$(dirname "$3")" ] && say 'its directory does not exist'
            fi ;;
        reload_sshd) ! command -v sshd >/dev/null && say 'sshd is not installed' ;;
        forget_pool | stop_pool)
            ! virsh_ pool-info "$2" >/dev/null 2>&1 && say 'the pool does not exist' ;;
        forget_net | stop_net)
            ! virsh_ net-info "$2" >/dev/null 2>&1 && say 'the network does not exist' ;;
        no_autostart)
            ! virsh_ "$2-info" "$3" >/dev/null 2>&1 && say 'it does not exist' ;;
        define_net) [ ! -e "$2" ] && say 'there is no saved copy' ;;
        systemctl)
            if ! has_systemd || ! command -v systemctl >/dev/null; then
                say 'systemd does not run here'
            else
                case "$*" in
                    *.service)
                        ! systemctl cat "${!#}" >/dev/null 2>&1 && say 'the unit does not exist' ;;
                    *) return 1 ;;
                esac
            fi ;;
        no_account)
            ! command -v saslpasswd2 >/dev/null && say 'saslpasswd2 is not installed' ;;
        *) ! type -t -- "$1" >/dev/null && say "there is no $1" ;;
    esac
}

# change UNDO... -- COMMAND...: runs COMMAND, which changes the host. UNDO may be empty. All changes
# must be made with this function.
change() {
    local back=()
    while [ "$1" != -- ]; do back+=("$1"); shift; done
    shift
    changes=$((changes + 1))
    if [ $dry_run = yes ]; then
        planned "$@"
        return 0
    fi
    [ ${#back[@]} -eq 0 ] || quoted "${back[@]}" >>"$journal"
    say "+ $(step "$@")"
    "$@" 9>&-  # a daemon that COMMAND starts must not inherit our lock
}

# Registers a command that --undo runs after it has undone all later changes.
undo_then() { [ $dry_run = yes ] || quoted "$@" >>"$journal"; }

# put FILE MODE: atomically replaces FILE with standard input. The old file is saved for --undo.
put() {
    local file=$1 mode=$2 new=$scratch/new saved
    cat >"$new"
    if [ -f "$file" ] && cmp -s "$new" "$file" && [ "$(stat -c %a "$file")" = "${mode#0}" ]; then
        say "$file is up to date"
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
    # sudo, sshd and libvirt ignore files in these directories whose names begin with a dot.
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

# make_directory DIR MODE: creates missing parents too. --undo removes those that are empty.
make_directory() {
    [ ! -d "$1" ] || return 0
    make_directory "$(dirname "$1")" 755
    change remove_empty "$1" -- install -d -m "$2" "$1"
}
remove_empty() { [ ! -d "$1" ] || rmdir --ignore-fail-on-non-empty "$1"; }

need() {  # PROGRAM PACKAGE
    command -v "$1" >/dev/null || fail "'$1' is not installed: install the package $2"
}
# matches PATTERN COMMAND...: succeeds if the output of COMMAND has a line that matches. In a pipe,
# `grep -q` exits at the first match, and then COMMAND fails if it still has something to write.
matches() {
    local pattern=$1
    shift
    grep -q -- "$pattern" <<<"$("$@")"
}
has_systemd() { [ -d /run/systemd/system ]; }

# Runs a virsh command. Without virsh the helper runs it, because it has the same commands.
virsh_() {
    if command -v virsh >/dev/null; then
        virsh -q -c "$uri" "$@"
        return
    fi
    need atex-virt-helper atex-virt-helper
    atex-virt-helper "$uri" virsh -q "$@" </dev/null
}

reach_libvirt() {
    virsh_ version >/dev/null 2>&1 ||
        fail "cannot connect to libvirt at $uri: is its daemon running?"
}

# Runs a command with another $uri. Undo commands use this, because LIBVIRT_DEFAULT_URI may differ
# when they are run.
at() {  # URI COMMAND...
    local uri=$1
    shift
    if ! virsh_ version >/dev/null 2>&1; then
        warn "cannot connect to libvirt at $uri: is its daemon running?"
        return 1
    fi
    "$@"
}

# ---- a directory pool

pool_value() {  # POOL XPATH
    virsh_ pool-dumpxml "$1" 2>/dev/null | sed -n "s/.*<$2>\(.*\)<\/$2>.*/\1/p" | head -n 1
}
pool_info() {  # POOL FIELD: for example Persistent, State or Autostart
    virsh_ pool-info "$1" 2>/dev/null | sed -n "s/^$2: *//p"
}
set_up_pool() {  # NAME DIRECTORY
    local name=$1 directory=$2 there=no path
    case $directory in
        /*) ;;
        *) fail "the directory of pool '$name' must be an absolute path, not '$directory'" ;;
    esac
    reach_libvirt
    if virsh_ pool-info "$name" >/dev/null 2>&1; then
        there=yes
        path=$(pool_value "$name" path)
        matches "<pool type=['\"]dir['\"]" virsh_ pool-dumpxml "$name" ||
            fail "pool '$name' exists but is not a directory pool, which the helper needs"
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
        # If the directory exists, this only checks that libvirt can use it.
        change -- virsh_ pool-build "$name"
        change at "$uri" stop_pool "$name" -- virsh_ pool-start "$name"
    else
        say "pool '$name' is active"
    fi
    if [ $there = no ] || [ "$(pool_info "$name" Autostart)" != yes ]; then
        change at "$uri" no_autostart pool "$name" -- virsh_ pool-autostart "$name"
    else
        say "pool '$name' starts with the host"
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
    [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9_.-]*$ ]] || usage_error "'$1' is not a valid name for a network"
}
set_up_net() {  # NAME XML-FILE BRIDGE
    local there
    reach_libvirt
    if virsh_ net-info "$1" >/dev/null 2>&1; then
        there=$(net_info "$1" Bridge)
        [ "$there" = "$3" ] || fail "network '$1' exists, but its bridge is '$there', not '$3'"
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
        say "network '$1' starts with the host"
    fi
}

# ---- addresses and devices

# Prints the IPv4 address A.B.C.D as a number; fails if it is not valid.
number() {  # ADDRESS
    local IFS=. parts part value=0
    read -ra parts <<<"$1"
    [ ${#parts[@]} -eq 4 ] || return 1
    for part in "${parts[@]}"; do
        [[ $part =~ ^[0-9]{1,3}$ ]] && [ "$((10#$part))" -le 255 ] || return 1
        value=$((value << 8 | 10#$part))
    done
    echo "$value"
}
dotted() { echo "$(($1 >> 24 & 255)).$(($1 >> 16 & 255)).$(($1 >> 8 & 255)).$(($1 & 255))"; }
check_device_name() {
    [[ $1 =~ ^[A-Za-z0-9_.-]{1,15}$ ]] ||
        usage_error "'$1' is not a valid name for a device: use at most 15 letters and digits"
}
check_mac() {
    [[ $1 =~ ^([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$ ]] ||
        usage_error "MAC '$1' is not six pairs of hexadecimal digits"
    (( 16#${1:1:1} % 2 == 0 )) ||
        usage_error "MAC '$1' is a multicast address: its second digit must be even"
}

# ---- settings that must be applied at each start of the host

service() {  # NAME DESCRIPTION UP DOWN: both commands must be repeatable
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

# Prints the result of a run.
summary() {
    if [ $changes -eq 0 ]; then
        say "nothing to do: $*"
    elif [ $dry_run = yes ]; then
        say "nothing was changed"
    else
        say "done: $*; '$script --undo' undoes it"
    fi
}
