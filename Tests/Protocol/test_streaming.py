import subprocess
import time

from session import HelperTest, command


class Streaming(HelperTest):
    """In words, virsh's results and errors go to their own streams, as they are produced."""

    def start(self, uri, text, stdin=subprocess.DEVNULL):
        process = subprocess.Popen(
            [*command(self.home), uri], stdin=stdin, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.home), "SSH_ORIGINAL_COMMAND": text})
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def run_words(self, uri, text):
        process = self.start(uri, text)
        output, errors = process.communicate(timeout=20)
        return process.returncode, output, errors

    def test_results_and_errors_have_their_own_streams(self):
        message = "error: failed to get domain 'nosuch'\n"
        for text, expected in (("domid test; domstate nosuch", 1),
                               ("domstate nosuch; domid test", 0)):
            status, output, errors = self.run_words("test:///default", f"virsh '{text}'")
            self.assertEqual((status, output.strip()), (expected, "1"))
            self.assertTrue(errors.startswith(message), errors)
        # A syntax error rejects the whole line.
        status, output, errors = self.run_words("test:///default", "virsh 'domid test; nope'")
        self.assertEqual((status, output, errors), (1, "", "error: unknown command: 'nope'\n"))

    def test_line_protocol_has_one_text(self):
        reply = self.session("test:///default").ask(
            {"cmd": "virsh", "args": ["domid test; domstate nosuch; domid test"]})
        self.assertEqual(reply["success"], True)
        self.assertRegex(reply["reply"], r"^1\nerror: failed to get domain 'nosuch'\n(error: .*\n)?1\n$")

    def test_output_comes_before_the_end(self):
        process = self.start("test:///default", "virsh 'domid test; event --all --timeout 30'")
        start = time.monotonic()
        self.assertEqual(process.stdout.readline(), "1\n")
        self.assertLess(time.monotonic() - start, 10)
        self.assertIsNone(process.poll())
        process.kill()
        process.communicate()

    def test_guest_texts_cannot_control_the_terminal(self):
        uri = self.node("c1\x9b31m")
        for text in ("virsh list --all --name", "virsh domid c1\x9b31m", "virsh domid no\x9bx"):
            _, output, errors = self.run_words(uri, text)
            self.assertNotIn("\x9b", output + errors)

    def test_words_print_headings_and_messages(self):
        table = " Id   Name   State\n----------------------\n 1    test   running\n\n"
        self.assertEqual(self.run_words("test:///default", "virsh list"), (0, table, ""))
        self.assertEqual(
            self.run_words("test:///default", "virsh -q list"), (0, " 1   test   running\n", ""))
        self.assertEqual(self.run_words("test:///default", "virsh suspend test"),
                         (0, "Domain 'test' suspended\n\n", ""))
        reply = self.session("test:///default").ok({"cmd": "virsh", "args": ["list"]})
        self.assertEqual(reply["reply"], " 1   test   running\n")
