"""Volumes over the wire: into directories by file, into other pools by libvirt's streams."""

import hashlib
import os
import random
import re
import stat
import struct
import subprocess
import time

from endtoend.checks import eventually

MIB = 1 << 20
# An island of data in zeros, and data that is in no block of its own.
IMAGE = bytearray(24 * MIB)
IMAGE[5 * MIB:6 * MIB] = random.Random(1).randbytes(MIB)
IMAGE[9 * MIB + 100:9 * MIB + 300] = random.Random(2).randbytes(200)
IMAGE = bytes(IMAGE)
SHA256 = hashlib.sha256(IMAGE).hexdigest()

FS_POOL_XML = """
<pool type='fs'><name>{name}</name><source><device path='{device}'/></source>
<target><path>{path}</path></target></pool>
"""
DIR_POOL_XML = """
<pool type='dir'><name>{name}</name><target><path>{path}</path></target></pool>
"""


def run(lab):
    with lab.ours() as session:
        for pool in ("default", "plain"):
            whole(lab, session, pool)
        image_formats(lab, session)
        refusals(lab, session)
        replacing(lab, session)
        odd_names(lab, session)
        full_disk(lab, session)
        by_streams(lab, session)
    half_way(lab)
    killed(lab)
    cut(lab)
    shrinking(lab)


# -- the wire

def send(session, body, **request):
    session.send(**request)
    view = memoryview(body)
    while view:
        view = view[session.process.stdin.write(view):]


def upload(session, pool, name, body=IMAGE, **more):
    send(session, body, cmd="upload-volume", pool=pool, name=name, length=len(body), **more)
    reply = session.receive(120)
    # what follows is a request again
    assert session.ask(cmd="ping")["success"]
    return reply


def download(session, pool, name, **more):
    reply = session.ok(cmd="download-volume", pool=pool, name=name, **more)
    return reply, receive_body(session, reply["length"])


def receive_body(session, length):
    got = bytearray(session.buffered)
    while len(got) < length:
        chunk = session.process.stdout.read(MIB)
        if not chunk:
            raise EOFError("the bytes of a volume broke off")
        got += chunk
    session.buffered = bytes(got[length:])
    assert session.ask(cmd="ping")["success"]
    return bytes(got[:length])


def volumes(session, pool):
    listed = session.ok(cmd="virsh", args=["vol-list", pool])["reply"]
    return set(re.findall(r"^ *(\S+) +/", listed, re.MULTILINE))


def allocated(path):
    os.sync()
    return path.stat().st_blocks * 512


def kind(reply):
    return None if reply["success"] else reply["error"]["kind"]


# -- directories

def whole(lab, session, pool):
    check = lab.check
    path = lab.host.volume("streamed.img", pool)
    reply = upload(session, pool, path.name, sha256=SHA256.upper())
    check.equal(f"upload-volume into '{pool}'", (True, "raw", len(IMAGE)),
                (reply["success"], reply.get("format"), reply.get("capacity")))
    check.true("its bytes are those sent", path.read_bytes() == IMAGE, "the same", "others")
    taken = allocated(path)
    check.true("its zeros take no space", MIB <= taken <= 1.2 * MIB, "1 to 1.2 MiB", taken)
    check.true("the pool lists it", path.name in volumes(session, pool), path.name,
               volumes(session, pool))
    reply = upload(session, pool, path.name, sparse=False, replace=True)
    taken = allocated(path)
    check.true("with sparse false its zeros are written", taken >= len(IMAGE), len(IMAGE), taken)
    for more, part in (({}, slice(None)), ({"offset": 5 * MIB - 7}, slice(5 * MIB - 7, None)),
                       ({"offset": 9 * MIB, "length": 301}, slice(9 * MIB, 9 * MIB + 301)),
                       ({"offset": len(IMAGE)}, slice(0, 0))):
        reply, body = download(session, pool, path.name, **more)
        check.true(f"download-volume with {more}", body == IMAGE[part], "these bytes", "others")
    reply = upload(session, pool, path.name, b"", replace=True)
    check.equal("an empty volume", (True, 0), (reply["success"], path.stat().st_size))
    session.ok(cmd="virsh", args=["vol-delete", path.name, pool])


