"""`reserve` with `wait`, and `provision`."""

import subprocess
import time

from endtoend.lab import SOURCE, holders
from endtoend.testhost import DOMAINS, DOMAIN_XML, STATE

REQUEST = {"cmd": "provision", "pool": "default", "from": SOURCE}


def run(lab):
    waits(lab)
    succeeds(lab)
    fails(lab)
    vanishes(lab)


def waits(lab):
    """If all domains are taken, a new domain or the original helper's release ends the wait."""
    check = lab.check
    with lab.ours("holder") as holder, lab.original("other") as original, \
            lab.ours("waiter") as waiter:
        for name in list(DOMAINS)[1:]:
            holder.ok(cmd="reserve", filter=name)
        original.ok(cmd="reserve", filter="vm1")
        waiter.send(cmd="reserve", wait=60)
        check.equal("a client waits while all are taken", True, waiter.is_silent(1))
        begin = time.monotonic()
        original.ok(cmd="release", domain="vm1")
        check.equal("the original helper's release ends the wait", "vm1",
                    waiter.receive(5).get("domain"))
        check.true("at once", time.monotonic() - begin < 1, "less than 1 s",
                   time.monotonic() - begin)

        waiter.send(cmd="reserve", wait=60, filter="vm.*|extra")
        check.equal("another client waits", True, waiter.is_silent(1))
        path = lab.host.path("/root/extra.xml")
        path.write_text(DOMAIN_XML.format(name="extra", port=2299))
        lab.host.run("virsh", "define", "/root/extra.xml")
        try:
            check.equal("a new domain ends the wait", "extra", waiter.receive(5).get("domain"))
        finally:
            waiter.ok(cmd="release", domain="extra")
            lab.host.run("virsh", "undefine", "extra")
            lab.host.path(f"{STATE}/locks/extra").unlink(missing_ok=True)


def succeeds(lab):
    check = lab.check
    lab.volumes["default"].add("vm1.img")
    with lab.ours("provisioner") as session:
        # If an earlier group left a guest running, it is stopped; an existing volume is replaced.
        session.send(**REQUEST, filter="vm1", wait=5, wait_port=22, timeout=120, progress=True,
                     id=7)
        events = []
        while "event" in (reply := session.receive(150)):
            events.append(reply)
        check.true("provision succeeds", reply["success"], True, reply)
        check.equal("it reserves the requested domain", "vm1", reply["domain"])
        check.equal("it returns the guest's forwarded port", DOMAINS["vm1"], reply["port"])
        check.equal("it returns all forwards", [(22, DOMAINS["vm1"])],
                    [(f["guest_port"], f["host_port"]) for f in reply["forwards"]])
        check.equal("it returns the duration of each step",
                    ["reserve", "copy", "stop", "start", "wait"], list(reply["seconds"]))
        check.true("the last progress event is complete",
                   events and events[-1]["done"] == events[-1]["total"] > 0, "a last event", events)
        banner = subprocess.run(
            ["nsenter", "--target", lab.host.pid, "--net", "bash", "-c",
             f"exec 3<>/dev/tcp/{reply['address']}/{reply['port']}; head -c4 <&3"],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=20).stdout
        check.equal("the guest's sshd answers there", b"SSH-", banner)
        check.equal("the domain is ours", "provisioner", lab.reservations()["vm1"])
        # Again, with the domain running: it is stopped first.
        session.ok(cmd="release", domain="vm1")
        reply = session.ok(150, **REQUEST, filter="vm1")
        check.true("a running domain is stopped first", "start" in reply["seconds"], "a start",
                   reply)
        check.equal("without wait_port, there is no wait step", False,
                    "wait" in reply["seconds"])
    lab.stop_guests()


def fails(lab):
    check = lab.check
    with lab.ours("provisioner") as session:
        def assert_fails(words, step, kind, *texts, **more):
            reply = session.ask(60, **REQUEST | more)
            check.true(f"{words}: the reply names the step and the reason",
                       not reply["success"] and f"step '{step}'" in reply["reply"]
                       and all(text in reply["reply"] for text in texts)
                       and reply["error"]["kind"] == kind, (step, kind, texts), reply)
            check.equal(f"{words}: the domain is free", None, holders(session)["vm1"])
            check.equal(f"{words}: the domain is stopped", "shut off",
                        lab.host.run("virsh", "domstate", "vm1").strip())

        assert_fails("no such volume", "copy", "not-found", "'nope'", **{"from": "nope"})
        assert_fails("no such pool", "copy", "not-found", "'nope'", pool="nope")
        assert_fails("no such domain", "reserve", "not-found", "no domain matches", filter="nope")
        with lab.ours("holder") as holder:
            for name in DOMAINS:
                holder.ok(cmd="reserve", filter=name)
            reply = session.ask(**REQUEST, wait=0.2)
            check.true("all taken: the reply says so",
                       "no domain could be reserved" in reply["reply"]
                       and reply["error"]["kind"] == "busy", "busy", reply)
        # Another process has the guest's port on the host, so passt and QEMU cannot start.
        listener = subprocess.Popen(
            ["nsenter", "--target", lab.host.pid, "--net", "python3", "-c",
             "import socket, time; s = socket.create_server(('', 2201)); print(flush=True); "
             "time.sleep(60)"], stdout=subprocess.PIPE)
        try:
            listener.stdout.readline()  # it listens
            assert_fails("a start that fails", "start", "libvirt", filter="vm1")
        finally:
            listener.kill()
            listener.wait()
            listener.stdout.close()
        assert_fails("a guest that does not answer", "wait", "timeout", filter="vm1", wait_port=22,
                     timeout=0.3)


def vanishes(lab):
    """The client disconnects while its guest boots."""
    check = lab.check
    session = lab.session(name="leaving", stderr=subprocess.DEVNULL)
    session.send(**REQUEST, filter="vm1", wait_port=22, timeout=120)
    check.soon("the guest is started for a client", "running",
               lambda: lab.host.run("virsh", "domstate", "vm1").strip())
    pid = lab.host.lock_holders()["vm1"]
    begin = time.monotonic()
    session.kill()
    check.soon("the client disconnects: its session ends", False,
               lambda: lab.host.path(f"/proc/{pid}").exists())
    check.true("within a second, plus some time for ssh", time.monotonic() - begin < 2,
               "less than 2 s", time.monotonic() - begin)
    check.equal("the guest is stopped by then", "shut off",
                lab.host.run("virsh", "domstate", "vm1").strip())
    check.equal("the domain is free by then", None, lab.reservations()["vm1"])
