import tempfile

from test_roles import POLICY, RoleTest

TWO = """
[role tester]
commands = @tester
virsh = read power
domains = vm.*
[role peer]
commands = @tester
virsh = read power
domains = vm.*
reservation = identity
max-sessions = 3
max-reservations = 2
"""


class Domains(RoleTest):
    """Several sessions with one state directory."""

    def setUp(self):
        super().setUp()
        self.uri = self.node("vm1", "vm2", "vm3", "other")
        self.state = tempfile.mkdtemp(dir=self.home)

    def role(self, role, identity, words=None, env=None):
        argv = ["--policy", POLICY, "--role", role, "--identity", identity, self.uri]
        more = dict(
            policy=TWO, env={**(env or {}), **({"SSH_ORIGINAL_COMMAND": words} if words else {})},
            prepare=f"mkdir /var/lib/atex-virt-helper; mount --bind {self.state} "
                    "/var/lib/atex-virt-helper")
        return self.finished(*argv, **more) if words else self.start(*argv, **more)

    def virsh(self, session, *words):
        return session.ask({"cmd": "virsh", "args": list(words), "id": 1})

    def test_identity(self):
        ssh = {"SSH_CONNECTION": "192.0.2.7 50022 192.0.2.1 22", "SUDO_USER": "carol"}
        holder = self.role("peer", "carol", env=ssh)
        holder.ok({"cmd": "setname", "name": "dave"})
        holder.ok({"cmd": "reserve", "filter": "vm1"})
        # Another session of the same identity may change the domain, and look into it.
        self.assertEqual(self.role("peer", "carol", "virsh start vm1")[0], 0)
        reply = holder.ok({"cmd": "virsh", "args": ["domstate", "vm1"]})
        # Another identity may not, whatever name the holder has added.
        dave = self.role("peer", "dave")
        self.assertRefused(self.virsh(dave, "start", "vm1"), "denied",
                           "no session of this identity has reserved domain 'vm1'")
        reply = dave.ok({"cmd": "reservations", "details": True})
        self.assertEqual(reply["domains"],
                         {"vm1": "carol dave", "vm2": "(free)", "vm3": "(free)"})
        self.assertEqual(reply["holders"]["vm1"]["identity"], "carol dave")
        self.assertEqual((reply["holders"]["vm1"]["user"], reply["holders"]["vm1"]["peer"]),
                         (None, None))
        denied = "denied: another session has reserved domain 'vm1'"
        for request in [
            {"cmd": "console", "domain": "vm1", "seconds": 0},
            {"cmd": "wait-port", "domain": "vm1", "port": 22, "timeout": 0},
            {"cmd": "addresses", "domain": "vm1", "source": "agent"},
        ]:
            self.assertRefused(dave.ask({**request, "id": 1}), "denied", denied)
        self.assertEqual(self.role("peer", "dave", "connect vm1"),
                         (1, "", f"atex-virt-helper: {denied}\n"))
        # The same identity with a role that needs the session's own reservation.
        self.assertRefused(self.virsh(self.role("tester", "carol"), "destroy", "vm1"), "denied",
                           "this session has not reserved domain 'vm1'")
        # The holder's death ends the permission.
        holder.kill()
        self.assertRefused(self.virsh(self.role("peer", "carol"), "start", "vm1"), "denied")

    def test_ports_that_are_not_granted(self):
        session = self.role("tester", "carol")
        reply = session.ask({"cmd": "wait-port", "domain": "vm1", "port": 5900, "id": 1})
        self.assertRefused(reply, "denied", "denied: port 5900 is not granted")
        hidden, absent = (session.ask({"cmd": "wait-port", "domain": name, "port": 5900, "id": 1})
                          for name in ("other", "nosuch"))
        self.assertRefused(hidden, "not-found")
        self.assertEqual(hidden["reply"].replace("other", "nosuch"), absent["reply"])
        self.assertEqual(self.role("tester", "carol", "connect other")[2].replace("other", "absent"),
                         self.role("tester", "carol", "connect absent")[2])
        reply = session.ask({"cmd": "provision", "pool": "p", "from": "a", "wait_port": 5900,
                             "id": 1})
        self.assertRefused(reply, "denied", "port 5900 is not granted")

    def test_limits_of_an_identity(self):
        first, second = self.role("peer", "carol"), self.role("peer", "carol")
        first.ok({"cmd": "reserve", "filter": "vm1"})
        second.ok({"cmd": "reserve", "filter": "vm2"})
        for session in (first, second):
            self.assertRefused(
                session.ask({"cmd": "reserve", "id": 1}), "denied",
                "denied: 2 domains are reserved already, and 2 are granted ('max-reservations')")
        second.ok({"cmd": "release", "domain": "vm2"})
        first.ok({"cmd": "reserve"})
        third = self.role("peer", "carol")
        third.ok({"cmd": "ping"})
        refusal = ("cannot start a session: identity 'carol' has 3 sessions already, and role "
                   "'peer' permits 3 ('max-sessions')")
        self.assertEqual(self.role("peer", "carol", "ping"),
                         (1, "", f"atex-virt-helper: {refusal}\n"))
        self.audit(refusal)
        self.assertEqual(self.role("peer", "carol", "connect vm1")[0], 1)
        self.assertEqual(self.role("peer", "dave", "ping")[0], 0)
        third.kill()
        third.process.wait()
        self.assertEqual(self.role("peer", "carol", "ping")[0], 0)

    def test_long_names_affect_no_other_session(self):
        holder = self.role("peer", "carol")
        holder.ok({"cmd": "setname", "name": "x" * 1_500_000})
        holder.ok({"cmd": "reserve", "filter": "vm1", "note": "n"})
        other = self.role("tester", "dave")
        self.assertEqual(other.ok({"cmd": "reserve", "filter": "vm[12]"})["domain"], "vm2")
        self.assertEqual(other.ok({"cmd": "reservations"})["domains"]["vm1"],
                         "carol " + "x" * 9)
        self.assertEqual(holder.ok({"cmd": "reservations", "details": True})
                         ["holders"]["vm1"]["identity"], "carol " + "x" * 256)

    def test_session_needs_its_record(self):
        with open(f"{self.state}/sessions", "w"):
            pass
        status, output, errors = self.role("tester", "carol", "ping")
        self.assertEqual((status, output), (1, ""))
        self.assertIn("cannot start a session: ", errors)