def image_formats(lab, session):
    check = lab.check
    # an empty image of version 3, without the qemu-img that would make it
    image = struct.pack(">4sIQIIQIIQQIIQQQQII", b"QFI\xfb", 3, 0, 0, 16, 256 * MIB, 0, 1, 3 << 16,
                        1 << 16, 1, 0, 0, 0, 0, 0, 4, 104).ljust(4 << 16, b"\0")
    reply = upload(session, "default", "sent.qcow2", image)
    check.equal("a qcow2 image is known, and what a guest sees of it",
                (True, "qcow2", 256 * MIB),
                (reply["success"], reply.get("format"), reply.get("capacity")))
    reply = upload(session, "default", "sent2.qcow2", image, format="raw")
    check.equal("it is no raw image", "bad-request", kind(reply))
    reply = upload(session, "default", "sent2.qcow2", image, format="qcow2")
    check.equal("its format may be said", (True, "qcow2"), (reply["success"], reply["format"]))
    reply = upload(session, "default", "sent3.qcow2", IMAGE, format="qcow2")
    check.equal("a raw image is no qcow2 image", "bad-request", kind(reply))
    check.equal("refused formats leave no volume", {"sent.qcow2", "sent2.qcow2"},
                {name for name in volumes(session, "default") if "qcow2" in name})
    for name in ("sent.qcow2", "sent2.qcow2"):
        session.ok(cmd="virsh", args=["vol-delete", name, "default"])


def refusals(lab, session):
    check = lab.check
    before = directory(lab, "plain")
    reply = upload(session, "plain", "wrong.img", sha256="0" * 64)
    check.equal("a wrong checksum", ("bad-request", True), (kind(reply), SHA256 in reply["reply"]))
    check.equal("a wrong checksum leaves nothing", before, directory(lab, "plain"))
    for more in ({"offset": 1 << 40}, {"length": 1 << 40}, {"offset": 1, "length": 64 * MIB}):
        reply = session.ask(cmd="download-volume", pool="default", name="guest.img", **more)
        check.equal(f"a range beyond the end: {more}", "bad-request", kind(reply))


def replacing(lab, session):
    check = lab.check
    path = lab.host.volume("replaced.img")
    upload(session, "default", path.name, b"old" * 5000)
    os.chown(path, 1234, 4321)
    path.chmod(0o640)
    check.equal("what exists is not replaced", "exists",
                kind(upload(session, "default", path.name, b"new")))
    check.equal("nor by what is wrong", "bad-request",
                kind(upload(session, "default", path.name, b"new", replace=True, sha256="1" * 64)))
    check.equal("it is as it was", b"old" * 5000, path.read_bytes())
    with open(path, "rb") as reader:
        begin = reader.read(3)
        reply = upload(session, "default", path.name, b"new" * 5000, replace=True)
        check.equal("who reads a volume that is replaced keeps the old one", (True, b"oldold"),
                    (reply["success"], begin + reader.read(3)))
    status = path.stat()
    check.equal("the new one has the owner, group and mode of the old one",
                (b"new" * 5000, 1234, 4321, 0o640),
                (path.read_bytes(), status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)))
    session.ok(cmd="virsh", args=["vol-delete", path.name, "default"])


def odd_names(lab, session):
    check = lab.check
    inside = lab.host.volume("")
    secret = lab.host.path("/srv/secret")
    secret.write_text("secret")
    (inside / "link").symlink_to("/srv/secret")
    (inside / "folder").mkdir()
    lab.host.run("virsh", "pool-refresh", "default")
    try:
        for name in ("link", "folder", "../images/x", "..", "a/b"):
            for more in ({}, {"replace": True}):
                reply = upload(session, "default", name, b"other", **more)
                check.true(f"upload-volume to '{name}' {more} is refused", not reply["success"],
                           "a failure", reply)
            reply = session.ask(cmd="download-volume", pool="default", name=name)
            check.true(f"download-volume of '{name}' is refused", not reply["success"],
                       "a failure", reply)
        check.equal("where the link led is as it was", "secret", secret.read_text())
        check.true("the link is one still", (inside / "link").is_symlink(), "a link", "none")
    finally:
        (inside / "link").unlink()
        (inside / "folder").rmdir()
        secret.unlink()
        lab.host.run("virsh", "pool-refresh", "default")


