"""Uploads and downloads: directly to files in directory pools, by libvirt's streams in others."""

import gzip
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
# Data that fills whole blocks, and data that fills part of a block, between zeros.
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
    in_words(lab)
    half_way(lab)
    encoded(lab)
    temporary(lab)
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
    # the body was consumed, so this is read as a request
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
            raise EOFError("end of output within the data of a volume")
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
    check.true("its content equals the body", path.read_bytes() == IMAGE, "the same", "others")
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
    # an empty image of version 3, as qemu-img would create it
    image = struct.pack(">4sIQIIQIIQQIIQQQQII", b"QFI\xfb", 3, 0, 0, 16, 256 * MIB, 0, 1, 3 << 16,
                        1 << 16, 1, 0, 0, 0, 0, 0, 4, 104).ljust(4 << 16, b"\0")
    reply = upload(session, "default", "sent.qcow2", image)
    check.equal("a qcow2 image is recognized, and its virtual size",
                (True, "qcow2", 256 * MIB),
                (reply["success"], reply.get("format"), reply.get("capacity")))
    reply = upload(session, "default", "sent2.qcow2", image, format="raw")
    check.equal("it is not accepted as a raw image", "bad-request", kind(reply))
    reply = upload(session, "default", "sent2.qcow2", image, format="qcow2")
    check.equal("its format may be given", (True, "qcow2"), (reply["success"], reply["format"]))
    reply = upload(session, "default", "sent3.qcow2", IMAGE, format="qcow2")
    check.equal("a raw image is not accepted as qcow2", "bad-request", kind(reply))
    check.equal("rejected formats leave no volume", {"sent.qcow2", "sent2.qcow2"},
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
    check.equal("an existing volume is not replaced", "exists",
                kind(upload(session, "default", path.name, b"new")))
    check.equal("an upload with a wrong checksum does not replace it", "bad-request",
                kind(upload(session, "default", path.name, b"new", replace=True, sha256="1" * 64)))
    check.equal("it is unchanged", b"old" * 5000, path.read_bytes())
    with open(path, "rb") as reader:
        begin = reader.read(3)
        reply = upload(session, "default", path.name, b"new" * 5000, replace=True)
        check.equal("a reader of a replaced volume keeps the old file", (True, b"oldold"),
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
                check.true(f"upload-volume to '{name}' {more} is rejected", not reply["success"],
                           "a failure", reply)
            reply = session.ask(cmd="download-volume", pool="default", name=name)
            check.true(f"download-volume of '{name}' is rejected", not reply["success"],
                       "a failure", reply)
        check.equal("the target of the link is unchanged", "secret", secret.read_text())
        check.true("the link is still a link", (inside / "link").is_symlink(), "a link", "none")
    finally:
        (inside / "link").unlink()
        (inside / "folder").rmdir()
        secret.unlink()
        lab.host.run("virsh", "pool-refresh", "default")


def in_words(lab):
    """virsh's own transfers, with the ssh client's input and output as files."""
    check = lab.check
    words = [*lab.ssh_command(), "virsh"]
    created = "vol-create-as default words.img 24M --format raw".split()
    subprocess.run([*words, *created], check=True, capture_output=True, timeout=60)
    done = subprocess.run(
        [*words, "vol-upload", "words.img", "/dev/stdin", "--pool", "default"], input=IMAGE,
        capture_output=True, timeout=60)
    check.equal("vol-upload from /dev/stdin in words", (0, b""), (done.returncode, done.stderr))
    done = subprocess.run(
        [*words, "vol-download", "words.img", "/dev/stdout", "--pool", "default"],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    check.equal("vol-download to /dev/stdout in words", (0, True, b""),
                (done.returncode, done.stdout == IMAGE, done.stderr))
    # libvirtd 11.3 crashes if it gets more.
    done = subprocess.run(
        [*words, *"vol-upload words.img /dev/stdin --pool default --offset 4096 --length 10".split()],
        input=b"0123456789 and more" * 100_000, capture_output=True, timeout=60)
    check.equal("vol-upload --length of a larger file", (0, b""), (done.returncode, done.stderr))
    written = lab.host.volume("words.img").read_bytes()
    check.true("it writes that many bytes", written == IMAGE[:4096] + b"0123456789" + IMAGE[4106:],
               "the 10 bytes", written[4090:4120])
    lab.host.run("virsh", "vol-delete", "words.img", "default")


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
        check.equal("the space is free again", True, upload(session, "small", "a.img")["success"])
        reply = upload(session, "small", "a.img", random.Random(3).randbytes(20 * MIB),
                       replace=True, sha256="2" * 64)
        check.equal("an upload that is too large does not replace a volume", ("no-space", True),
                    (kind(reply), lab.host.path("/srv/small/a.img").read_bytes() == IMAGE))
    finally:
        lab.host.run("virsh", "pool-destroy", "small")
        lab.host.run("umount", "/srv/small")


def half_way(lab):
    """An incomplete volume is not visible; progress events are sent on request."""
    check = lab.check
    before = directory(lab, "default")
    with lab.ours() as session, lab.ours() as other:
        session.send(cmd="upload-volume", pool="default", name="half.img", length=len(IMAGE),
                     progress=True)
        session.process.stdin.write(IMAGE[:65536])
        events = [session.receive()]
        other.ok(cmd="virsh", args=["pool-refresh", "default"])
        check.true("an incomplete volume is not listed",
                   "half.img" not in volumes(other, "default"), "no half.img", "one")
        check.equal("the directory has no new file", before, directory(lab, "default"))
        view = memoryview(IMAGE)[65536:]
        while view:
            view = view[session.process.stdin.write(view):]
        while "event" in (reply := session.receive()):
            events.append(reply)
        check.true("the complete volume is listed", "half.img" in volumes(other, "default"),
                   "half.img", "none")
        done = [event["done"] for event in events]
        check.true("progress events count up to the whole",
                   done == sorted(done) and done[-1] == len(IMAGE)
                   and all(event["total"] == len(IMAGE) and event["cmd"] == "upload-volume"
                           for event in events), "growing numbers", events)
        other.ok(cmd="virsh", args=["vol-delete", "half.img", "default"])


def encoded(lab):
    """What libvirtd knows of a volume that crossed the network compressed."""
    body = gzip.compress(IMAGE)
    with lab.ours() as session:
        for pool in ("default", "plain"):
            reply = upload(session, pool, "packed.img", body, encoding="gzip", sha256=SHA256)
            lab.check.equal(f"a compressed upload to '{pool}'", (True, len(IMAGE)),
                            (reply["success"], reply.get("capacity")))
            lab.check.equal("its content", IMAGE, lab.host.volume("packed.img", pool).read_bytes())
            reply = upload(session, pool, "packed.img", body[:-9], encoding="gzip", replace=True)
            lab.check.equal("one that is cut off changes nothing", (False, IMAGE),
                            (reply["success"],
                             lab.host.volume("packed.img", pool).read_bytes()))
            session.ok(cmd="virsh", args=["vol-delete", "packed.img", pool])


def temporary(lab):
    """Volumes that end with their session, however it ends; libvirt lists them no more."""
    for pool in ("default", "plain"):
        before = directory(lab, pool)
        for is_killed in (False, True):
            session = lab.session(stderr=subprocess.DEVNULL)
            session.ok(cmd="reserve", filter="vm1")
            for form in ("raw", "qcow2"):
                session.ok(cmd="create-volume", pool=pool, name=f"job.{form}", format=form,
                           size=MIB, temporary=True)
            upload(session, pool, "job.up", b"up", temporary=True)
            known = volumes(session, pool)
            lab.check.true(f"temporary volumes in '{pool}' are listed",
                           {"job.raw", "job.qcow2", "job.up"} <= set(known), "three", known)
            if is_killed:
                pid = lab.host.lock_holders()["vm1"]
                lab.orphaned_directories.add(lab.host.path(f"/proc/{pid}/cwd").readlink().name)
                lab.host.kill(pid)
                session.kill()
                with lab.ours() as next_session:
                    next_session.ok(cmd="reservations")
            else:
                session.close()
            end = "the next session removes them" if is_killed else "they end with the session"
            lab.check.equal(f"{end} in '{pool}'", before, directory(lab, pool))
            with lab.ours() as session:
                listed = volumes(session, pool)
            lab.check.true("libvirt does not list them", not any(
                name.startswith("job.") for name in listed), "none", listed)


def killed(lab):
    """A client that is killed within an upload leaves nothing."""
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
    lab.check.equal("end of input within a body ends the session and leaves nothing", (0, before),
                    (status, directory(lab, "default")))


def shrinking(lab):
    """A file that becomes shorter than the announced length: the session ends."""
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
    check.true("standard error has the reason", "became shorter" in errors, "became shorter",
               errors)
    session.process.stderr.close()
    session.close()
    lab.host.run("virsh", "vol-delete", path.name, "default")


def directory(lab, pool):
    return set(os.listdir(lab.host.volume("", pool)))


# -- pools of other types

def by_streams(lab, session):
    """
    A pool of type fs with 16 MiB. The helper uses libvirt's streams for all pools but directories.
    (Volumes that are devices would need a device mapper, which not every machine has.)
    """
    check = lab.check
    lab.host.run("mkdir", "-p", "/srv/streamed")
    # libvirt looks up in this table whether the pool's device is mounted
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
        check.true("its content equals the body", path.read_bytes() == IMAGE, "the same", "others")
        check.true("its zeros take no space", allocated(path) <= 1.2 * MIB, "1 MiB",
                   allocated(path))
        for more, part in (({}, slice(None)), ({"offset": 5 * MIB - 7}, slice(5 * MIB - 7, None)),
                           ({"offset": 9 * MIB, "length": 301}, slice(9 * MIB, 9 * MIB + 301))):
            _, body = download(session, "streamed", path.name, **more)
            check.true(f"download-volume by a stream with {more}", body == IMAGE[part],
                       "these bytes", "others")
        check.equal("an existing volume is not replaced", "exists",
                    kind(upload(session, "streamed", path.name, b"new")))
        check.equal("a wrong checksum", "bad-request",
                    kind(upload(session, "streamed", "b.img", sha256="3" * 64)))
        check.equal("a wrong checksum for a replacement", "bad-request",
                    kind(upload(session, "streamed", path.name, b"x", sha256="4" * 64,
                                replace=True)))
        check.equal("a full disk", "no-space", kind(upload(
            session, "streamed", "b.img", random.Random(3).randbytes(30 * MIB))))
        check.equal("none of these leaves a volume", (["a.img"], True),
                    (os.listdir(inside), path.read_bytes() == IMAGE))
        reply = upload(session, "streamed", path.name, b"new" * 5000, replace=True)
        check.equal("replacing by a stream", (True, b"new" * 5000, ["a.img"]),
                    (reply["success"], path.read_bytes(), os.listdir(inside)))
        large(lab, session, inside)
        gone = lab.ours()
        gone.send(cmd="upload-volume", pool="streamed", name="gone.img", length=len(IMAGE))
        gone.process.stdin.write(IMAGE[:65536])
        there = eventually(lambda: os.listdir(inside), lambda names: len(names) > 1, 5)
        check.true("a stream's volume gets its name when it is complete",
                   len(there) > 1 and "gone.img" not in there, "a temporary name", there)
        gone.kill()
        check.soon("a client that is killed leaves no volume", ["a.img"],
                   lambda: os.listdir(inside))
    finally:
        lab.host.run("virsh", "pool-destroy", "streamed")  # which unmounts it


def large(lab, session, inside):
    """Volumes larger than one read of a stream, and a client that reads slowly."""
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
    check.true("data that the client does not read is not buffered in memory", grown < 64,
               "64 MiB", grown)
    body = receive_body(session, session.receive()["length"])
    check.true("it receives all of it", body == full.read_bytes(), "the same", "others")
    for more, part in (({}, slice(None)), ({"offset": 75 * MIB + 200}, slice(75 * MIB + 200, None)),
                       ({"length": 75 * MIB + 124}, slice(75 * MIB + 124))):
        _, body = download(session, "streamed", holes.name, **more)
        check.true(f"large holes between data with {more}", body == holes.read_bytes()[part],
                   "the same", "others")
    full.unlink()
    holes.unlink()
    lab.host.run("virsh", "pool-refresh", "streamed")
