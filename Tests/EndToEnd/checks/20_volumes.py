"""Copies on a file system with reflinks, and on one with sparse files only."""

import os
import re
import subprocess

MIB = 1 << 20


def run(lab):
    with lab.ours() as session:
        shared_blocks(lab, session)
        kept_holes(lab, session)
        replaced(lab, session)


def shared_blocks(lab, session):
    """XFS: a copy takes no blocks, whatever its size."""
    check = lab.check
    source = lab.host.volume("data.img")
    copy = lab.host.volume("data-copy.img")
    source.write_bytes(os.urandom(64 * MIB))
    lab.host.run("virsh", "pool-refresh", "default")
    lab.volumes["default"] |= {source.name, copy.name}
    before = used(copy.parent)
    session.ok(cmd="vol-copy", pool="default", **{"from": source.name, "to": copy.name})
    after = used(copy.parent)
    check.true("on XFS, a copy of 64 MiB takes no space", after - before < 4 * MIB,
               "less than 4 MiB more in use", f"{(after - before) / MIB:.1f} MiB more")
    extents = extent_flags(copy)
    check.true("every extent of the copy is shared",
               extents and all("shared" in flags for flags in extents), "shared extents", extents)
    check.equal("the copy equals its source", 0, compare(source, copy))
    check.true("the pool lists it", copy.name in volumes(session, "default"), copy.name,
               volumes(session, "default"))


def kept_holes(lab, session):
    """ext4: a file with three pieces of data between holes; the copy keeps the holes."""
    check = lab.check
    source = lab.host.volume("sparse.img", "plain")
    copy = lab.host.volume("sparse-copy.img", "plain")
    with open(source, "wb") as file:
        file.truncate(512 * MIB)
        for offset in (0, 200 * MIB + 4096, 511 * MIB):
            file.seek(offset)
            file.write(os.urandom(MIB))
    lab.host.run("virsh", "pool-refresh", "plain")
    lab.volumes["plain"] |= {source.name, copy.name}
    session.ok(cmd="vol-copy", pool="plain", **{"from": source.name, "to": copy.name})
    taken = allocated(copy)
    check.true("on ext4, a sparse copy of 512 MiB takes as much space as its 3 MiB of data",
               3 * MIB <= taken <= 4 * MIB, "3 to 4 MiB", f"{taken / MIB:.2f} MiB")
    check.equal("its size is the source's", 512 * MIB, copy.stat().st_size)
    check.equal("its content is the source's", 0, compare(source, copy))
    check.true("the pool lists it", copy.name in volumes(session, "plain"), copy.name,
               volumes(session, "plain"))


def replaced(lab, session):
    """Readers of a replaced volume keep the old file; the name refers to the new one."""
    check = lab.check
    old, new = lab.host.volume("old.img"), lab.host.volume("new.img")
    old.write_text("old" * 5000)
    new.write_text("new" * 5000)
    lab.host.run("virsh", "pool-refresh", "default")
    lab.volumes["default"].add(old.name)
    with open(old) as reader:
        begin = reader.read(3)
        session.ok(cmd="vol-copy", pool="default", move=True,
                   **{"from": new.name, "to": old.name})
        check.equal("a reader of a replaced volume keeps the old one", "oldold",
                    begin + reader.read(3))
    check.equal("its name refers to the new one", "new" * 5000, old.read_text())
    check.true("a moved volume is gone under its old name", not new.exists(), "no file", new.name)


def used(directory):
    os.sync()
    state = os.statvfs(directory)
    return (state.f_blocks - state.f_bfree) * state.f_frsize


def allocated(path):
    os.sync()  # ext4 allocates late
    return path.stat().st_blocks * 512


def extent_flags(path):
    """The flags that `filefrag -v` prints for each extent."""
    listed = subprocess.run(["filefrag", "-v", path], stdout=subprocess.PIPE, check=True, text=True,
                            timeout=60).stdout
    return re.findall(r"^ *\d+: .*: *([a-z_,]*)$", listed, re.MULTILINE)


def compare(one, other):
    return subprocess.run(["cmp", one, other], timeout=120).returncode


def volumes(session, pool):
    return re.findall(r"^ *(\S+) +/", session.ok(cmd="virsh", args=["vol-list", pool])["reply"],
                      re.MULTILINE)
