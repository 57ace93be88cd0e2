from guest import devices, forward
from session import HelperTest

REQUEST = {"cmd": "port-forwards"}


class PortForwards(HelperTest):
    def forwards(self, session, **more):
        return session.ok({**REQUEST, **more})["forwards"]

    def test_single_port(self):
        session = self.session(self.node(
            ("vm1", devices(forward({"start": 2201, "to": 22}))), "vm2"))
        self.assertEqual(self.forwards(session), [{
            "domain": "vm1", "proto": "tcp", "address": None, "host_port": 2201, "guest_port": 22,
            "backend": "passt", "interface": "52:54:00:00:00:01"}])
        self.assertEqual(self.forwards(session, domain="vm1"), self.forwards(session))
        self.assertEqual(self.forwards(session, domain="vm2"), [])

    def test_ranges_with_excluded_ports(self):
        session = self.session(self.node(("vm", devices(
            forward({"start": 8000, "end": 8009, "to": 80},
                    {"start": 8003, "end": 8007, "exclude": "yes"},
                    {"start": 8009, "exclude": "yes"}, address="127.0.0.1"),
            forward({"start": 53}, proto="udp")))))
        pairs = [(f["proto"], f["address"], f["host_port"], f["guest_port"])
                 for f in self.forwards(session)]
        self.assertEqual(pairs, [
            ("tcp", "127.0.0.1", 8000, 80), ("tcp", "127.0.0.1", 8001, 81),
            ("tcp", "127.0.0.1", 8002, 82), ("tcp", "127.0.0.1", 8008, 88),
            ("udp", None, 53, 53)])
        self.assertEqual([f["host_port"] for f in self.forwards(session, guest_port=82)], [8002])
        self.assertEqual(self.forwards(session, guest_port=84), [])
        self.assertEqual(len(self.forwards(session, proto="udp")), 1)

    def test_all_ports(self):
        session = self.session(self.node(("vm", devices(forward({"start": 25, "exclude": "yes"})))))
        listed = self.forwards(session)
        self.assertEqual(listed[0]["host_port"], 1)
        self.assertEqual(listed[0]["guest_port"], 1)
        self.assertNotIn("count", listed[0])
        self.assertTrue(any(f.get("count", 1) > 10000 for f in listed), listed[-2:])
        # All ports but the excluded one and the host's ephemeral ports.
        with open("/proc/sys/net/ipv4/ip_local_port_range") as file:
            first, last = map(int, file.read().split())
        self.assertEqual(sum(f.get("count", 1) for f in listed), 65535 - 1 - (last - first + 1))
        self.assertEqual([(f["host_port"], f["guest_port"], f.get("count"))
                          for f in self.forwards(session, guest_port=8080)], [(8080, 8080, None)])
        self.assertEqual(self.forwards(session, guest_port=25), [])

    def test_device(self):
        session = self.session(self.node(("vm", devices(
            forward({"start": 2201, "to": 22}, dev="eth0")))))
        self.assertEqual(self.forwards(session)[0]["device"], "eth0")

    def test_rejected_requests(self):
        session = self.session(self.node("vm"))
        self.assertRefused(session.ask({**REQUEST, "domain": "vm9"}), "not-found", "'vm9'")
        for more in ({"guest_port": 0}, {"guest_port": 65536}, {"guest_port": "22"},
                     {"proto": "sctp"}, {"domain": 5}):
            self.assertRefused(session.ask({**REQUEST, **more}), "bad-request", next(iter(more)))
