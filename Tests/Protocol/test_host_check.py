import time

from session import HelperTest

POOL = "<pool type='dir'><name>p</name><target><path>{path}</path></target></pool>"
RIGHT = """<devices>
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

    def of(self, check, checks):
        return [(c["status"], c["detail"]) for c in checks if c["check"] == check]

    def test_each_has_its_four_parts(self):
        checks = self.checks(self.node("a"))
        self.assertGreater(len(checks), 20)
        for check in checks:
            self.assertEqual(list(check), ["check", "status", "detail", "hint"])
            self.assertIn(check["status"], ("ok", "warning", "error"))
            self.assertTrue(check["detail"])
            if check["status"] == "ok":
                self.assertEqual(check["hint"], "")

    def test_for_a_person(self):
        reply = self.session(self.node("a")).ok({"cmd": "host-check"})
        for check in reply["checks"]:
            self.assertRegex(reply["reply"], rf"(?m)^{check['status']} +{check['check']} ")
            self.assertIn(check["hint"], reply["reply"])
        errors = sum(check["status"] == "error" for check in reply["checks"])
        self.assertRegex(reply["reply"], rf"(?m)\d+ ok, \d+ warnings?, {errors} errors?\n\Z")

    def test_without_rights_what_cannot_be_seen_is_a_warning(self):
        checks = self.checks(self.node("a"))
        for check in checks:
            if check["detail"].startswith("cannot tell"):
                self.assertEqual(check["status"], "warning", check)
            self.assertEqual(len(check["detail"].splitlines()), 1)
        self.assertEqual([s for s, _ in self.of("state-directory", checks)], ["ok"])

    def test_disks_and_forwards(self):
        uri = self.node(("right", RIGHT.format(port=40001)), "bare",
                        more=POOL.format(path=self.home))
        checks = self.checks(uri)
        self.assertEqual(self.of("disk", checks), [("error", "domain 'bare' has no disk")])
        self.assertEqual(self.of("forward", checks),
                         [("error", "domain 'bare' has no network interface")])
        checks = self.checks(uri, domain="right")
        self.assertEqual([s for s, _ in self.of("disk", checks)], ["ok"])
        # What is asked for is looked at alone, and the pool is the one that its disk is in.
        self.assertEqual({s for s, d in self.of("pool", checks) if "'p'" not in d}, set())

    def test_two_domains_with_one_port(self):
        uri = self.node(*((name, RIGHT.format(port=40001)) for name in ("a", "b")),
                        ("c", RIGHT.format(port=40002)))
        seen = self.of("port-conflict", self.checks(uri))
        self.assertEqual([s for s, _ in seen], ["error"])
        self.assertIn("'a' and 'b' both forward tcp port 40001", seen[0][1])
        seen = self.of("port-conflict", self.checks(uri, domain="c"))
        self.assertEqual([s for s, _ in seen], ["ok"])

    def test_a_pool_that_disks_name_and_that_is_not_there(self):
        seen = self.of("pool", self.checks(self.node(("a", RIGHT.format(port=40001)))))
        self.assertEqual(seen, [("error", "there is no pool 'p'")])

    def test_no_pool_at_all(self):
        checks = self.checks(self.node("a"))
        self.assertEqual(self.of("pool", checks), [("error", "there is no storage pool")])
        scratch = POOL.format(path=self.home).replace(">p<", ">boot-scratch<")
        checks = self.checks(self.node("a", more=scratch))
        self.assertEqual(self.of("pool", checks), [("error", "there is no storage pool")])
        self.assertNotEqual(self.of("boot-scratch", checks)[0][0], "error")

    def test_a_pool_of_ones_own_choice(self):
        uri = self.node("a", more=POOL.format(path=self.home)
                        + POOL.format(path="/nowhere").replace(">p<", ">q<"))
        checks = self.checks(uri, pool="q")
        self.assertTrue(any("'/nowhere' of pool 'q' does not exist" in d
                            for _, d in self.of("pool", checks)), checks)
        self.assertEqual([s for s, _ in self.of("pool-space", self.checks(uri, pool="p"))], ["ok"])

    def test_unknown_domain_and_pool(self):
        session = self.session(self.node("a"))
        reply = session.ask({"cmd": "host-check", "domain": "nope"})
        self.assertRefused(reply, "not-found", "nope")
        self.assertRefused(session.ask({"cmd": "host-check", "pool": "nope"}), "not-found", "nope")
        self.assertRefused(session.ask({"cmd": "host-check", "domain": 5}), "bad-request", "domain")
        reply = session.ask({"cmd": "host-check", "all": True})
        self.assertRefused(reply, "bad-request", "'all'")

    def test_without_libvirt_the_rest_is_told(self):
        session = self.session("test:///nowhere.xml")
        checks = session.ok({"cmd": "host-check"})["checks"]
        (status, detail), = self.of("libvirt", checks)
        self.assertEqual(status, "error")
        self.assertIn("nowhere.xml", detail)
        self.assertEqual(self.of("disk", checks),
                         [("warning", "cannot tell: libvirt cannot be reached")])
        self.assertEqual([s for s, _ in self.of("state-directory", checks)], ["ok"])
        session.ok({"cmd": "host-check", "domain": "a", "pool": "p"})

    def test_it_is_quick_with_many_domains(self):
        uri = self.node(*((f"vm{i}", RIGHT.format(port=30000 + i)) for i in range(200)))
        session = self.session(uri)
        begin = time.monotonic()
        checks = session.ok({"cmd": "host-check"})["checks"]
        self.assertLess(time.monotonic() - begin, 2)
        self.assertEqual(self.of("forward", checks)[0][1], "200 domains with a forward to port 22")
