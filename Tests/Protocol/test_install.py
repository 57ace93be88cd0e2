import os
import subprocess

from session import HelperTest, command

GUEST = ("--name made --memory 64 --disk none --network none --graphics none --osinfo generic "
         "--import --noautoconsole").split()


class Install(HelperTest):
    """virt-install in words and in the line protocol: its streams, and the files of the client."""

    def run_words(self, *words, stdin=subprocess.DEVNULL):
        done = subprocess.run(
            [*command(self.home), self.uri, "virt-install", *words], stdin=stdin,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.home)}, capture_output=True, timeout=20)
        self.assertNotIn(b"\r\n", done.stdout + done.stderr)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def setUp(self):
        super().setUp()
        self.uri = self.node("vm1")
        # That of this machine, or the newest.
        self.version = self.session(self.uri).ok({"cmd": "version"})["virt-install"]

    def test_results_are_on_standard_output(self):
        self.assertEqual(self.run_words("--version"), (0, f"{self.version}\n", ""))
        for words, start, text in (
                (("--print-xml", *GUEST), "<domain ", "<name>made</name>"),
                (("--disk=?",), "--disk options:\n", "  path\n"),
                (("--help",), "usage: virt-install ", "--osinfo"),
                (("--osinfo", "list"), "", "\n\nYou can see additional information with:\n\n"
                                           "  osinfo-query os\n\n")):
            status, output, errors = self.run_words(*words)
            self.assertEqual((status, errors), (0, ""), words)
            self.assertTrue(output.startswith(start), output)
            self.assertIn(text, output)

    def test_progress_and_warnings_are_apart(self):
        status, output, errors = self.run_words(*GUEST)
        self.assertEqual(status, 0)
        self.assertIn("\nStarting install...\n\rCreating domain...", output)
        self.assertTrue(output.endswith("Domain creation completed.\n"), output)
        self.assertEqual(errors, "WARNING  Using --osinfo generic, VM performance may suffer. "
                                 "Specify an accurate OS for optimal results.\n")

    def test_errors_are_on_standard_error(self):
        usage = ("usage: virt-install --name NAME --memory MB STORAGE INSTALL [options]\n"
                 if self.version.startswith("4.") else "usage: virt-install OPTIONS\n")
        self.assertEqual(
            self.run_words("--nosuch"),
            (2, "", usage + "virt-install: error: unrecognized arguments: --nosuch\n"))
        self.assertEqual(
            self.run_words(*GUEST, "--print-xml", "3"),
            (1, "", "ERROR    Unknown XML step request '3', must be 1, 2, or all\n"))

    def test_raw_reply_is_alone_on_standard_output(self):
        done = subprocess.run(
            [*command(self.home), self.uri, "--json", "virt-install", "--version"],
            stdin=subprocess.DEVNULL, env={"PATH": "/usr/bin:/bin", "HOME": str(self.home)},
            capture_output=True, text=True, timeout=20)
        self.assertEqual(
            (done.returncode, done.stdout),
            (0, '{"success": true, "cmd": "virt-install", "args": ["--version"]}\n'))
        self.assertIn(self.version, done.stderr)

    def test_standard_input_is_a_file(self):
        for words in (("--cloud-init", "user-data=/dev/stdin"),
                      ("--cloud-init", "root-ssh-key=/dev/fd/0"),
                      ("--cloud-init", "root-password-file=/proc/self/fd/0")):
            with open(self.home / "data", "w+b") as file:
                file.write(b"#cloud-config\n")
                file.seek(0)
                status, _, errors = self.run_words("--dry-run", *words, *GUEST, stdin=file)
                self.assertEqual((status, "ERROR" in errors), (0, False), errors)
                # The descriptor shares its position with the program's.
                self.assertEqual(os.lseek(file.fileno(), 0, os.SEEK_CUR), 14)

    def test_files_that_words_cannot_have(self):
        guest = [word for word in GUEST if word != "--import"]
        for words, text in (
                (("--cloud-init", "user-data=ud.yaml"), "there is no file 'ud.yaml' on this host"),
                (("--cloud-init", "user-data=/dev/stdout"), "only /dev/stdin can be read"),
                (("--cdrom", "a.iso"), "there is no file 'a.iso' on this host"),
                (("--location", "a.iso"), "there is no file 'a.iso' on this host"),
                (("--cdrom", "/dev/stdin"), "'upload-volume'"),
                (("--install", "kernel=/dev/stdin,initrd=/boot/initrd"), "'upload-volume'"),
                (("--import", "--disk", "a.img,size=1"), "there is no file 'a.img' on this host"),
                (("--import", "--disk", "/dev/fd/0"), "'upload-volume'")):
            status, output, errors = self.run_words("--dry-run", *words, *guest)
            self.assertEqual((status, output), (1, ""), words)
            self.assertIn(text, errors)
        self.assertIn("or /dev/stdin to send the file", self.run_words(
            "--dry-run", "--cloud-init", "user-data=ud.yaml", *GUEST)[2])

    def test_line_protocol_has_no_standard_input(self):
        with open(self.home / "errors", "wb") as errors:
            session = self.session(self.uri, stderr=errors)
        with open(self.home / "errors", "rb") as errors:
            for words in (("--cloud-init", "user-data=/dev/stdin"), ("--cdrom", "/dev/fd/0"),
                          ("--disk", "/dev/stdin"), ("--install", "kernel=/dev/stdin,initrd=/x")):
                reply = session.ask({"cmd": "virt-install",
                                     "args": ["--dry-run", *words, *GUEST]})
                self.assertEqual(reply["reply"], "virt-install exited with 1")
                self.assertIn(b"use 'upload'", errors.read(), words)
            session.ok({"cmd": "virt-install", "args": ["--version"]})
            self.assertEqual(errors.read(), f"{self.version}\r\n".encode())
