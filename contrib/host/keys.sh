# Functions of atex-virt-helper-setup that change files with keys; for bash.
# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: Apache-2.0
#
# An account can replace its directories and files by links at any moment. So whatever lies in its
# home directory is changed by a process of that account, which can change nothing else, and not by
# root after a check.

# Runs a script of sh as an account; as root only in the places that root_owned accepts.
as_account() {  # ACCOUNT SCRIPT ARGUMENT...
    local account=$1 script=$2
    shift 2
    if [ "$account" = root ]; then
        sh -c "$script" sh "$@"
    else
        # The time limit: opening a FIFO would wait for its other end.
        timeout 10 setpriv --reuid="$account" --regid="$(id -g "$account")" --init-groups \
            --inh-caps=-all --no-new-privs sh -c "$script" sh "$@"
    fi
}

# Succeeds if only root can change the directories of a path: then no other user can replace a part
# of it. The last part may be missing, but must not be a link.
root_owned() {  # PATH
    local path=$1 owner mode kind
    [ ! -L "$path" ] || return 1
    while [ "$path" != / ]; do
        path=$(dirname "$path")
        read -r owner mode kind < <(stat -c '%u %a %F' "$path" 2>/dev/null) || return 1
        [ "$kind" = directory ] && [ "$owner" = 0 ] && (((8#$mode & 8#22) == 0)) || return 1
    done
}

# Prints the account whose home directory contains a file, or else root.
account_of() {  # FILE
    local name home longest='' owner=root
    while IFS=: read -r name _ _ _ _ home _; do
        if [[ $home == /?* && $1 == "${home%/}"/* && ${#home} -gt ${#longest} ]]; then
            longest=$home owner=$name
        fi
    done < <(getent passwd)
    say "$owner"
}

# Validates the keys and writes those of each user to one file.
read_keys() {
    local number file name line copy
    for number in "${!key_files[@]}"; do
        file=${key_files[number]} name=${key_users[number]}
        if [ "$file" = - ]; then file=/dev/stdin; fi
        if [ ! -r "$file" ] || [ -d "$file" ]; then fail "cannot read the keys in '$file'"; fi
        copy=$scratch/key.$number
        cat "$file" >"$copy"
        ! grep -q 'PRIVATE KEY' "$copy" ||
            fail "'$file' contains a private key: use the public key, '$file.pub'"
        while read -r line || [ -n "$line" ]; do
            line=${line%$'\r'}
            case $line in '' | '#'*) continue ;; esac
            ssh-keygen -l -f /dev/stdin <<<"$line" >/dev/null 2>&1 ||
                fail "'$file' has a line that is not a public key: $line"
            printf '%s\n' "$line" >>"$scratch/keys.$name"
        done <"$copy"
        [ -s "$scratch/keys.$name" ] || fail "'$file' does not contain a public key"
    done
}

set_up_keys() {  # USER
    local name=$1 home file line added=no
    home=$(home_of "$name") || home=/home/$name  # a dry run creates no account
    file=$home/.ssh/authorized_keys
    if [ -L "$home" ] || [ -L "$home/.ssh" ] || [ -L "$file" ]; then
        fail "the path $file contains a symbolic link: install the keys manually"
    fi
    make_key_directory "$name" "$home"
    while read -r line; do
        if has_line "$file" "$line" "$name"; then continue; fi
        change drop_line "$file" "$line" "$name" -- add_line "$file" "$line" "$name"
        added=yes
    done <"$scratch/keys.$name"
    [ $added = yes ] || say "the keys of '$name' are already installed"
}
make_key_directory() {  # USER HOME
    [ -d "$2/.ssh" ] || change remove_empty "$2/.ssh" -- create_key_directory "$1" "$2/.ssh"
}
create_key_directory() {  # USER DIRECTORY
    # An account that cannot write its own home directory cannot replace its parts either.
    if root_owned "$2"; then
        mkdir -m 700 "$2" && chown -h "$1:" "$2" && label "$2"
    else
        # shellcheck disable=SC2016
        as_account "$1" 'mkdir -m 700 "$1" || exit
            ! command -v restorecon >/dev/null || restorecon -F "$1" || true' "$2" || return 1
    fi
}
has_line() {  # FILE LINE ACCOUNT
    getent passwd "$3" >/dev/null || return 1  # a dry run creates no account
    # shellcheck disable=SC2016
    as_account "$3" '[ -f "$1" ] && grep -qxF -- "$2" "$1"' "$1" "$2"
}
add_line() {  # FILE LINE ACCOUNT
    local mode=600
    if [ "$3" = root ]; then
        root_owned "$1" || { warn "other users can change the directories of $1"; return 1; }
        # sshd reads the file as the account, which does not own a file outside of its home.
        mode=644
    fi
    # The last line may lack its newline.
    # shellcheck disable=SC2016
    as_account "$3" 'umask 077
        if [ ! -e "$1" ]; then
            : >"$1" && chmod "$3" "$1" || exit
            ! command -v restorecon >/dev/null || restorecon -F "$1" || true
        fi
        [ -f "$1" ] || { echo "$1 is not a file" >&2; exit 1; }
        if [ -s "$1" ] && [ -n "$(tail -c 1 "$1")" ]; then echo >>"$1" || exit; fi
        printf "%s\n" "$2" >>"$1"' "$1" "$2" $mode || return 1
}
drop_line() {  # FILE LINE [ACCOUNT]: journals of older versions have no account
    local account=${3-}
    account=${account:-$(account_of "$1")}
    if [ "$account" = root ] && ! root_owned "$1"; then
        warn "other users can change the directories of $1"
        return 1
    fi
    # shellcheck disable=SC2016
    as_account "$account" '[ -f "$1" ] || exit 0
        rest=$(grep -vxF -- "$2" "$1") || true
        if [ -z "$rest" ]; then rm -f "$1"; else printf "%s\n" "$rest" >"$1"; fi' "$1" "$2"
}
