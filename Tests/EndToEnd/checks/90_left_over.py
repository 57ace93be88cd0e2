"""At the end, nothing of the run is left on the host."""

from endtoend.testhost import DOMAINS, POOLS, STATE

ALWAYS = True  # also with --only


def run(lab):
    host, check = lab.host, lab.check
    check.soon("no reservation is left", {}, host.lock_holders)
    # guests may still run: QEMU and passt
    guests = {"qemu-system-x86", "passt.avx2", "passt"}
    check.soon("no session's process is left", set(),
               lambda: set(host.processes()) - set(host.at_rest) - guests)
    lab.stop_guests()
    check.soon("with the guests stopped, the same processes run as before", host.at_rest,
               host.processes)

    directories = {path.name for path in host.path("/var/tmp").iterdir()}
    check.equal("no session's directory is left", set(), directories - lab.orphaned_directories)
    for pool, path in POOLS.items():
        there = {entry.name for entry in host.path(path).iterdir()} - {"lost+found"}
        check.equal(f"pool '{pool}' holds the volumes it should and no other file",
                    lab.volumes[pool], there)
    # `sessions` is made by the first session that reserves a domain, `effects.lock` by one with a
    # role, `journal` by one that begins what could be left, `ports` by one that makes a guest,
    # `queue` by one that waits, `forced-releases` by one that takes a domain,
    # `leases` by one that outlives its client; they stay.
    check.equal("the state directory holds the locks, no session and no record", ({"locks"}, []),
                ({entry.name for entry in host.path(STATE).iterdir()}
                 - {"effects.lock", "forced-releases", "journal", "leases", "ports", "queue",
                    "sessions"},
                 [entry.name
                  for folder in ("forced-releases", "journal", "leases", "queue", "sessions")
                  for entry in host.path(f"{STATE}/{folder}").glob("*")]))
    locks = {entry.name for entry in host.path(STATE + "/locks").iterdir()}
    check.true("all locks are named after domains", locks <= set(DOMAINS), sorted(DOMAINS), locks)
    check.equal("nothing is left in /tmp", [],
                [entry.name for entry in host.path("/tmp").iterdir()])
