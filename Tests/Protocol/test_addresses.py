from session import HelperTest

NETWORK = """<network><name>lan</name><bridge name='lan0'/>
  <ip address='192.0.2.1' netmask='255.255.255.0'><dhcp>
  <range start='192.0.2.2' end='192.0.2.254'/></dhcp></ip></network>"""
INTERFACE = """<devices><interface type='network'><mac address='52:54:00:00:00:0A'/>
  <source network='lan'/></interface></devices>"""
REQUEST = {"cmd": "addresses", "domain": "vm"}


class Addresses(HelperTest):
    def running(self, *domains):
        session = self.session(self.node(*domains, more=NETWORK))
        session.ok({"cmd": "virsh", "args": ["start", "vm"]})
        return session

    def test_address_known_to_several_sources_is_listed_once(self):
        session = self.running(("vm", INTERFACE))
        address, = session.ok(REQUEST)["addresses"]
        self.assertEqual(
            {key: address[key] for key in ("mac", "family", "prefix", "source")},
            {"mac": "52:54:00:00:00:0a", "family": "ipv4", "prefix": 24, "source": "lease"})
        self.assertRegex(address["address"], r"^192\.0\.2\.\d+$")
        self.assertEqual(list(address),
                         ["interface", "mac", "family", "address", "prefix", "source"])

    def test_source_selects_addresses(self):
        session = self.running(("vm", INTERFACE))
        for source in ("lease", "agent", "arp"):
            found = session.ok({**REQUEST, "source": source})["addresses"]
            self.assertEqual([a["source"] for a in found], [source])

    def test_domain_without_interfaces_has_no_addresses(self):
        self.assertEqual(self.running("vm").ok(REQUEST)["addresses"], [])

    def test_rejected_requests(self):
        session = self.session(self.node("vm"))
        self.assertRefused(session.ask(REQUEST), "libvirt", "'vm'", "is not running")
        self.assertRefused(session.ask({**REQUEST, "domain": "vm9"}), "not-found", "'vm9'")
        self.assertRefused(session.ask({**REQUEST, "source": "dns"}), "bad-request", "source")
        self.assertRefused(session.ask({"cmd": "addresses"}), "bad-request", "domain")
