import hashlib
import json
import os
import pathlib
import pty
import subprocess
import time

from guest import Guest, devices, forward, says
from session import HelperTest, command


class Words(HelperTest):
    """Commands that a person types after `ssh host`, or after the URI."""

    def run_words(self, uri, *words, ssh=False, stdin=subprocess.DEVNULL):
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.home)}
        if ssh:
            environment["SSH_ORIGINAL_COMMAND"] = " ".join(words)
            words = ()
        done = subprocess.run([*command(self.home), uri, *words], env=environment, stdin=stdin,
                              capture_output=True, text=True, timeout=20)
        return done.returncode, done.stdout, done.stderr

    def test_text_replies_are_printed_unchanged(self):
        uri = self.node("vm1")
        for ssh in (False, True):
            with self.subTest(ssh=ssh):
                self.assertEqual(self.run_words(uri, "ping", ssh=ssh),
                                 (0, "atex-virt-helper v1 pong\n", ""))
                self.assertEqual(self.run_words(uri, "virsh", "domstate", "vm1", ssh=ssh),
                                 (0, "shut off\n\n", ""))
                status, output, errors = self.run_words(uri, "help", "reserve", ssh=ssh)
                self.assertEqual((status, errors), (0, ""))
                self.assertIn("filter (string, optional)", output)

    def test_reservations_are_a_table_in_natural_order(self):
        uri = self.node("vm10", "vm9")
        holder = self.session(uri, env={"SSH_CONNECTION": "192.0.2.7 50022 192.0.2.1 22"})
        holder.ok({"cmd": "setname", "name": "ci 7"})
        holder.ok({"cmd": "reserve", "filter": "vm10"})
        status, output, errors = self.run_words(uri, "reservations")
        self.assertEqual((status, errors), (0, ""))
        heading, nine, ten = output.splitlines()
        self.assertEqual(heading.split(), ["DOMAIN", "HOLDER", "USER", "PEER", "PID", "SINCE",
                                           "UNTIL", "NOTE"])
        self.assertEqual(nine.split(), ["vm9", "(free)", *"------"])
        self.assertRegex(
            ten, r"^vm10 +ci 7 +nobody +192\.0\.2\.7 50022 +\d+ +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ +- +-$")
        self.assertEqual(heading.index("HOLDER"), ten.index("ci 7"))

    def test_reservations_show_the_account_of_a_holder_without_a_name(self):
        uri = self.node("vm1")
        holder = self.session(uri, env={"SUDO_USER": "jane"})
        holder.ok({"cmd": "reserve"})
        status, output, _ = self.run_words(uri, "reservations")
        self.assertEqual(status, 0)
        self.assertRegex(output.splitlines()[1], r"^vm1 +jane +jane +- +[0-9]+ +20")
        reply = json.loads(self.run_words(uri, "reservations", "--json")[1])
        self.assertEqual(reply["domains"], {"vm1": "atex-virt-helpe"})
        self.assertEqual(reply["holders"]["vm1"]["user"], "jane")

    def test_json_is_the_raw_reply(self):
        uri = self.node("vm1")
        for words in (("whoami", "--json"), ("--json whoami",)):
            status, output, _ = self.run_words(uri, *words, ssh=True)
            self.assertEqual(status, 0)
            self.assertTrue(json.loads(output)["success"])
        status, output, errors = self.run_words(uri, "release", "vm1", "--json")
        self.assertEqual((status, errors), (1, ""))
        self.assertEqual(json.loads(output)["reply"], "domain not locked")

    def test_volume_data_follows_the_raw_reply(self):
        xml, directory = self.pool("v")
        self.write(directory / "v", b"some\nbytes")
        uri = self.node("vm1", more=xml)
        self.assertEqual(self.run_words(uri, "download-volume", "pool", "v"),
                         (0, "some\nbytes", ""))
        status, output, errors = self.run_words(uri, "download-volume", "pool", "v", "--json")
        reply, body = output.split("\n", 1)
        self.assertEqual((status, json.loads(reply)["length"], body, errors),
                         (0, 10, "some\nbytes", ""))

    def test_named_and_positional_arguments(self):
        uri = self.node("vm1")
        for words in (("release", "vm1"), ("release", "domain=vm1")):
            self.assertEqual(self.run_words(uri, *words),
                             (1, "", "atex-virt-helper: domain not locked\n"))
        self.assertEqual(self.run_words(uri, "port-forwards", "guest_port=22"), (0, "none\n", ""))

    def test_usage_errors(self):
        uri = self.node("vm1")
        for words, text in (
            (("blurb",), "no command 'blurb'"),
            (("resrve",), "did you mean 'reserve'?"),
            (("conect", "vm1"), "did you mean 'connect'?"),
            (("release",), "domain"),
            (("release", "a", "b"), "unexpected argument 'b'"),
            (("release", "domain=a", "domain=b"), "given twice"),
            (("reserve", "filtr=x"), "did you mean 'filter'?"),
            (("wait-port", "vm1", "many"), "port number"),
            (("reserve", "wait=-1"), "seconds"),
            (("reserve", "wait=.5"), "seconds"),
            (("reserve", "wait=1."), "seconds"),
            (("wait-port", "vm1", "022"), "port number"),
            (("reserve", "--wait=5"), "reserve has no option '--wait=5'"),
            (("copy-volume", "p", "a", "b", "--move"), "NAME=VALUE"),
            (("RESERVE",), "did you mean 'reserve'?"),
            (("domstate", "vm1"), "did you mean 'virsh domstate'?"),
            (("help", "resrve"), "did you mean 'reserve'?"),
            (("virsh",), "'virsh help' lists"),
            (("a\nb\x1b[31m",), "a\ufffdb\ufffd[31m"),
            (("copy-volume", "p", "a", "b", "move=maybe"), "must be true or false"),
        ):
            with self.subTest(words=words):
                status, output, errors = self.run_words(uri, *words)
                self.assertEqual((status, output), (2, ""))
                self.assertIn(text, errors)
                self.assertEqual(len(errors.splitlines()), 1)

    def test_input_that_is_not_one_command(self):
        uri = self.node("vm1")
        for words in ("ping; ping", "ping\nping", 'virsh desc "vm1', "virsh desc 'vm1", "ping \\"):
            with self.subTest(words=words):
                status, output, errors = self.run_words(uri, words, ssh=True)
                self.assertEqual((status, output), (2, ""))
                self.assertIn("is not one command", errors)
                self.assertEqual(len(errors.splitlines()), 1)
        for words, mark in (
            ("virsh desc vm1 hello && virsh start vm1", "&"), ("virsh list | wc -l", "|"),
            ("ping >file", ">"), ("ping <file", "<"), ("ping &", "&"), ("ping 2>&1", ">"),
            ("virsh desc vm1 $(hostname)", "("), ("virsh desc vm1 `hostname`", "`"),
            ("exec atex-virt-helper | cat", "|"), ("reserve vm(1|2)", "("),
        ):
            with self.subTest(words=words):
                status, output, errors = self.run_words(uri, words, ssh=True)
                self.assertEqual((status, output), (2, ""))
                self.assertIn(f"'{mark}' is not supported outside quotes", errors)
                self.assertEqual(len(errors.splitlines()), 1)
        for words in ("virsh echo 'a & b | c'", 'virsh echo "<x/> $(y) `z`"', "virsh echo a\\&b",
                      "virsh echo $HOME a* ~"):
            self.assertEqual(self.run_words(uri, words, ssh=True)[0], 0, words)
        for words in ("ping\n", "  ping ", "virsh domstate 'vm1'\r\n"):
            self.assertEqual(self.run_words(uri, words, ssh=True)[0], 0)

    def test_helper_name_before_the_words(self):
        uri = self.node("vm1")
        for name in ("atex-virt-helper", "exec sudo -n -- /usr/bin/atex-virt-helper",
                     "sudo atex-virt-helper --log debug test:///default"):
            status, output, errors = self.run_words(uri, f"{name} reservations", ssh=True)
            self.assertEqual((status, errors), (0, ""))
            # Not of test:///default: the client must not choose the URI.
            self.assertEqual(output.splitlines()[1].split()[0], "vm1")
            self.assertIn("NAME=VALUE", self.run_words(uri, f"{name} help release", ssh=True)[1])
            status, _, errors = self.run_words(uri, f"{name} resrvations", ssh=True)
            self.assertEqual(status, 2)
            self.assertIn("did you mean 'reservations'?", errors)
            self.assertEqual(self.run_words(uri, name, ssh=True), (0, "", ""))

    def test_forms_of_help(self):
        uri = self.node("vm1")
        for words in (("help",), ("--help",), ("-h",), ("help", "--help")):
            status, output, errors = self.run_words(uri, *words, ssh=True)
            self.assertEqual((status, errors), (0, ""))
            self.assertRegex(output, r"(?m)^  reserve  +reserve a free")
            self.assertRegex(output, r"(?m)^  connect  +connect standard input")
            self.assertIn("'help COMMAND'", output)
        for words in (("help", "reserve"), ("reserve", "--help"), ("reserve", "vm1", "-h")):
            for ssh in (False, True):
                status, output, errors = self.run_words(uri, *words, ssh=ssh)
                self.assertEqual((status, errors), (0, ""))
                self.assertTrue(output.startswith("reserve: "), output)
                self.assertIn("NAME=VALUE", output)
        for words in (("help", "connect"), ("connect", "--help")):
            status, output, errors = self.run_words(uri, *words, ssh=True)
            self.assertEqual((status, errors), (0, ""))
            self.assertTrue(output.startswith("connect DOMAIN [PORT]: "), output)
        self.assertIn("helper: ", self.run_words(uri, "--version", ssh=True)[1])

    def test_uri_is_optional(self):
        done = subprocess.run(
            [*command(self.home), "virsh", "domstate", "vm1"], stdin=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.home),
                 "LIBVIRT_DEFAULT_URI": self.node("vm1")},
            capture_output=True, text=True, timeout=20)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "shut off\n\n", ""))
        status, output, _ = self.run_words("help")
        self.assertEqual(status, 0)
        self.assertIn("reservations", output)

    def test_json_before_the_command(self):
        status, output, _ = self.run_words(self.node("vm1"), "--json", "ping")
        self.assertEqual((status, json.loads(output)["success"]), (0, True))

    def test_words_are_not_run_by_a_shell(self):
        uri, mark = self.node("vm1"), self.home / "mark"
        for words in (f"ping; touch {mark}", f"virsh list $(touch {mark})", f"ping > {mark}",
                      f"virsh echo a | tee {mark}", f"virsh list `touch {mark}`"):
            self.run_words(uri, words, ssh=True)
        self.assertFalse(mark.exists())
        self.assertEqual(self.run_words(uri, "virsh domstate '$(hostname)'", ssh=True)[0], 1)

    def test_reserve_holds_until_disconnect(self):
        uri = self.node("vm1")
        person = subprocess.Popen(
            [*command(self.home), uri, "reserve", "vm1"], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.home)})
        self.addCleanup(person.kill)
        self.assertEqual(person.stdout.readline(), "vm1\n")
        self.assertIn("until", person.stderr.readline())
        other = self.session(uri)
        self.assertIn("no domain could be", other.ask({"cmd": "reserve"})["reply"])
        person.stdout.close()
        start = time.monotonic()
        self.assertTrue(other.ok({"cmd": "reserve", "wait": 5})["success"])
        self.assertLess(time.monotonic() - start, 2)
        self.assertEqual(person.wait(5), 1)
        person.stderr.close()

    def test_upload_reads_its_body_from_input(self):
        uri = self.node("vm1")
        with open(self.home / "file", "w+b") as file:
            file.write(b"12345")
            # Repeated, because the exit of the process must not race with the client watch.
            for _ in range(20):
                file.seek(0)
                self.assertEqual(self.run_words(uri, "upload", "a", "length=5", stdin=file),
                                 (0, "", ""))

    def upload(self, uri, data, *words):
        with open(self.home / "data", "w+b") as file:
            file.write(data)
            file.seek(0)
            return self.run_words(uri, "upload-volume", "pool=pool", "name=new", *words,
                                  stdin=file)

    def test_upload_volume_reads_to_the_end_of_input(self):
        xml, directory = self.pool("new")
        uri = self.node("vm1", more=xml)
        # With zeros at the end, which become a hole.
        data = os.urandom(5000) + bytes(3 << 20)
        digest = hashlib.sha256(data).hexdigest()
        for words in ((), ("sparse=false",), (f"sha256={digest}",)):
            with self.subTest(words=words):
                status, output, errors = self.upload(uri, data, "replace=yes", *words)
                self.assertEqual((status, errors), (0, ""))
                self.assertIn("capacity", output)
                self.assertEqual((directory / "new").read_bytes(), data)
        self.assertEqual(self.upload(uri, b"", "replace=yes")[0], 0)
        self.assertEqual((directory / "new").read_bytes(), b"")
        # On the wire the length is required.
        reply = self.session(uri).ask(
            {"cmd": "upload-volume", "pool": "pool", "name": "x", "length": None})
        self.assertRefused(reply, "bad-request", "'length'")

    def test_surplus_input_is_an_error(self):
        xml, directory = self.pool("new")
        uri = self.node("vm1", more=xml)
        status, output, errors = self.upload(uri, b"x" * 300, "length=100", "replace=yes")
        self.assertEqual((status, output), (1, ""))
        self.assertIn("the input has more bytes than 'length' says", errors)
        self.assertEqual((directory / "new").read_bytes(), b"")
        self.assertEqual(len(list(directory.iterdir())), 1)
        self.assertEqual(self.upload(uri, b"x" * 100, "length=100", "replace=yes")[0], 0)
        self.assertEqual((directory / "new").read_bytes(), b"x" * 100)

    def test_wrong_checksum_or_format_is_status_1(self):
        xml, directory = self.pool("new")
        uri = self.node("vm1", more=xml)
        for words, text in ((f"sha256={'0' * 64}", "SHA-256"), ("format=qcow2", "not qcow2")):
            status, output, errors = self.upload(uri, b"data", words, "replace=yes")
            self.assertEqual((status, output), (1, ""))
            self.assertIn(text, errors)
        self.assertEqual(self.upload(uri, b"data", "sha256=zz")[0], 2)
        self.assertEqual((directory / "new").read_bytes(), b"")
        self.assertEqual(len(list(directory.iterdir())), 1)

    def test_sizes_and_times_with_units(self):
        xml, directory = self.pool("new")
        uri = self.node("vm1", more=xml)
        for size, length in (("64K", 64 << 10), ("1MiB", 1 << 20), ("2m", 2 << 20), ("7", 7)):
            status, _, errors = self.run_words(
                uri, "create-volume", "pool", "new", "raw", size, "remove_existing=yes")
            self.assertEqual((status, errors), (0, ""))
            self.assertEqual((directory / "new").stat().st_size, length)
        for size in ("64Q", "K", "1.5G", "-1K", "9999999999P"):
            status, _, errors = self.run_words(uri, "create-volume", "pool", "b", "raw", size)
            self.assertEqual(status, 2)
            self.assertIn("'size'", errors)
        self.session(uri).ok({"cmd": "reserve"})
        for wait in ("0s", "0m", "1s"):
            self.assertEqual(self.run_words(uri, "reserve", f"wait={wait}")[0], 1)
        self.assertEqual(self.run_words(uri, "reserve", "wait=5x")[0], 2)

    def test_upload_with_a_short_body(self):
        with open(self.home / "short", "w+b") as file:
            file.write(b"123")
            file.seek(0)
            status, output, errors = self.run_words(
                self.node("vm1"), "upload", "a", "length=5", stdin=file)
        self.assertEqual((status, output), (1, ""))
        self.assertIn("the input ended", errors)

    def test_host_without_libvirt(self):
        for words, text in ((("reservations",), "cannot list the domains"),
                            (("connect", "vm1"), "connect: ")):
            status, output, errors = self.run_words(
                f"qemu+unix:///system?socket={self.home}/none", *words)
            self.assertEqual((status, output), (1, ""))
            message, hint = errors.splitlines()
            self.assertIn(text, message)
            self.assertIn("host-check", hint)
        status, output, _ = self.run_words(
            f"qemu+unix:///system?socket={self.home}/none", "version", "--json")
        self.assertEqual((status, json.loads(output)["error"]["kind"]), (1, "disconnected"))

    def test_not_found_has_a_hint(self):
        uri = self.node("vm1", more=self.pool("from")[0])
        for words, hint in ((("copy-volume", "nowhere", "a", "b"), "virsh pool-list --all"),
                            (("copy-volume", "pool", "none", "b"), "virsh vol-list"),
                            (("console", "none"), "virsh list --all")):
            status, output, errors = self.run_words(uri, *words)
            self.assertEqual((status, output), (1, ""))
            self.assertIn(hint, errors.splitlines()[1])

    def test_c1_control_characters_are_escaped(self):
        # U+009B means the same as ESC [ to a terminal; XML allows it, but not ESC.
        uri = self.node("vm1", "c1\x9b31m")
        self.assertEqual(self.run_words(uri, "virsh", "desc", "c1\x9b31m", "a\x9b2Jb", "--title"),
                         (0, "Domain title updated successfully\n", ""))
        for words in (("virsh", "domid", "c1\x9b31m"), ("host-check",), ("reservations",),
                      ("virsh", "desc", "c1\x9b31m"), ("help", "x\x9b"),
                      ("port-forwards", "no\x9b")):
            _, output, errors = self.run_words(uri, *words)
            self.assertNotIn("\x9b", output + errors)
        self.assertIn("c1\ufffd31m", self.run_words(uri, "host-check")[1])

    def test_banner_cannot_control_the_terminal(self):
        guest = Guest(says(b"\x1b]0;title\x07\x9b31m\r\n"))
        self.addCleanup(guest.close)
        node = self.node(("vm", devices(forward({"start": guest.port, "to": 22}))))
        path = pathlib.Path(node.removeprefix("test://"))
        path.write_text(path.read_text().replace("<test:runstate>5</test:runstate>", ""))
        status, _, errors = self.run_words(node, "wait-port", "vm", "22", "timeout=1")
        self.assertEqual(status, 1)
        self.assertIn("]0;title", errors)
        self.assertFalse([char for char in errors if ord(char) < 32 and char != "\n"], errors)

    def on_terminal(self, uri, *words, stream, env={}, status=0):
        """The output on a stream that is a terminal."""
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        done = subprocess.run(
            [*command(self.home), uri, *words], stdin=subprocess.DEVNULL, timeout=20,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.home), **env},
            **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: theirs})
        os.close(theirs)
        seen = b""
        try:
            while chunk := os.read(ours, 4096):
                seen += chunk
        except OSError:
            pass  # EIO: the other end is closed
        self.assertEqual(done.returncode, status)
        return seen.decode()

    def test_colors_only_on_terminals(self):
        uri = self.node("vm1")
        self.assertIn("\x1b[1mDOMAIN", self.on_terminal(uri, "reservations", stream="stdout"))
        self.assertNotIn("\x1b", self.run_words(uri, "reservations")[1])
        report = self.on_terminal(uri, "host-check", stream="stdout", status=1)
        self.assertIn("\x1b[31merror ", report)
        self.assertIn("\x1b[33mwarning ", report)
        # The lines that continue a problem have its colour.
        self.assertIn("\x1b[31m         what to do: ", report)
        for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            for words, status in (("reservations", 0), ("host-check", 1)):
                self.assertNotIn("\x1b", self.on_terminal(uri, words, stream="stdout", env=env,
                                                          status=status))

    def test_host_check_fails_if_there_is_an_error(self):
        # The domain has no disk.
        for words in (("host-check", "bare"), ("host-check", "bare", "--json")):
            status, output, errors = self.run_words(self.node("bare"), *words)
            self.assertEqual((status, errors), (1, ""))
            self.assertIn("domain 'bare' has no disk", output)
        status, output, _ = self.run_words(self.node("bare"), "host-check", "nope")
        self.assertEqual((status, output), (1, ""))

    def test_progress_bar_only_on_terminals(self):
        xml, directory = self.pool("from", "to")
        self.write(directory / "from", b"x" * 1000)
        uri = self.node("vm1", more=xml)
        words = ("copy-volume", "pool", "from", "to")
        self.assertIn("] 100 %", self.on_terminal(uri, *words, stream="stderr"))
        self.assertEqual("", self.on_terminal(uri, *words, stream="stderr", env={"TERM": "dumb"}))
        self.assertEqual(self.run_words(uri, *words), (0, "", ""))
