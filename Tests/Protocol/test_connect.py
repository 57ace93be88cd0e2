import os
import pathlib
import queue
import socket
import subprocess
import sys
import time

import session
from guest import Guest, devices, echoes, forward, says
from session import HelperTest


class Connect(HelperTest):
    def host(self, port=2201):
        """The URI of a host with the running domain `vm` and the stopped domain `off`."""
        uri = self.node(("vm", devices(forward({"start": port, "to": 22}))), "off")
        path = pathlib.Path(uri.removeprefix("test://"))
        text = path.read_text()
        head, domain, rest = text.partition("<test:runstate>5</test:runstate>")
        path.write_text(head + rest)
        self.assertTrue(domain)
        return uri

    def guest(self, serve):
        guest = Guest(serve)
        self.addCleanup(guest.close)
        return guest

    def start(self, uri, *words, env=None, **streams):
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
                   **streams}
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), **(env or {})}
        process = subprocess.Popen([*session.command(self.home), uri, *words], env=environment,
                                   **streams)
        self.addCleanup(process.kill)
        return process

    def test_full_duplex(self):
        data = os.urandom(8 << 20)
        guest = self.guest(echoes)
        out, err = self.start(self.host(guest.port), "connect", "vm").communicate(data, timeout=30)
        self.assertEqual((len(out), out == data, err), (len(data), True, b""))

    def test_files_as_standard_streams(self):
        # Not every file system supports splice; the helper then copies.
        data = os.urandom(3 << 20)
        guest = self.guest(echoes)
        source, target = self.home / "source", self.home / "target"
        source.write_bytes(data)
        with open(source, "rb") as stdin, open(target, "ab") as stdout:
            process = self.start(self.host(guest.port), "connect", "vm", stdin=stdin, stdout=stdout)
            self.assertEqual(process.wait(30), 0)
        self.assertTrue(target.read_bytes() == data)

    def test_closed_standard_streams(self):
        heard = []
        guest = self.guest(lambda connection: heard.append(connection.recv(100)))
        words = [*map(str, session.command(self.home)), self.host(guest.port), "connect", "vm"]
        done = subprocess.run(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *words], timeout=15,
                              env={"PATH": os.environ["PATH"], "HOME": str(self.home)})
        self.assertEqual((done.returncode, heard), (0, [b""]))

    def test_socket_as_standard_streams(self):
        guest = self.guest(echoes)
        ours, theirs = socket.socketpair()
        process = self.start(self.host(guest.port), "connect", "vm", "22", stdin=theirs,
                             stdout=theirs)
        theirs.close()
        with ours:
            ours.settimeout(15)
            ours.sendall(b"ping")
            self.assertEqual(ours.recv(100), b"ping")
            ours.shutdown(socket.SHUT_WR)
            self.assertEqual(ours.recv(100), b"")
        self.assertEqual(process.wait(15), 0)

    def test_half_close_by_client(self):
        def answer_late(connection):
            heard = b""
            while data := connection.recv(4096):
                heard += data
            time.sleep(0.3)
            connection.sendall(b"heard " + heard)

        process = self.start(self.host(self.guest(answer_late).port), "connect", "vm")
        out, _ = process.communicate(b"all", timeout=15)
        self.assertEqual((out, process.returncode), (b"heard all", 0))

    def test_half_close_by_guest(self):
        heard = queue.Queue()

        def say_and_listen(connection):
            connection.sendall(b"bye")
            connection.shutdown(socket.SHUT_WR)
            heard.put(connection.recv(100))

        process = self.start(self.host(self.guest(say_and_listen).port), "connect", "vm")
        self.assertEqual(process.stdout.read(), b"bye")  # until end of file
        process.stdin.write(b"still here")
        process.stdin.close()
        self.assertEqual(process.wait(15), 0)
        self.assertEqual(heard.get(timeout=10), b"still here")
        process.stdout.close()
        process.stderr.close()

    def test_client_disconnect_ends_helper(self):
        process = self.start(self.host(self.guest(says(b"x")).port), "connect", "vm")
        self.assertEqual(process.stdout.read(1), b"x")
        process.stdout.close()
        process.wait(2)
        process.stdin.close()
        process.stderr.close()

    def test_streams_stay_blocking(self):
        guest = self.guest(echoes)
        code = ("import os, subprocess, sys; subprocess.run(sys.argv[1:]);"
                "sys.exit(not (os.get_blocking(0) and os.get_blocking(1)))")
        uri = self.host(guest.port)
        process = subprocess.run(
            [sys.executable, "-c", code, *session.command(self.home), uri, "connect", "vm"],
            input=b"x", stdout=subprocess.PIPE, timeout=15,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home)})
        self.assertEqual((process.stdout, process.returncode), (b"x", 0))

    def test_called_by_ssh(self):
        guest = self.guest(echoes)
        process = self.start(self.host(guest.port), env={"SSH_ORIGINAL_COMMAND": "connect 'vm'"})
        self.assertEqual(process.communicate(b"x", timeout=15), (b"x", b""))
        # Words on the command line, which the administrator wrote, win over the client's.
        process = self.start(self.host(guest.port), "connect", "vm",
                             env={"SSH_ORIGINAL_COMMAND": "connect nobody"})
        self.assertEqual(process.communicate(b"x", timeout=15), (b"x", b""))

    def test_creates_no_directory(self):
        before = set(os.listdir("/var/tmp"))
        process = self.start(self.host(self.guest(says(b"x")).port), "connect", "vm")
        self.assertEqual(process.stdout.read(1), b"x")
        made = set(os.listdir("/var/tmp")) - before
        self.assertEqual([name for name in made
                          if pathlib.Path("/var/tmp", name).owner() == "nobody"], [])
        process.communicate(timeout=15)

    def test_failures(self):
        refused = self.guest(echoes)
        refused.close()
        uri = self.host(refused.port)
        for words, status, *texts in (
            (["connect", "vm9"], 1, "'vm9'"), (["connect", "off"], 1, "'off'", "is not running"),
            (["connect", "vm", "80"], 1, "'vm'", "80"),
            (["connect", "vm"], 1, str(refused.port), "refused"),
            (["connect"], 2, "domain"), (["connect", "vm", "ssh"], 2, "'ssh'"),
            (["connect", "vm", "0"], 2, "'0'"), (["connect", "vm", "22", "x"], 2, "'x'"),
            (["blurb", "vm"], 2, "'blurb'"),
        ):
            process = self.start(uri, *words)
            out, err = process.communicate(timeout=15)
            self.assertEqual((process.returncode, out), (status, b""), words)
            message, *hint = err.decode().splitlines()
            self.assertTrue(message.startswith("atex-virt-helper: "), err)
            self.assertTrue(not hint or len(hint) == 1 and hint[0].startswith("hint: "), err)
            for text in texts:
                self.assertIn(text, message)

    def test_options_after_the_uri(self):
        guest = self.guest(echoes)
        process = self.start(self.host(guest.port), "--log", "info", "connect", "vm")
        self.assertEqual(process.communicate(b"x", timeout=15), (b"x", b""))
        process = self.start(self.host(guest.port), "--log=info")
        out, _ = process.communicate(b'{"cmd": "ping"}\n', timeout=15)
        self.assertIn(b"pong", out)
