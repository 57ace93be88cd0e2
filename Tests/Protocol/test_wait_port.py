import threading
import time

from guest import Guest, devices, forward, says
from session import HelperTest

REQUEST = {"cmd": "wait-port", "domain": "vm", "port": 22}


class WaitPort(HelperTest):
    def guest(self, serve=None):
        guest = Guest(serve)
        self.addCleanup(guest.close)
        return guest

    def running(self, host_port, guest_port=22, env=None, more="", **attributes):
        """A session on a host with the running domain `vm`."""
        range_ = {"start": host_port, "to": guest_port}
        session = self.session(self.node(
            ("vm", devices(forward(range_, **attributes), more=more))), env=env)
        session.ok({"cmd": "virsh", "args": ["start", "vm"]})
        return session

    def test_ssh_server(self):
        guest = self.guest(says(b"SSH-2.0-test\r\n"))
        session = self.running(guest.port)
        reply = session.ok({**REQUEST, "timeout": 10})
        self.assertEqual((reply["address"], reply["port"]), ("127.0.0.1", guest.port))
        self.assertLess(reply["seconds"], 2)
        self.assertEqual(guest.connections, 1)

    def test_guest_that_boots_later(self):
        guest = self.guest()
        session = self.running(guest.port)

        def boot():
            time.sleep(1)
            guest.serve = says(b"SSH-2.0-test\r\n")

        threading.Thread(target=boot).start()
        reply = session.ok({**REQUEST, "timeout": 10})
        self.assertGreaterEqual(reply["seconds"], 0.9)
        self.assertLess(reply["seconds"], 2.5)
        self.assertLess(guest.connections, 20)

    def test_silent_connection_is_retried(self):
        # A connection that passt accepted before the guest listened stays silent.
        guest = self.guest(lambda connection: connection.recv(1))
        session = self.running(guest.port)

        def boot():
            time.sleep(0.5)
            guest.serve = says(b"SSH-2.0-test\r\n")

        threading.Thread(target=boot).start()
        self.assertLess(session.ok({**REQUEST, "timeout": 10})["seconds"], 2.5)

    def test_slow_banner_is_read_to_its_end(self):
        def serve(connection):
            for byte in b"SSH-2.0-test\r\n":
                connection.sendall(bytes([byte]))
                time.sleep(0.7)

        guest = self.guest(serve)
        reply = self.running(guest.port).ok({**REQUEST, "timeout": 10})
        self.assertGreater(reply["seconds"], 2)
        self.assertLess(reply["seconds"], 4)
        self.assertEqual(guest.connections, 1)

    def test_connection_without_banner_is_not_an_answer(self):
        for serve, word in ((None, "closes"), (says(b""), "silent"),
                            (says(b"220 mail\r\n"), "220")):
            guest = self.guest(serve)
            session = self.running(guest.port)
            start = time.monotonic()
            reply = session.ask({**REQUEST, "timeout": 1.3})
            self.assertRefused(reply, "timeout", "'vm'", "1.3 s", str(guest.port), word)
            self.assertEqual(reply["port"], 22)
            self.assertLess(time.monotonic() - start, 2.5)

    def test_banners(self):
        guest = self.guest(says(b"hello\r\n220 mail\r\n"))
        session = self.running(guest.port, 25)
        for banner in (r"^hello", r"22\d mail", None):
            session.ok({**REQUEST, "port": 25, "timeout": 5, "banner": banner})
        reply = session.ask({**REQUEST, "port": 25, "timeout": 1, "banner": "^220"})
        self.assertRefused(reply, "timeout", "hello", "^220")
        self.assertRefused(session.ask({**REQUEST, "port": 25, "banner": "("}), "bad-request", "(")

    def test_banner_none_accepts_an_open_connection(self):
        silent, closing = self.guest(says(b"")), self.guest()
        session = self.running(silent.port, 80)
        session.ok({**REQUEST, "port": 80, "timeout": 5, "banner": "none"})
        session = self.running(closing.port, 80)
        self.assertRefused(session.ask({**REQUEST, "port": 80, "timeout": 1, "banner": "none"}),
                           "timeout", "closes")

    def test_refused_connection(self):
        guest = self.guest()
        guest.close()
        reply = self.running(guest.port).ask({**REQUEST, "timeout": 0.5})
        self.assertRefused(reply, "timeout", "connection refused")

    def test_address_is_the_one_of_the_ssh_connection(self):
        ssh = {"SSH_CONNECTION": "192.0.2.7 50022 192.0.2.1 22"}
        guest = self.guest(says(b"SSH-2.0-test\r\n"))
        for attributes, address in (({}, "192.0.2.1"), ({"address": "0.0.0.0"}, "192.0.2.1"),
                                    ({"address": "127.0.0.1"}, "127.0.0.1"),
                                    ({"dev": "lo"}, "127.0.0.1")):
            session = self.running(guest.port, env=ssh, **attributes)
            self.assertEqual(session.ok({**REQUEST, "timeout": 5})["address"], address)

    def test_timeout_shows_last_console_lines(self):
        log = self.home / "console.log"
        log.write_bytes(b"early\n" * 5000 + b"\x1b[31mpanic: no root\x1b[0m\r\nlast line\r\n")
        log.chmod(0o644)
        session = self.running(9, more="<serial type='pty'><target port='0'/>"
                                       f"<log file='{log}'/></serial>")
        reply = session.ask({**REQUEST, "timeout": 0.2})
        self.assertRefused(reply, "timeout", "\npanic: no root\nlast line")
        self.assertEqual(reply["reply"].count("\nearly"), 78)

    def test_rejected_requests(self):
        session = self.running(2201)
        self.assertRefused(session.ask({**REQUEST, "port": 80}), "not-found", "80", "'vm'")
        self.assertRefused(session.ask({**REQUEST, "domain": "vm9"}), "not-found", "'vm9'")
        for more in ({"port": 0}, {"port": "22"}, {"timeout": -1}, {"banner": 5}):
            self.assertRefused(session.ask({**REQUEST, **more}), "bad-request", next(iter(more)))
        session.ok({"cmd": "virsh", "args": ["destroy", "vm"]})
        self.assertRefused(session.ask(REQUEST), "libvirt", "'vm'", "is not running")

    def test_forward_bound_to_a_device(self):
        self.assertRefused(self.running(2201, dev="eth0").ask(REQUEST), "unsupported", "eth0")
