# Functions of atex-virt-helper-setup for roles; for bash.
# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: Apache-2.0
#
# The three kinds of access:
#   trusted   all accounts of one group run the helper without a role
#   group     all accounts of a group have the same role, by ForceCommand
#   keys      each key has a role and an identity, by command= in a file that only root can write

policy=/etc/atex-virt-helper/roles.conf
key_directory=/etc/atex-virt-helper/keys
# The rule for the names of roles and identities. None of these characters is special to sudo or sh.
is_identity='^[A-Za-z0-9._@+-]{1,64}$'

# Sets the kind of access and the files that belong to it.
choose_access() {
    local plain
    access=trusted
    [ -n "$role" ] || [ -z "$identity" ] || usage_error '--identity needs --role'
    if [ -n "$role" ]; then
        [[ $role =~ $is_identity ]] || usage_error "'$role' is not a valid name for a role"
        plain=$(file_part "$role")
        access=group
        : "${group:=atex-$plain}"
        drop_in=/etc/ssh/sshd_config.d/atex-virt-helper-role-$plain.conf
        sudoers=/etc/sudoers.d/atex-virt-helper-role-$plain
    fi
    if [ -n "$identity" ]; then
        [[ $identity =~ $is_identity ]] ||
            usage_error "'$identity' is not a valid name for an identity"
        [ ${#users[@]} -eq 1 ] || usage_error '--identity needs exactly one --user'
        access=keys
        [ -z "$given_group" ] || usage_error '--group cannot be combined with --identity'
        group=atex-keys
        drop_in=/etc/ssh/sshd_config.d/atex-virt-helper-keys.conf
        sudoers=/etc/sudoers.d/atex-virt-helper-keys-$(file_part "${users[0]}")
    fi
    : "${group:=atex}"
}
# sudo does not read files whose names contain a dot.
file_part() { echo "${1//[!A-Za-z0-9_-]/_}"; }

# Fails if the helper does not know the role.
check_role() {
    local said
    [ -n "$role" ] || return 0
    [ -f "$policy" ] ||
        fail "$policy does not exist: copy $share/policy/roles.conf there and adapt it"
    said=$("$helper" policy-check "$policy" 2>&1 </dev/null 9>&-) ||
        fail "the policy file cannot be used: $said"
    grep -qxE "[[:blank:]]*\[role[[:blank:]]+${role//[.+]/\\&}[[:blank:]]*\][[:blank:]]*" "$policy" ||
        fail "$policy has no section [role $role]"
}

# An account that may run another command line with sudo could choose between the two.
check_other_access() {  # USER
    local file name
    for file in /etc/ssh/sshd_config.d/atex-virt-helper*.conf; do
        if [ ! -f "$file" ] || [ "$file" = "$drop_in" ]; then continue; fi
        while read -r name; do
            ! id -nG "$1" 2>/dev/null | tr ' ' '\n' | grep -qxF -- "$name" ||
                fail "'$1' is in the group '$name', which has other access by $file: 'gpasswd -d $1 $name'"
        done < <(sed -n 's/^[[:blank:]]*Match Group //p' "$file" | tr -s ', ' '\n')
    done
}

# The template of a file in the examples, e.g. sshd_config.d/atex-virt-helper-keys.conf.
template() {  # DIRECTORY SUFFIX
    case $access in
        trusted) echo "$share/$1/atex-virt-helper$2" ;;
        group) echo "$share/$1/atex-virt-helper-role$2" ;;
        keys) echo "$share/$1/atex-virt-helper-keys$2" ;;
    esac
}

# ---- keys that have a role

# Prints the line of authorized_keys for a key. The command cannot contain a quote: check_arguments.
line_of_key() {  # KEY
    echo "restrict,command=\"$force_command\" $1"
}
# Prints the command lines that the account's keys have now, and the new one.
commands_of_keys() {  # USER
    { sed -nE 's/^restrict,(from="[^"]*",expiry-time="[^"]*",)?command="\/usr\/bin\/sudo -n ([^"]*)".*/\2/p' \
        "$key_directory/$1" 2>/dev/null || true
      echo "$command_line"; } | sort -u
}
set_up_key_roles() {  # USER
    local name=$1 file=$key_directory/$1 line old blob added=no
    while read -r line; do
        case $line in
            ssh-* | ecdsa-* | sk-*) ;;
            *) fail "a key with options of its own cannot have a role: ${line:0:60}..." ;;
        esac
        blob=$(cut -d' ' -f2 <<<"$line")
        line=$(line_of_key "$line")
        if has_line "$file" "$line" root; then continue; fi
        # sshd uses the first line that has the key: an older role would stay in force.
        while read -r old; do
            change add_line "$file" "$old" root -- drop_line "$file" "$old" root
        done < <(grep -F -- " $blob" "$file" 2>/dev/null)
        change drop_line "$file" "$line" root -- add_line "$file" "$line" root
        added=yes
    done <"$scratch/keys.$name"
    [ $added = yes ] || say "the keys of '$name' are already installed"
}
