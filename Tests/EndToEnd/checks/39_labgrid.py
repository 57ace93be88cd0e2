"""contrib/labgrid: a coordinator, two hosts, and labgrid's own clients."""

import os
import re
import shlex
import shutil
import subprocess

from endtoend.checks import note
from endtoend.lab import SOURCE, Session
from endtoend.testhost import ADDRESS, REPOSITORY, SECOND_ADDRESS, USER

FOLDER = REPOSITORY / "contrib/labgrid"
COORDINATOR = "127.0.0.1:20408"
# what README.md of contrib/labgrid says about roles
POLICY = """\
[role grid]
commands = @tester
virsh = read power
domains = vm.*
pools = default:rw
reservation = identity
"""
# (host, domain) -> the tag of its place, which has the name HOST-DOMAIN
PLACES = {("host1", "vm1"): "one", ("host2", "vm1"): "other", ("host2", "vm2"): "other"}
# a transition that fails, in the environment of the first argument
FAILED_TRANSITION = """
import sys
from labgrid import Environment
from labgrid.driver import ExecutionError
strategy = Environment(sys.argv[1]).get_target().get_driver("AtexVirtStrategy")
strategy.transition("off")
strategy.image = "none.img"
try:
    strategy.transition("shell")
except ExecutionError as error:
    print(strategy.status.name, "none.img" in str(error))
"""


def run(lab):
    if lab.labgrid is None:
        return note(f"skipped: {lab.labgrid_missing}")
    with Grid(lab) as grid:
        with lab.second_host():
            grid.export()
            reserve_provision_release(lab, grid)
            two_clients(lab, grid)
            taken_by_the_helper(lab, grid)
            taken_by_force(lab, grid)
            host_dies(lab, grid)
        without_the_host(lab, grid)
        down_from_the_start(lab, grid)
        with lab.second_host() as host:
            host_is_back(lab, grid, host)
        exporter_dies(lab, grid)
    role(lab)


