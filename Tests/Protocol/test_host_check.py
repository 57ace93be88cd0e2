import os
import time

from session import HelperTest

POOL = "<pool type='dir'><name>p</name><target><path>{path}</path></target></pool>"
CORRECT = """<devices>
  <disk type='volume' device='disk'><source pool='p' volume='v'/><target dev='vda'/></disk>
  <interface type='user'>
    <portForward proto='tcp'><range start='{port}' to='22'/></portForward></interface>
</devices>"""


class HostCheck(HelperTest):
    def checks(self, uri, **arguments):
        reply = self.session(uri).ok({"cmd": "host-check", **arguments})
        for name, value in arguments.items():
            self.assertEqual(reply[name], value)
        return reply["checks"]

    def results(self, check, checks):
        return [(c["status"], c["detail"]) for c in checks if c["check"] == check]

    def test_each_result_has_four_members(self):
        checks = self.checks(self.node("a"))
        self.assertGreater(len(checks), 20)
        for check in checks:
            self.assertEqual(list(check), ["check", "status", "detail", "hint"])
            self.assertIn(check["status"], ("ok", "warning", "error"))
            self.assertTrue(check["detail"])
            if check["status"] == "ok":
                self.assertEqual(check["hint"], "")

    def test_text_report(self):
        reply = self.session(self.node("a")).ok({"cmd": "host-check"})
        for check in reply["checks"]:
            self.assertRegex(reply["reply"], rf"(?m)^{check['status']} +{check['check']} ")
            # Its lines are wrapped.
            self.assertIn(check["hint"], " ".join(reply["reply"].split()))
        # The path of this node has more than 80 characters and stays in one piece.
        self.assertEqual([line for line in reply["reply"].splitlines()
                          if len(line) > 80 and " " in line], [])
        errors = sum(check["status"] == "error" for check in reply["checks"])
        self.assertRegex(reply["reply"], rf"(?m)\d+ ok, \d+ warnings?, {errors} errors?\n\Z")

    def test_unknown_results_are_warnings(self):
        checks = self.checks(self.node("a"))
        for check in checks:
            if check["detail"].startswith("cannot tell"):
                self.assertEqual(check["status"], "warning", check)
            self.assertEqual(len(check["detail"].splitlines()), 1)
        self.assertEqual([s for s, _ in self.results("state-directory", checks)], ["ok"])

    def test_disks_and_forwards(self):
        uri = self.node(("correct", CORRECT.format(port=40001)), "bare",
                        more=POOL.format(path=self.home))
        checks = self.checks(uri)
        self.assertEqual(self.results("disk", checks), [("error", "domain 'bare' has no disk")])
        self.assertEqual(self.results("forward", checks),
                         [("error", "domain 'bare' has no network interface")])
        checks = self.checks(uri, domain="correct")
        self.assertEqual([s for s, _ in self.results("disk", checks)], ["ok"])
        # Only the named domain is checked, and the pool of its disk.
        self.assertEqual({s for s, d in self.results("pool", checks) if "'p'" not in d}, set())

    def test_port_conflict(self):
        uri = self.node(*((name, CORRECT.format(port=40001)) for name in ("a", "b")),
                        ("c", CORRECT.format(port=40002)))
        seen = self.results("port-conflict", self.checks(uri))
        self.assertEqual([s for s, _ in seen], ["error"])
        self.assertIn("'a' and 'b' both forward tcp port 40001", seen[0][1])
        seen = self.results("port-conflict", self.checks(uri, domain="c"))
        self.assertEqual([s for s, _ in seen], ["ok"])

    def test_missing_pool_of_a_disk(self):
        seen = self.results("pool", self.checks(self.node(("a", CORRECT.format(port=40001)))))
        self.assertEqual(seen, [("error", "there is no pool 'p'")])

    def test_no_pools(self):
        checks = self.checks(self.node("a"))
        self.assertEqual(self.results("pool", checks), [("error", "there is no storage pool")])
        scratch = POOL.format(path=self.home).replace(">p<", ">boot-scratch<")
        checks = self.checks(self.node("a", more=scratch))
        self.assertEqual(self.results("pool", checks), [("error", "there is no storage pool")])
        self.assertNotEqual(self.results("boot-scratch", checks)[0][0], "error")

    def test_named_pool(self):
        uri = self.node("a", more=POOL.format(path=self.home)
                        + POOL.format(path="/nowhere").replace(">p<", ">q<"))
        checks = self.checks(uri, pool="q")
        self.assertTrue(any("'/nowhere' of pool 'q' does not exist" in d
                            for _, d in self.results("pool", checks)), checks)
        checks = self.checks(uri, pool="p")
        self.assertEqual([s for s, _ in self.results("pool-space", checks)], ["ok"])

    def test_unknown_domain_and_pool(self):
        session = self.session(self.node("a"))
        reply = session.ask({"cmd": "host-check", "domain": "nope"})
        self.assertRefused(reply, "not-found", "nope")
        self.assertRefused(session.ask({"cmd": "host-check", "pool": "nope"}), "not-found", "nope")
        self.assertRefused(session.ask({"cmd": "host-check", "domain": 5}), "bad-request", "domain")
        reply = session.ask({"cmd": "host-check", "all": True})
        self.assertRefused(reply, "bad-request", "'all'")

    def test_other_checks_work_without_libvirt(self):
        session = self.session("test:///nowhere.xml")
        checks = session.ok({"cmd": "host-check"})["checks"]
        (status, detail), = self.results("libvirt", checks)
        self.assertEqual(status, "error")
        self.assertIn("nowhere.xml", detail)
        self.assertEqual(self.results("disk", checks),
                         [("warning", "cannot tell: libvirt cannot be reached")])
        self.assertEqual([s for s, _ in self.results("state-directory", checks)], ["ok"])
        session.ok({"cmd": "host-check", "domain": "a", "pool": "p"})

    def test_directory_of_leases_that_others_can_open(self):
        session = self.session(self.node("a"))
        session.ok({"cmd": "ping"})
        leases = self.home / ".atex-virt-helper" / "leases"
        if not leases.exists():
            leases.mkdir()
            owner = leases.parent.stat()
            os.chown(leases, owner.st_uid, owner.st_gid)
        self.addCleanup(leases.chmod, 0o700)
        leases.chmod(0o755)
        checks = session.ok({"cmd": "host-check"})["checks"]
        (status, detail), = self.results("state-directory", checks)
        self.assertEqual(status, "error")
        self.assertIn("/leases' has mode 0755", detail)

    def test_many_domains_take_less_than_two_seconds(self):
        uri = self.node(*((f"vm{i}", CORRECT.format(port=30000 + i)) for i in range(200)))
        session = self.session(uri)
        start = time.monotonic()
        checks = session.ok({"cmd": "host-check"})["checks"]
        self.assertLess(time.monotonic() - start, 2)
        self.assertEqual(self.results("forward", checks)[0][1],
                         "200 domains with a forward to port 22")
