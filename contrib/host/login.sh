# Functions of atex-virt-helper-setup that find out whether sshd lets an account log in; for bash.
# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: Apache-2.0
#
# SETTINGS is the output of `sshd -T` for the account. host-check finds the same causes: see
# Sources/HostCheck/Checks/SSHD*.swift.

sshd_settings() {  # USER: the settings for a login from this host; an error message if that fails
    sshd -T -C "user=$1,host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=22" 2>&1
}
setting() {  # NAME SETTINGS
    sed -n "s/^$1 //p" <<<"$2"
}
home_of() { getent passwd "$1" | cut -d: -f6; }

# ---- why sshd refuses a login

# Prints a line for each reason why sshd refuses the account's logins or ends its sessions, with
# what to do about it. Prints nothing if none is known.
login_problems() {  # USER SETTINGS
    account_problems "$1" "$2"
    list_problems "$1" "$2"
    method_problems "$2"
    session_problems "$2"
    key_problems "$1" "$2"
}

account_problems() {  # USER SETTINGS
    local password changed max expires today shell file
    IFS=: read -r _ password changed _ max _ _ expires _ < <(getent shadow "$1") || true
    today=$(($(date +%s) / 86400))
    # With PAM, sshd lets a locked account log in with a key.
    if [[ $password == '!'* ]] && [ "$(setting usepam "$2")" != yes ]; then
        say "the account is locked: run 'usermod --password \"*\" $1'"
    fi
    if [ -n "$expires" ] && [ "$expires" -lt "$today" ]; then
        say "the account has expired: run 'chage --expiredate -1 $1'"
    fi
    # sshd would ask for a new password, which needs a terminal.
    if [ "$changed" = 0 ] ||
        { [ -n "$changed" ] && [ -n "$max" ] && [ "$max" -ge 0 ] && [ $((changed + max)) -lt "$today" ]; }; then
        say "the password has expired: run 'chage --lastday $today --maxdays -1 $1'"
    fi
    shell=$(shell_of "$1")
    if [ ! -x "$shell" ]; then
        say "the shell $shell does not exist: run 'usermod --shell /bin/sh $1'"
    fi
    for file in /etc/nologin /run/nologin; do
        [ ! -e "$file" ] || say "$file exists: while it does, sshd accepts only root"
    done
}

list_problems() {  # USER SETTINGS
    local name pattern patterns allowed
    while read -r pattern; do
        # shellcheck disable=SC2053
        [[ $1 != ${pattern%@\*} ]] || say "DenyUsers contains '$pattern': remove it"
    done < <(setting denyusers "$2")
    patterns=$(setting allowusers "$2")
    if [ -n "$patterns" ]; then
        allowed=no
        while read -r pattern; do
            # shellcheck disable=SC2053
            [[ $1 != ${pattern%%@*} ]] || allowed=yes
        done <<<"$patterns"
        [ $allowed = yes ] || say "AllowUsers does not contain the account: add '$1' to it"
    fi
    while read -r pattern; do
        for name in $(id -nG "$1"); do
            # shellcheck disable=SC2053
            [[ $name != $pattern ]] || say "DenyGroups contains '$pattern', a group of the account: remove it"
        done
    done < <(setting denygroups "$2")
    patterns=$(setting allowgroups "$2")
    if [ -n "$patterns" ]; then
        allowed=no
        while read -r pattern; do
            for name in $(id -nG "$1"); do
                # shellcheck disable=SC2053
                [[ $name != $pattern ]] || allowed=yes
            done
        done <<<"$patterns"
        [ $allowed = yes ] || say "AllowGroups contains no group of the account: add '$group' to it"
    fi
}

method_problems() {  # SETTINGS
    local methods
    if [ "$(setting pubkeyauthentication "$1")" = no ]; then
        say "PubkeyAuthentication is 'no': set it to 'yes'"
    fi
    methods=$(setting authenticationmethods "$1")
    case " ${methods:-any} " in
        *' any '* | *' publickey '*) ;;
        *) say "AuthenticationMethods is '$methods', so a key is not enough: set it to 'publickey' in $drop_in" ;;
    esac
    [ "$(setting refuseconnection "$1")" != yes ] || say "RefuseConnection is 'yes': set it to 'no'"
}

