"""Snapshots of a test host, to compare its state before and after a setup."""

import json

# runs in the test host, with the host's Python
LOOK = """
import hashlib, json, os, subprocess, sys
seen = {}
# paths that change without a setup, and internal files of dpkg and the account tools
passing = ("/var/lib/dpkg", "/var/lib/libvirt/qemu", "/var/lib/libvirt/dnsmasq", "/var/lib/systemd",
           "/etc/passwd-", "/etc/group-", "/etc/shadow-", "/etc/gshadow-", "/etc/subuid-",
           "/etc/subgid-", "/etc/.pwd.lock", "/var/lib/libvirt/swtpm", "/etc/ld.so.cache",
           "/var/lib/testhost", "/etc/libvirt/storage")
for top in ("/etc", "/home", "/root", "/srv", "/usr", "/var/lib", "/var/spool", "/opt"):
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if f"{folder}/{name}" not in passing]
        for path in [folder, *(f"{folder}/{name}" for name in files)]:
            if path in passing:
                continue
            state = os.lstat(path)
            entry = [oct(state.st_mode), state.st_uid, state.st_gid]
            if os.path.islink(path):
                entry.append(os.readlink(path))
            elif path in ("/etc/group", "/etc/gshadow", "/etc/passwd", "/etc/shadow"):
                entry.append(sorted(open(path)))  # the account tools do not keep the order
            elif os.path.isfile(path):
                small = path.startswith(("/etc/", "/home/", "/root/")) or state.st_size < 65536
                entry.append(hashlib.sha256(open(path, "rb").read()).hexdigest() if small
                             else [state.st_size, state.st_mtime_ns])
            seen[path] = entry
for command in sys.argv[1:]:
    done = subprocess.run(["sh", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)
    seen["$ " + command] = done.stdout
json.dump(seen, sys.stdout)
"""
COMMANDS = (
    "ip -4 -o address | sed 's/^[0-9]*: //; s/valid_lft.*//'",
    "ip route | sed 's/ linkdown//'",  # depends on whether a guest is connected
    "sysctl -n net.ipv4.ip_forward",
    "nft -s list ruleset 2>/dev/null", "virsh -q net-list --all", "virsh -q pool-list --all",
    "iptables -t mangle -S POSTROUTING", "ip netns list", "ls /sys/class/net",
)


def snapshot(host):
    """Maps each path to its state and each command to its output."""
    return json.loads(host.run("python3", "-I", "-c", LOOK, *COMMANDS, timeout=120))


def difference(before, after):
    """A line for each path or command that was added, was removed or changed."""
    lines = [f"+ {path}" for path in after.keys() - before.keys()]
    lines += [f"- {path}" for path in before.keys() - after.keys()]
    lines += [f"~ {path}: {before[path]} -> {after[path]}"
              for path in before.keys() & after.keys() if before[path] != after[path]]
    return sorted(lines)