class Grid:
    """The coordinator and the exporters, on the client's machine."""

    def __init__(self, lab):
        self.lab = lab
        self.directory = lab.directory / "labgrid"
        self.running = {}
        *ssh, _ = lab.ssh_command(USER, "-oServerAliveInterval=1", "-oServerAliveCountMax=2")
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(lab.directory), "LC_ALL": "C.UTF-8",
            # the repository stays as it was
            "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1",
            "LG_COORDINATOR": COORDINATOR, "LG_HOSTNAME": "desk", "ATEX_SSH": shlex.join(ssh)}
        self.example = self.directory / "env.yaml"

    def __enter__(self):
        self.directory.mkdir()
        self.failed_before = self.lab.check.failed
        text = (FOLDER / "env.yaml").read_text()
        for old, new in (("- atex_virt_helper.py", f"- {FOLDER}/atex_virt_helper.py"),
                         ('keyfile: ""', f"keyfile: {self.lab.key}"),
                         ('image: "9.6"', f"image: {SOURCE}")):
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        self.example.write_text(text)
        self.start("coordinator", f"{self.lab.labgrid}/bin/labgrid-coordinator", "-l", COORDINATOR)
        soon(self.lab, "the coordinator answers", 0, lambda: self.client("places")[0])
        return self

    def __exit__(self, kind, *_):
        if kind is not None or self.lab.check.failed > self.failed_before:
            for log in sorted(self.directory.glob("*.log")):
                note(f"---- {log.name}")
                for line in log.read_text().splitlines()[-40:]:
                    note(f"| {line}")
        for name in list(self.running):
            self.stop(name)
        shutil.rmtree(self.directory)

    def start(self, name, *program):
        with open(self.directory / f"{name}.log", "a") as log:
            self.running[name] = subprocess.Popen(
                [f"{self.lab.labgrid}/bin/python", *program], cwd=self.directory,
                env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def stop(self, name):
        process = self.running.pop(name)
        process.terminate()
        process.wait(20)

    def export(self):
        for name, address in (("host1", ADDRESS), ("host2", SECOND_ADDRESS)):
            self.start_exporter(name, address)
        soon(self.lab, "the exporters publish the domains of both hosts",
             [f"{host}/vm{number}/NetworkService" for host in ("host1", "host2")
              for number in (1, 2, 3)], self.resources)
        for (host, domain), board in PLACES.items():
            for words in (("create",), ("add-match", f"{host}/{domain}/*"),
                          ("set-tags", f"board={board}")):
                self.ok("-p", f"{host}-{domain}", *words)

    def start_exporter(self, name, address):
        self.start(name, FOLDER / "exporter", f"{USER}@{address}", "-n", name)

    # -- labgrid-client

    def command(self, words, user, token):
        return self.python([f"{self.lab.labgrid}/bin/labgrid-client", *words], user, token)

    def python(self, words, user="alice", token=""):
        return {"args": [f"{self.lab.labgrid}/bin/python", *words],
                "env": {**self.environment, "LG_USERNAME": user, "LG_TOKEN": token},
                "stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
                "stderr": subprocess.STDOUT, "text": True}

    def client(self, *words, user="alice", token="", timeout=60):
        """Its exit status and output."""
        done = subprocess.run(**self.command(words, user, token), timeout=timeout)
        return done.returncode, done.stdout

    def begin(self, *words, user="alice"):
        return subprocess.Popen(**self.command(words, user, ""))

    def ok(self, *words, **more):
        code, output = self.client(*words, **more)
        if code != 0:
            raise RuntimeError(f"labgrid-client {shlex.join(words)} ended with {code}: {output}")
        return output

    def reserve(self, *words, user="alice"):
        """The token of a reservation that the client has waited for."""
        return token(self.ok("reserve", "--wait", "--shell", *words, user=user))

    def resources(self):
        return re.findall(r"^\S+$", self.client("resources")[1], re.M)

    def is_available(self, host, domain):
        """Resources that are not available are not listed."""
        return f"{host}/{domain}/NetworkService" in self.resources()

    def owners(self):
        """Who has reservations in labgrid."""
        return sorted(re.findall(r"owner: (.*)", self.ok("reservations")))


def soon(lab, what, expected, look):
    """On a busy machine labgrid-client takes seconds."""
    lab.check.soon(what, expected, look, seconds=60)


def token(output):
    return re.search(r"^export LG_TOKEN=(\w+)$", output, re.M)[1]


def holder(lab, domain="vm1"):
    return lab.reservations()[domain]


def reserve_provision_release(lab, grid):
    check = lab.check
    mine = grid.reserve("board=one")
    environment = ("-c", grid.example)
    grid.ok(*environment, "acquire", token=mine)
    check.equal("the acquired place holds the helper's reservation", "labgrid", holder(lab))
    with lab.ours("ci") as session:
        details = session.ok(cmd="reservations", details=True)["holders"]["vm1"]
        check.equal("which names the place", "labgrid place host1-vm1", details.get("note"))
        check.equal("a client of the helper does not get the domain", "no domain could be reserved",
                    session.ask(cmd="reserve", filter="vm1")["reply"])
    code, output = grid.client(*environment, "-s", "shell", "ssh", "cat", "/marker", token=mine,
                               timeout=200)
    lab.volumes["default"].add("vm1.img")
    check.equal("the strategy provisions a guest, and ssh logs in to it", (0, lab.marker),
                (code, output.strip().rpartition("\n")[2] if code == 0 else output))
    state = []
    for action in ("get", "off", "get"):
        state += re.findall(r"is (on|off)$", grid.ok(*environment, "power", action, token=mine),
                            re.M)
    check.equal("the driver switches it off", (["on", "off"], "shut off"),
                (state, lab.host.run("virsh", "domstate", "vm1").strip()))
    code, output = grid.client(*environment, "-s", "bootloader", "power", "get", token=mine)
    check.true("an unknown state is refused", code != 0 and "no state 'bootloader'" in output,
               "the state's name", output)
    done = subprocess.run(**grid.python(["-c", FAILED_TRANSITION, grid.example], token=mine),
                          timeout=60)
    check.equal("after a transition that failed the state is unknown", "unknown True",
                done.stdout.strip().rpartition("\n")[2])
    grid.ok(*environment, "release", token=mine)
    check.equal("the released place gives the domain back", None, holder(lab))
    grid.ok("cancel-reservation", mine)


def two_clients(lab, grid):
    check = lab.check
    both = {user: grid.begin("-p", "host1-vm1", "acquire", user=user) for user in ("alice", "bob")}
    outputs = {user: client.communicate(timeout=60)[0] for user, client in both.items()}
    won = [user for user, client in both.items() if client.returncode == 0]
    check.equal("of two clients that acquire a place at once, one gets it", 1, len(won))
    winner, loser = won[0], "bob" if won == ["alice"] else "alice"
    check.true("the other is told", "lready acquired" in outputs[loser]
               or "is already acquired" in outputs[loser], "already acquired", outputs[loser])
    waiting = grid.begin("reserve", "--wait", "--shell", "board=one", user=loser)
    soon(lab, "a client waits in labgrid", [f"desk/{loser}"], grid.owners)
    check.equal("as long as the place is acquired", None, waiting.poll())
    grid.ok("-p", "host1-vm1", "release", user=winner)
    output, _ = waiting.communicate(timeout=60)
    code, said = grid.client("-p", "host1-vm1", "acquire", user=winner)
    check.true("then the place is reserved for it", code != 0 and "was not reserved for" in said,
               "was not reserved", said)
    grid.ok("-p", "host1-vm1", "acquire", user=loser)
    check.equal("and it acquires the place", "labgrid", holder(lab))
    grid.ok("-p", "host1-vm1", "release", user=loser)
    grid.ok("cancel-reservation", token(output))


def taken_by_the_helper(lab, grid):
    check = lab.check
    with lab.ours("ci-17") as session:
        session.ok(cmd="reserve", filter="vm1")
        code, output = grid.client("-p", "host1-vm1", "acquire")
        check.true("a domain that a client of the helper has cannot be acquired",
                   code != 0 and "Server error" in output, "an error", output)
        soon(lab, "labgrid shows who has it", ["host1/ci-17"], grid.owners)
        code, output = grid.client("-p", "host1-vm1", "acquire")
        check.true("and refuses to give the place to others",
                   code != 0 and "was not reserved for desk/alice" in output, "not reserved",
                   output)
        waiting = grid.begin("reserve", "--wait", "--shell", "board=one")
        soon(lab, "a client waits for it", ["desk/alice", "host1/ci-17"], grid.owners)
    output, _ = waiting.communicate(timeout=60)
    grid.ok("-p", "host1-vm1", "acquire")
    check.equal("and gets it when it is given back", "labgrid", holder(lab))
    grid.ok("-p", "host1-vm1", "release")
    grid.ok("cancel-reservation", token(output))


def taken_by_force(lab, grid):
    check = lab.check
    grid.ok("-p", "host1-vm1", "acquire")
    with lab.ours("boss") as session:
        # both at once, before the exporter reserves it again
        session.send(cmd="release", domain="vm1", force=True)
        session.send(cmd="reserve", filter="vm1")
        check.equal("a domain is taken by force", [True, True],
                    [session.receive()["success"] for _ in range(2)])
        soon(lab, "a place whose domain was taken by force is not available", False,
             lambda: grid.is_available("host1", "vm1"))
    soon(lab, "and holds it again when it is given back", (True, "labgrid"),
         lambda: (grid.is_available("host1", "vm1"), holder(lab)))
    grid.ok("-p", "host1-vm1", "release")


def host_dies(lab, grid):
    grid.ok("-p", "host2-vm1", "acquire")
    lab.check.equal("a place of the second host is acquired", True,
                    grid.is_available("host2", "vm1"))


def without_the_host(lab, grid):
    check = lab.check
    soon(lab, "the resources of a dead host are not available", False,
         lambda: grid.is_available("host2", "vm1"))
    soon(lab, "labgrid shows why", ["host2/unreachable"] * 2, grid.owners)
    code, output = grid.client("-p", "host2-vm2", "acquire")
    check.true("its places cannot be acquired", code != 0 and "was not reserved" in output,
               "not reserved", output)
    mine = grid.reserve("board=one")
    grid.ok("-p", "+", "acquire", token=mine)
    check.equal("the other host is not affected", "labgrid", holder(lab))
    grid.ok("-p", "+", "release", token=mine)
    grid.ok("cancel-reservation", mine)


def down_from_the_start(lab, grid):
    check = lab.check
    grid.ok("-p", "host3-vm1", "create")
    grid.ok("-p", "host3-vm1", "add-match", "host3/vm1/*")
    grid.start_exporter("host3", SECOND_ADDRESS)
    soon(lab, "an exporter that starts while its host is down reserves the host's places", True,
         lambda: "host3/unreachable" in grid.owners())
    # The coordinator would permit it; without the option the client does not ask.
    code, output = grid.client("-p", "host3-vm1", "acquire", "--allow-unmatched")
    check.true("these cannot be acquired", code != 0 and "was not reserved" in output,
               "not reserved", output)
    grid.stop("host3")
    # It would expire after a minute.
    grid.ok("cancel-reservation", re.search(r"Reservation '(\w+)':\s+owner: host3/",
                                            grid.ok("reservations"))[1])
    grid.ok("-p", "host3-vm1", "delete")


def host_is_back(lab, grid, host):
    check = lab.check
    soon(lab, "when the host is back, the acquired place holds its domain again", ["vm1"],
         lambda: sorted(host.lock_holders()))
    soon(lab, "and is available", True, lambda: grid.is_available("host2", "vm1"))
    soon(lab, "its other place can be reserved", [], grid.owners)
    grid.ok("-p", "host2-vm1", "release")
    check.equal("a release gives the domain back", {}, host.lock_holders())
    grid.stop("host2")


def exporter_dies(lab, grid):
    check = lab.check
    grid.ok("-p", "host1-vm1", "acquire")
    process = grid.running.pop("host1")
    process.kill()
    process.wait()
    soon(lab, "a killed exporter holds nothing", None, lambda: holder(lab))
    grid.start_exporter("host1", ADDRESS)
    # The coordinator looks for such resources every 15 seconds.
    soon(lab, "a new one holds the domains of acquired places", "labgrid", lambda: holder(lab))
    grid.ok("-p", "host1-vm1", "release")
    check.equal("and gives them back", None, holder(lab))


def role(lab):
    """The requests of the exporter and of the driver, in a role with one identity for both."""
    host = lab.host
    host.path("/root/grid.conf").write_text(POLICY)

    def confined():
        return Session(host.command(host.installed_helper, "--role", "grid", "--identity", "grid",
                                    "--policy", "/root/grid.conf", "qemu:///system"),
                       subprocess.DEVNULL)

    requests = [
        {"cmd": "setname", "name": "labgrid"},
        {"cmd": "port-forwards", "guest_port": 22, "proto": "tcp"},
        {"cmd": "virsh", "args": ["list", "--all", "--persistent", "--name"]},
        {"cmd": "reservations", "details": True},
        {"cmd": "reserve", "filter": "vm1", "note": "labgrid place host1-vm1"},
    ], [
        {"cmd": "copy-volume", "pool": "default", "from": SOURCE, "to_domain": "vm1",
         "force": True},
        {"cmd": "virsh", "args": ["start", "vm1"]},
        {"cmd": "virsh", "args": ["domstate", "vm1"]},
        {"cmd": "virsh", "args": ["destroy", "vm1"]},
    ]
    try:
        with confined() as exporter, confined() as driver:
            lab.check.equal("with a role, exporter and driver need one identity", [],
                            [reply["reply"] for session, asked in zip((exporter, driver), requests)
                             for reply in (session.ask(**one) for one in asked)
                             if not reply["success"]])
    finally:
        host.path("/root/grid.conf").unlink()
