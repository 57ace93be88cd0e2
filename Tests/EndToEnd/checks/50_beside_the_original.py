"""Our helper and the original on one host: each respects the other's reservations."""

import subprocess

from endtoend.lab import holders
from endtoend.testhost import DOMAINS, ORIGINAL_USER, USER

TAKEN = (False, "no domain could be reserved")


def run(lab):
    for here, there, words in (
        (USER, ORIGINAL_USER, "the original respects ours"),
        (ORIGINAL_USER, USER, "ours respects the original"),
    ):
        one_holds(lab, here, there, words)
    both_share(lab)


def one_holds(lab, here, there, words):
    """The first session reserves and releases in each possible way; the second one watches."""
    check = lab.check
    with lab.session(there, "watcher") as watcher:
        def attempt():
            reply = watcher.ask(cmd="reserve", filter="vm1")
            return reply["success"], reply.get("reply")

        def becomes_free(what):
            check.soon(f"{words}: free after {what}", (True, None), attempt)
            watcher.ok(cmd="release", domain="vm1")

        with lab.session(here, "holder") as holder:
            holder.ok(cmd="reserve", filter="vm1")
            check.equal(f"{words}: it shows the holder", "holder", holders(watcher)["vm1"])
            check.equal(f"{words}: a reserved domain stays reserved", TAKEN, attempt())
            holder.ok(cmd="release", domain="vm1")
            becomes_free("release")
            watcher.ok(cmd="reserve", filter="vm1")
            reply = holder.ask(cmd="reserve", filter="vm1")
            check.equal(f"{words}: so does the holder, once the domain is taken", TAKEN,
                        (reply["success"], reply.get("reply")))
            check.equal(f"{words}: it sees the new holder's name", "watcher",
                        holders(holder)["vm1"])
            watcher.ok(cmd="release", domain="vm1")

            holder.ok(cmd="reserve", filter="vm1")
            check.equal(f"{words}: a session exits with status 0 at end of input", 0,
                        holder.close())
        becomes_free("end of input")

        with lab.session(here, "holder") as holder:
            holder.ok(cmd="reserve", filter="vm1")
            check.equal(f"{words}: taken again", TAKEN, attempt())
            holder.kill()
        becomes_free("loss of the connection")

        # the login shell reports a killed child on stderr
        holder = lab.session(here, "holder", stderr=subprocess.DEVNULL)
        holder.ok(cmd="reserve", filter="vm1")
        check.equal(f"{words}: taken once more", TAKEN, attempt())
        pid = lab.host.lock_holders()["vm1"]
        lab.orphaned_directories.add(lab.host.path(f"/proc/{pid}/cwd").readlink().name)
        lab.host.kill(pid)
        becomes_free("SIGKILL")
        holder.kill()


def both_share(lab):
    """Both reserve in turns until no domain is left."""
    check = lab.check
    with lab.ours("ours") as ours, lab.original("original") as original:
        got = [session.ok(cmd="reserve")["domain"] for session in (ours, original, ours)]
        check.equal("in turns, each domain is reserved once", sorted(DOMAINS), sorted(got))
        for session, name in ((ours, "ours"), (original, "the original")):
            reply = session.ask(cmd="reserve")
            check.equal(f"then {name} has no free domain", TAKEN,
                        (reply["success"], reply.get("reply")))
        mine = "(reserved for us)"
        check.equal("both list the same holders (ours)",
                    {got[0]: mine, got[1]: "original", got[2]: mine}, holders(ours))
        check.equal("both list the same holders (the original)",
                    {got[0]: "ours", got[1]: mine, got[2]: "ours"}, holders(original))