def full_disk(lab, session):
    """A file system of 8 MiB."""
    check = lab.check
    lab.host.run("mkdir", "-p", "/srv/small")
    lab.host.run("mount", "-t", "tmpfs", "-o", "size=8m,mode=755", "small", "/srv/small")
    lab.host.run("virsh", "pool-create", "/dev/stdin",
                 input=DIR_POOL_XML.format(name="small", path="/srv/small"))
    try:
        reply = upload(session, "small", "big.img", random.Random(3).randbytes(20 * MIB))
        check.equal("a full disk", "no-space", kind(reply))
        check.equal("a full disk leaves nothing", set(), set(os.listdir(
            lab.host.path("/srv/small"))))
        check.equal("and gives its space back", True, upload(session, "small", "a.img")["success"])
        reply = upload(session, "small", "a.img", random.Random(3).randbytes(20 * MIB),
                       replace=True, sha256="2" * 64)
        check.equal("what is too large replaces nothing", ("no-space", True),
                    (kind(reply), lab.host.path("/srv/small/a.img").read_bytes() == IMAGE))
    finally:
        lab.host.run("virsh", "pool-destroy", "small")
        lab.host.run("umount", "/srv/small")


def half_way(lab):
    """Nobody sees a part of a volume, and whoever asks is told how far it is."""
    check = lab.check
    before = directory(lab, "default")
    with lab.ours() as session, lab.ours() as other:
        session.send(cmd="upload-volume", pool="default", name="half.img", length=len(IMAGE),
                     progress=True)
        session.process.stdin.write(IMAGE[:65536])
        events = [session.receive()]
        other.ok(cmd="virsh", args=["pool-refresh", "default"])
        check.true("a volume that is half there is not listed",
                   "half.img" not in volumes(other, "default"), "no half.img", "one")
        check.equal("nor is there another file", before, directory(lab, "default"))
        view = memoryview(IMAGE)[65536:]
        while view:
            view = view[session.process.stdin.write(view):]
        while "event" in (reply := session.receive()):
            events.append(reply)
        check.true("whole, it is listed", "half.img" in volumes(other, "default"), "half.img",
                   "none")
        done = [event["done"] for event in events]
        check.true("it is told how far it is", done == sorted(done) and done[-1] == len(IMAGE)
                   and all(event["total"] == len(IMAGE) and event["cmd"] == "upload-volume"
                           for event in events), "growing numbers", events)
        other.ok(cmd="virsh", args=["vol-delete", "half.img", "default"])


def killed(lab):
    """Who goes away in the middle leaves nothing."""
    for pool in ("default", "plain"):
        before = directory(lab, pool)
        session = lab.ours()
        session.send(cmd="upload-volume", pool=pool, name="gone.img", length=len(IMAGE))
        session.process.stdin.write(IMAGE[:65536])
        time.sleep(0.3)
        session.kill()
        time.sleep(0.5)
        lab.check.soon(f"a client that is killed leaves nothing in '{pool}'", before,
                       lambda: directory(lab, pool))


def cut(lab):
    before = directory(lab, "default")
    with lab.ours() as session:
        session.send(cmd="upload-volume", pool="default", name="cut.img", length=len(IMAGE))
        session.process.stdin.write(IMAGE[:65536])
        status = session.close()
    lab.check.equal("a body that is cut ends the session and leaves nothing", (0, before),
                    (status, directory(lab, "default")))


def shrinking(lab):
    """Bytes that were promised and are gone: the session ends rather than send fewer."""
    check = lab.check
    path = lab.host.volume("shrinking.img")
    with open(path, "wb") as file:
        file.truncate(256 * MIB)
    lab.host.run("virsh", "pool-refresh", "default")
    session = lab.session(stderr=subprocess.PIPE)
    reply = session.ok(cmd="download-volume", pool="default", name=path.name)
    os.truncate(path, 0)
    got = len(session.buffered)
    while chunk := session.process.stdout.read(MIB):
        got += len(chunk)
    errors = session.process.stderr.read().decode()
    check.true("a file that shrinks while it is sent ends the session",
               got < reply["length"] and session.process.wait(10) == 1, "fewer bytes, status 1",
               (got, session.process.returncode))
    check.true("and the reason is told", "became shorter" in errors, "became shorter", errors)
    session.process.stderr.close()
    session.close()
    lab.host.run("virsh", "vol-delete", path.name, "default")


def directory(lab, pool):
    return set(os.listdir(lab.host.volume("", pool)))


# -- pools of other types