session_problems() {  # SETTINGS
    local value
    value=$(setting chrootdirectory "$1")
    case $value in
        '' | none) ;;
        *) say "ChrootDirectory is '$value', where sudo and the helper do not exist: add 'ChrootDirectory none' to the Match block in $drop_in, before any other that applies" ;;
    esac
    if [ "$(setting maxsessions "$1")" = 0 ]; then
        say "MaxSessions is 0, which permits no session: set it to 10"
    fi
    for value in $(setting channeltimeout "$1"); do
        case $value in
            session=0* | session:*=0* | \*=0* | global=0*) ;;
            session=* | session:*=* | \*=* | global=*)
                say "ChannelTimeout is '$value': sshd ends sessions that wait; set it to 'none'" ;;
        esac
    done
}

# ---- keys

key_paths() {  # USER SETTINGS: the files that sshd reads, one per line
    local home file files
    home=$(home_of "$1")
    read -ra files < <(setting authorizedkeysfile "$2") || true
    for file in "${files[@]}"; do
        [ "$file" != none ] || continue
        file=${file//%%/$'\1'}
        file=${file//%h/$home} file=${file//%u/$1} file=${file//%U/$(id -u "$1")}
        file=${file//$'\1'/%}
        case $file in
            /*) say "$file" ;;
            *) say "$home/$file" ;;
        esac
    done
}

key_problems() {  # USER SETTINGS
    local file own paths problem usable=no elsewhere=no strict first=
    own=$(home_of "$1")/.ssh/authorized_keys
    paths=$(key_paths "$1" "$2")
    strict=$(setting strictmodes "$2")
    while read -r file; do
        first=${first:-$file}
        has_keys "$file" || continue
        problem=
        [ "$strict" = no ] || problem=$(unsafe_path "$file" "$1")
        if [ -z "$problem" ] && ! runuser -u "$1" -- test -r "$file"; then
            problem="the account cannot read $file: run 'chmod go+r $file', and 'chmod go+x' for its directories"
        fi
        if [ -n "$problem" ]; then
            say "$problem"
            elsewhere=yes
            continue
        fi
        while read -r problem; do
            if [ "$problem" = ok ]; then usable=yes; else say "$problem"; elsewhere=yes; fi
        done < <(check_keys "$file" "$2")
    done < <([ -z "$paths" ] || say "$paths")
    if has_keys "$own" && ! grep -qxF -- "$own" <<<"$paths"; then
        if [ -z "$first" ]; then
            say "AuthorizedKeysFile is 'none', so sshd does not read the keys in $own: add 'AuthorizedKeysFile .ssh/authorized_keys' to the Match block in $drop_in"
        else
            say "AuthorizedKeysFile is '$(setting authorizedkeysfile "$2")', so sshd reads $first, not $own: put the keys there"
        fi
        elsewhere=yes
    fi
    # Keys may also come from a program or a certificate authority. The test login shows the rest.
    if [ $usable = no ] && [ $elsewhere = no ] && [ "$(setting authorizedkeyscommand "$2")" = none ] &&
        [ "$(setting trustedusercakeys "$2")" = none ]; then
        if [ -z "$first" ]; then
            say "AuthorizedKeysFile is 'none', so sshd accepts no key: add 'AuthorizedKeysFile .ssh/authorized_keys' to the Match block in $drop_in"
        else
            [ "$strict" = no ] || unsafe_path "$first" "$1"
            say "it has no key: run $script again with --user $1 --key FILE"
        fi
    fi
}
has_keys() { [ -f "$1" ] && grep -qsE '^[[:blank:]]*[^#[:blank:]].* AAAA|^[[:blank:]]*(ssh|ecdsa|sk)-[^ ]+ AAAA' "$1"; }

# Prints what StrictModes objects to: the file, or a directory above it up to the home directory.
unsafe_path() {  # FILE USER
    local path home number owner mode file_group
    path=$(readlink -m "$1") home=$(readlink -m "$(home_of "$2")") number=$(id -u "$2")
    while :; do
        if [ -e "$path" ]; then
            read -r owner mode file_group < <(stat -c '%u %a %g' "$path")
            if [ "$owner" -ne 0 ] && [ "$owner" -ne "$number" ]; then
                say "$path belongs to another account: run 'chown $2 $path'"
            elif (((8#$mode & 2) != 0)) ||
                { (((8#$mode & 16) != 0)) && ! is_private_group "$file_group" "$2"; }; then
                say "$path can be changed by other accounts (mode $mode): run 'chmod go-w $path'"
            fi
        fi
        if [ "$path" = "$home" ] || [ "$path" = / ]; then break; fi
        path=$(dirname "$path")
    done
}
# Debian's sshd accepts a path that only the account's own group can change.
is_private_group() {  # GROUP-NUMBER USER
    local members
    [ -f /etc/debian_version ] || return 1
    members=$(getent passwd | awk -F: -v group="$1" '$4 == group { print $1 }'
        getent group "$1" | cut -d: -f4 | tr ',' '\n')
    [ "$(sed '/^$/d' <<<"$members" | sort -u)" = "$2" ]
}

check_keys() {  # FILE SETTINGS: prints 'ok' for each key that sshd accepts, else why it does not
    local line kind bits accepted least revoked
    accepted=$(setting pubkeyacceptedalgorithms "$2")
    accepted=${accepted:-$(setting pubkeyacceptedkeytypes "$2")}
    least=$(setting requiredrsasize "$2")
    revoked=$(setting revokedkeys "$2")
    if [ -n "$revoked" ] && [ "$revoked" != none ] && [ ! -r "$revoked" ]; then
        say "RevokedKeys is '$revoked', which does not exist: sshd then rejects all keys"
        return
    fi
    while read -r line; do
        read -r kind _ <<<"$line"
        bits=$(ssh-keygen -l -f /dev/stdin <<<"$line" 2>/dev/null | cut -d' ' -f1)
        if ! accepts_kind "$kind" "$accepted"; then
            say "PubkeyAcceptedAlgorithms does not contain '$kind': use another kind of key, or add it"
        elif [ "$kind" = ssh-rsa ] && [ "${bits:-0}" -lt "${least:-0}" ]; then
            say "RequiredRSASize is $least, and a key has only $bits bits: use a longer key"
        elif [ -n "$revoked" ] && [ "$revoked" != none ] && grep -qF -- "${line#* }" "$revoked"; then
            say "a key is in the list of RevokedKeys, $revoked: use another key"
        else
            say ok
        fi
    done < <(sed -nE 's/^([^#]*[[:blank:]])?((ssh|ecdsa|sk)-[^ "]+)[[:blank:]]+(AAAA[A-Za-z0-9+/=]+).*/\2 \4/p' "$1" | sort -u)
}
accepts_kind() {  # KIND ALGORITHMS
    local one
    [ -n "$2" ] || return 0
    for one in "$1" $([ "$1" != ssh-rsa ] || echo rsa-sha2-256 rsa-sha2-512); do
        [[ ,$2, != *,$one,* ]] || return 0
    done
    return 1
}

# ---- a login

# Prints the address and the port where sshd answers; fails if it does not.
find_sshd() {  # SETTINGS
    local listen address port tries
    for tries in 1 2 3 4 5; do  # a reload closes the socket for a moment
        # IPv4 first
        for listen in $(setting listenaddress "$1" | sort -t '[' -k 2); do
            port=${listen##*:} address=${listen%:*}
            address=${address#[} address=${address%]}
            case $address in 0.0.0.0) address=127.0.0.1 ;; ::) address=::1 ;; esac
            # shellcheck disable=SC2016
            if timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/$1" && read -r line <&3 && [[ $line == SSH-* ]]' \
                "$address" "$port" 2>/dev/null; then
                say "$address $port"
                return 0
            fi
        done
        [ "$tries" = 5 ] || sleep 0.3
    done
    return 1
}

# Logs in with a key of its own, which is added before and removed after, and asks the helper for
# its user ID. Sets login_result to 'ready' or to the reason why the login failed, and login_place.
try_login() {  # USER SETTINGS
    local address port file kind line lines owner before=$changes
    login_result='' login_place=''
    if ! command -v ssh >/dev/null; then
        login_result='untried: the program ssh is not installed here'
        return 0
    fi
    if ! read -r address port < <(find_sshd "$2"); then
        login_result='untried: sshd is not listening'
        return 0
    fi
    login_place="$address port $port"
    if allowed_from_elsewhere "$1" "$2"; then
        login_result="untried: AllowUsers restricts the addresses of clients"
        return 0
    fi
    file=$(key_paths "$1" "$2")
    file=${file%%$'\n'*}
    owner=$1
    case $file in "$(home_of "$1")"/*) ;; *) owner=root ;; esac
    if [ -z "$file" ] || [ -L "$file" ] || [ -L "${file%/*}" ] || [ -L "${file%/*/*}" ] ||
        { [ "$owner" = root ] && ! root_owned "$file"; } ||
        { [ ! -d "${file%/*}" ] && [ "$file" != "$(home_of "$1")/.ssh/authorized_keys" ]; }; then
        login_result="untried: cannot add a test key to ${file:-any file}"
        return 0
    fi
    kind=ed25519
    for line in ed25519:ssh-ed25519 ecdsa:ecdsa-sha2-nistp256 rsa:ssh-rsa; do
        if accepts_kind "${line#*:}" "$(setting pubkeyacceptedalgorithms "$2")"; then
            kind=${line%%:*}
            break
        fi
    done
    rm -f "$scratch/login" "$scratch/login.pub"
    ssh-keygen -q -t "$kind" -N '' -C 'test login of atex-virt-helper-setup' -f "$scratch/login"
    # If this run is killed, the key is useless: it works only from here, and only for a day.
    line="restrict,from=\"$address\",expiry-time=\"$(date -d '1 day' +%Y%m%d%H%M)\""
    if [ "$access" = keys ]; then line+=",command=\"$force_command\""; fi
    line+=" $(cat "$scratch/login.pub")"
    lines=$(wc -l <"$journal")
    if [ "$owner" != root ]; then make_key_directory "$1" "$(home_of "$1")"; fi
    change drop_line "$file" "$line" "$owner" -- add_line "$file" "$line" "$owner"
    say "logging in as '$1' at $login_place"
    log_in "$1" "$address" "$port" || { sleep 1; log_in "$1" "$address" "$port"; } || true
    roll_back "$lines"
    changes=$before
}
allowed_from_elsewhere() {  # USER SETTINGS: AllowUsers accepts the account only from some addresses
    local pattern some=no
    while read -r pattern; do
        some=yes
        # shellcheck disable=SC2053
        [[ $1 != ${pattern%@\*} ]] || return 1
    done < <(setting allowusers "$2")
    [ $some = yes ]
}
log_in() {  # USER ADDRESS PORT
    local reply pong
    reply=$(printf '%s\n' '{"cmd": "ping"}' '{"cmd": "whoami"}' |
        timeout 30 ssh -F /dev/null -T -i "$scratch/login" -p "$3" -o IdentitiesOnly=yes \
            -o IdentityAgent=none -o BatchMode=yes -o PreferredAuthentications=publickey \
            -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
            -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=10 \
            "$1@$2" atex-virt-helper 2>"$scratch/errors" 9>&-) || true
    pong='{"success": true, "cmd": "ping", "reply": "atex-virt-helper v1 pong"}'
    # The user ID shows that sudo ran the helper, as the forced command does. A role may grant
    # neither command, but only root can read what it grants.
    if [ -z "$role" ]; then
        [ "${reply%%$'\n'*}" != "$pong" ] || [[ $reply != *'"uid": 0,'* ]] || login_result=ready
    elif [[ $reply == '{"success": '*'"cmd": "ping"'* ]]; then
        case $reply in
            *"\"role\": \"$role\""* | *'"cmd": "whoami"'*'"denied: '*) login_result=ready ;;
        esac
    fi
    [ -z "$login_result" ] || return 0
    if [[ $reply == *"$pong"* ]] && [ "${reply%%$'\n'*}" != "$pong" ]; then
        login_result="something else writes to the session, perhaps its ~/.bashrc: ${reply%%$'\n'*}"
    elif [ -n "$reply" ]; then
        login_result="the reply to a login at $login_place is not the helper's: ${reply%%$'\n'*}"
    else
        login_result="a login at $login_place failed: $(grep . "$scratch/errors" | tail -n 1); sshd's log has the reason (journalctl -t sshd, or /var/log/auth.log)"
    fi
    return 1
}
