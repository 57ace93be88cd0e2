import time

from session import HelperTest

DISK = """<devices><disk type='volume' device='disk'>
<source pool='pool' volume='{}'/><target dev='vda'/></disk></devices>"""


class Provision(HelperTest):
    """The test driver's guests have no ports; the end-to-end test covers waiting for one."""

    def setUp(self):
        self.xml, self.directory = self.pool("image", "a.img", "b.img")
        self.write(self.directory / "image", b"new")
        for name in ("a.img", "b.img"):
            self.write(self.directory / name, b"old")
        self.uri = self.node(("a", DISK.format("a.img")), ("b", DISK.format("b.img")),
                             ("diskless", ""), more=self.xml)
        self.client = self.session(self.uri)

    def provision(self, **more):
        return self.client.ask({"cmd": "provision", "pool": "pool", "from": "image", **more})

    def state(self, domain):
        return self.client.ok({"cmd": "virsh", "args": ["domstate", domain]})["reply"].strip()

    def test_reserves_copies_and_starts(self):
        reply = self.provision(filter="a")
        self.assertTrue(reply["success"], reply)
        self.assertEqual(reply["domain"], "a")
        self.assertEqual(reply["forwards"], [])
        self.assertIsNone(reply["port"])
        self.assertEqual(set(reply["seconds"]), {"reserve", "stop", "copy", "start"})
        self.assertEqual((self.directory / "a.img").read_bytes(), b"new")
        self.assertEqual((self.directory / "b.img").read_bytes(), b"old")
        self.assertEqual(self.state("a"), "running")
        self.assertEqual(self.client.ok({"cmd": "reservations"})["domains"],
                         {"a": "(reserved for us)", "b": "(free)", "diskless": "(free)"})

    def test_running_domain_is_stopped_first(self):
        self.client.ok({"cmd": "virsh", "args": ["start", "a"]})
        self.assertTrue(self.provision(filter="a")["success"])
        self.assertEqual(self.state("a"), "running")

    def test_disk_that_another_guest_uses(self):
        xml, directory = self.pool("image", "shared.img", name="pool")
        self.write(directory / "image", b"new")
        self.write(directory / "shared.img", b"old")
        client = self.session(self.node(("a", DISK.format("shared.img")),
                                        ("other", DISK.format("shared.img")), more=xml))
        client.ok({"cmd": "virsh", "args": ["start", "other"]})
        request = {"cmd": "provision", "pool": "pool", "from": "image", "filter": "a"}
        self.assertRefused(client.ask(request), "busy", "step 'copy'", "'shared.img'",
                           "domain 'other', which is running", "'force'")
        self.assertEqual((directory / "shared.img").read_bytes(), b"old")
        self.assertTrue(client.ask({**request, "force": True})["success"])
        self.assertEqual((directory / "shared.img").read_bytes(), b"new")

    def test_failure_stops_and_releases_the_domain(self):
        self.client.ok({"cmd": "virsh", "args": ["start", "diskless"]})
        reply = self.provision(filter="diskless")
        self.assertRefused(reply, "not-found", "step 'copy'", "'diskless' has no volume in pool")
        self.assertEqual(self.state("diskless"), "shut off")
        self.assertEqual(self.client.ok({"cmd": "reservations"})["domains"]["diskless"], "(free)")

    def test_guest_without_ports_fails(self):
        reply = self.provision(filter="a", wait_port=22, timeout=1)
        self.assertFalse(reply["success"], reply)
        self.assertIn("step 'wait'", reply["reply"])
        self.assertEqual(self.state("a"), "shut off")
        self.assertEqual(self.client.ok({"cmd": "reservations"})["domains"]["a"], "(free)")

    def test_impossible_requests_fail_before_reserving(self):
        self.assertRefused(self.provision(filter="none", wait=60), "not-found",
                           "step 'reserve'", "no domain matches the filter")
        self.assertRefused(self.provision(**{"from": "nope", "wait": 60}), "not-found",
                           "step 'copy'", "'nope'")
        self.assertRefused(self.provision(pool="nope", wait=60), "not-found", "'nope'")
        for wrong in ({"wait_port": 0}, {"wait_port": 65536}, {"wait_port": "22"},
                      {"timeout": -1}, {"filter": "("}, {"from": "../image"}):
            reply = self.provision(**wrong)
            self.assertRefused(reply, "bad-request")
        self.assertEqual(set(self.client.ok({"cmd": "reservations"})["domains"].values()),
                         {"(free)"})

    def test_last_progress_event_is_complete(self):
        self.client.send({"cmd": "provision", "pool": "pool", "from": "image", "filter": "a",
                          "progress": True})
        event, reply = self.client.lines(2)
        self.assertEqual(event, {"event": "progress", "cmd": "provision", "done": 3, "total": 3})
        self.assertTrue(reply["success"], reply)

    def test_domain_that_is_replaced_meanwhile(self):
        """The rollback leaves a domain alone that has got the UUID of the reserved one."""
        # nobody answers there, so the request waits
        forward = """<interface type='user'><portForward proto='tcp' address='127.0.0.1'>
        <range start='1' to='22'/></portForward></interface></devices>"""
        self.client = client = self.session(self.node(
            ("a", DISK.format("a.img").replace("</devices>", forward)), more=self.xml))
        description = client.ok({"cmd": "virsh", "args": ["dumpxml", "a"]})["reply"]
        xml = description.replace("<name>a</name>", "<name>other</name>").encode()
        client.ok({"cmd": "upload", "name": "f.xml", "length": len(xml)}, xml)
        client.send({"cmd": "provision", "pool": "pool", "from": "image", "filter": "a", "id": 1,
                     "background": True, "wait_port": 22, "timeout": 3})
        end = time.monotonic() + 2.5
        while self.state("a") != "running":
            self.assertLess(time.monotonic(), end)
        time.sleep(0.3)
        client.ok({"cmd": "virsh",
                   "args": ["destroy a; undefine a; define f.xml; start other"]})
        reply = client.line()
        self.assertFalse(reply["success"], reply)
        self.assertIn("step 'wait'", reply["reply"])
        self.assertEqual(self.state("other"), "running")