def by_streams(lab, session):
    """
    A pool of type fs, of 16 MiB: to the helper all but a directory is what only libvirt reaches.
    (Volumes that are devices need a device mapper, which not every machine has.)
    """
    check = lab.check
    lab.host.run("mkdir", "-p", "/srv/streamed")
    # libvirt takes for mounted what this table of mounts has by that name
    lab.host.run("ln", "-sfn", "/proc/self/mounts", "/etc/mtab")
    lab.host.run("mount", "-t", "tmpfs", "-o", "size=16m,mode=755", "/dev/streamed",
                 "/srv/streamed")
    lab.host.run("virsh", "pool-create", "/dev/stdin", input=FS_POOL_XML.format(
        name="streamed", device="/dev/streamed", path="/srv/streamed"))
    inside = lab.host.path("/srv/streamed")
    path = inside / "a.img"
    try:
        reply = upload(session, "streamed", path.name, sha256=SHA256)
        check.equal("upload-volume by a stream", (True, "raw", len(IMAGE)),
                    (reply["success"], reply.get("format"), reply.get("capacity")))
        check.true("its bytes are those sent", path.read_bytes() == IMAGE, "the same", "others")
        check.true("its zeros take no space", allocated(path) <= 1.2 * MIB, "1 MiB",
                   allocated(path))
        for more, part in (({}, slice(None)), ({"offset": 5 * MIB - 7}, slice(5 * MIB - 7, None)),
                           ({"offset": 9 * MIB, "length": 301}, slice(9 * MIB, 9 * MIB + 301))):
            _, body = download(session, "streamed", path.name, **more)
            check.true(f"download-volume by a stream with {more}", body == IMAGE[part],
                       "these bytes", "others")
        check.equal("what exists is not replaced", "exists",
                    kind(upload(session, "streamed", path.name, b"new")))
        check.equal("a wrong checksum", "bad-request",
                    kind(upload(session, "streamed", "b.img", sha256="3" * 64)))
        check.equal("a wrong checksum for what is to be replaced", "bad-request",
                    kind(upload(session, "streamed", path.name, b"x", sha256="4" * 64,
                                replace=True)))
        check.equal("a full disk", "no-space", kind(upload(
            session, "streamed", "b.img", random.Random(3).randbytes(30 * MIB))))
        check.equal("none of these leaves anything", (["a.img"], True),
                    (os.listdir(inside), path.read_bytes() == IMAGE))
        reply = upload(session, "streamed", path.name, b"new" * 5000, replace=True)
        check.equal("replacing by a stream", (True, b"new" * 5000, ["a.img"]),
                    (reply["success"], path.read_bytes(), os.listdir(inside)))
        large(lab, session, inside)
        gone = lab.ours()
        gone.send(cmd="upload-volume", pool="streamed", name="gone.img", length=len(IMAGE))
        gone.process.stdin.write(IMAGE[:65536])
        there = eventually(lambda: os.listdir(inside), lambda names: "gone.img" in names, 5)
        check.true("a stream's volume has its name from the start", "gone.img" in there,
                   "gone.img", there)
        gone.kill()
        check.soon("a client that is killed leaves no volume", ["a.img"],
                   lambda: os.listdir(inside))
    finally:
        lab.host.run("virsh", "pool-destroy", "streamed")  # which unmounts it


def large(lab, session, inside):
    """More than libvirt is asked for at once, for a client that takes its time."""
    check = lab.check
    lab.host.run("mount", "-o", "remount,size=256m", "/srv/streamed")
    full, holes = inside / "full.img", inside / "holes.img"
    full.write_bytes(random.Random(5).randbytes(150 * MIB))
    with open(holes, "wb") as file:
        for place in (75, 76, 150):
            file.seek(place * MIB + 123)
            file.write(random.Random(place).randbytes(12345))
        file.truncate(200 * MIB + 1)
    lab.host.run("virsh", "pool-refresh", "streamed")
    session.ok(cmd="reserve", filter="vm3")
    status = lab.host.path(f"/proc/{lab.host.lock_holders()['vm3']}/status")
    session.ok(cmd="release", domain="vm3")

    def memory():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) >> 10

    before = memory()
    session.send(cmd="download-volume", pool="streamed", name=full.name)
    time.sleep(3)
    grown = memory() - before
    check.true("what a client does not take is not kept in memory", grown < 64, "64 MiB", grown)
    body = receive_body(session, session.receive()["length"])
    check.true("it gets it all", body == full.read_bytes(), "the same", "others")
    for more, part in (({}, slice(None)), ({"offset": 75 * MIB + 200}, slice(75 * MIB + 200, None)),
                       ({"length": 75 * MIB + 124}, slice(75 * MIB + 124))):
        _, body = download(session, "streamed", holes.name, **more)
        check.true(f"large holes between data with {more}", body == holes.read_bytes()[part],
                   "the same", "others")
    full.unlink()
    holes.unlink()
    lab.host.run("virsh", "pool-refresh", "streamed")
