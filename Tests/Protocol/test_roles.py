import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import session
from session import HelperTest, Session

# Runs the rest of its words as root with a state directory, a policy and a system log of its own:
# a policy file and all directories above it must belong to root.
WITHIN = r"""
mount -t tmpfs -o mode=755 tmpfs /var/lib
mount -t tmpfs -o mode=755 tmpfs /srv
mkdir /srv/dev /srv/policy
for device in null urandom; do
    touch /srv/dev/$device
    mount --bind /dev/$device /srv/dev/$device
done
if test -n "$LOG"; then touch /srv/dev/log; mount --bind "$LOG" /srv/dev/log; fi
mount --rbind /srv/dev /dev
if test -n "$POLICY"; then cp "$POLICY" /srv/policy/roles.conf; fi
eval "$PREPARE"
unset LOG POLICY PREPARE
exec "$@"
"""
POLICY = "/srv/policy/roles.conf"
TESTER = """
[role tester]
commands = @tester -upload
virsh = read power
domains = vm.*
pools = default:rw images:r
networks = labnet
"""


class RoleSession(Session):
    def __init__(self, argv, environment, stdin=subprocess.PIPE, program=None):
        self.process = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-ec", WITHIN, "sh",
             program or session.HELPER, *argv], stdin=stdin, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=environment)
        self.rest = b""


@unittest.skipIf(os.geteuid() != 0 or not shutil.which("unshare"),
                 "needs root and unshare: a policy file must belong to root")
class RoleTest(HelperTest):
    def setUp(self):
        self.directory = tempfile.mkdtemp(dir=self.home)
        self.lines = []
        self.log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.log.bind(f"{self.directory}/log")
        self.addCleanup(self.log.close)
        self.reads_log = True
        self.uri = self.node("vm1", "other")

    def read_log(self):
        try:
            while True:
                self.lines.append(self.log.recv(1 << 20).decode())
        except OSError:
            pass

    def start(self, *argv, policy=TESTER, prepare="", env=None, log=True, program=None):
        if self.reads_log:
            self.reads_log = False
            threading.Thread(target=self.read_log, daemon=True).start()
        environment = {
            "PATH": os.environ["PATH"], "HOME": "/root", "PREPARE": prepare,
            "LOG": f"{self.directory}/log" if log else "", "POLICY": "", **(env or {})}
        if policy is not None:
            path = f"{self.directory}/roles.conf"
            with open(path, "w") as file:
                file.write(policy)
            environment["POLICY"] = path
        started = RoleSession(argv, environment, program=program)
        self.addCleanup(started.process.stderr.close)
        self.addCleanup(started.kill)
        return started

    def confined(self, *options, **more):
        return self.start("--policy", POLICY, "--role", "tester", *options, self.uri, **more)

    def finished(self, *argv, **more):
        """Status, standard output and standard error of a helper without input."""
        started = self.start(*argv, **more)
        output, errors = started.process.communicate(timeout=20)
        return started.process.returncode, output.decode(), errors.decode()

    def audit(self, *parts):
        """The log line with all of these parts."""
        end = time.monotonic() + 5
        while time.monotonic() < end:
            for line in list(self.lines):
                if all(part in line for part in parts):
                    return line
            time.sleep(0.02)
        self.fail(f"no line with {parts} among {self.lines}")


class Start(RoleTest):
    def refused(self, *argv, status=1, texts=(), **more):
        got, output, errors = self.finished(*argv, **more)
        self.assertEqual((got, output), (status, ""), errors)
        for text in texts:
            self.assertIn(text, errors)
        if status == 1:
            self.assertEqual(errors.count("\n"), 1, errors)
            self.audit("cannot start a session", *texts)

    def role(self, *texts, **more):
        self.refused("--policy", POLICY, "--role", "tester", self.uri, texts=texts, **more)

    def test_a_mistake_in_any_section(self):
        self.role(f"{POLICY}:9: unknown key 'comands' of a role; did you mean 'commands'?",
                  policy=TESTER + "[role other]\ncomands = ping\n")

    def test_role_that_does_not_exist(self):
        self.refused("--policy", POLICY, "--role", "nobody", self.uri,
                     texts=[f"{POLICY}: there is no section [role nobody]"])

    def test_file_that_does_not_exist(self):
        self.role(f"{POLICY}: there is no such file", policy=None)
        self.refused("--policy", POLICY, self.uri, policy=None, texts=["there is no such file"])

    def test_owner_and_mode(self):
        self.role("it is writable by others than its owner", prepare=f"chmod 664 {POLICY}")
        self.role("it belongs to user 65534, and must belong to root",
                  prepare=f"chown nobody {POLICY}")
        self.role("directory '/srv/policy' is writable by others",
                  prepare="chmod 1777 /srv/policy")
        self.role("directory '/srv/policy' belongs to user 65534",
                  prepare="chown nobody /srv/policy")

    def test_kind_of_file(self):
        self.role("it is a symbolic link",
                  prepare=f"mv {POLICY} /srv/policy/a; ln -s a {POLICY}")
        self.role("'/srv/policy' is not a directory",
                  prepare="mv /srv/policy /srv/other; ln -s other /srv/policy")
        self.role("it is not a regular file", prepare=f"rm {POLICY}; mkfifo {POLICY}")
        self.role("it is not a regular file", prepare=f"rm {POLICY}; mkdir {POLICY}")

    def test_path(self):
        self.refused("--policy", "roles.conf", "--role", "tester", self.uri,
                     texts=["roles.conf: the path must begin with '/'"])

    def test_require_role(self):
        policy = "[all]\nrequire-role = yes\n" + TESTER
        text = "it has 'require-role = yes', and there is no --role"
        self.refused("--policy", POLICY, self.uri, policy=policy, texts=[text])
        self.refused("--policy", POLICY, self.uri, "ping", policy=policy, texts=[text])
        self.assertTrue(self.confined(policy=policy).ask({"cmd": "ping"})["success"])

    def test_default_policy_file(self):
        prepare = ("mount -t tmpfs -o mode=755 tmpfs /etc; mkdir /etc/atex-virt-helper;"
                   f"cp {POLICY} /etc/atex-virt-helper/roles.conf")
        started = self.start("--role", "tester", self.uri, prepare=prepare)
        self.assertTrue(started.ask({"cmd": "ping"})["success"])
        self.refused(self.uri, policy="[all]\nrequire-role = yes\n", prepare=prepare,
                     texts=["/etc/atex-virt-helper/roles.conf: it has 'require-role = yes'"])

    def test_command_line(self):
        role = ["--policy", POLICY, "--role", "tester"]
        for argv, text in [
            ([*role, "--role", "tester", self.uri], "--role is given twice"),
            ([*role, "--policy", POLICY, self.uri], "--policy is given twice"),
            ([*role, "--identity", "a", "--identity=b", self.uri], "--identity is given twice"),
            ([*role, "--identity", "a b", self.uri], "'a b' is not a value for --identity"),
            ([*role, "--identity=" + "a" * 65, self.uri], "is not a value for --identity"),
            ([*role, "--identity=", self.uri], "'' is not a value for --identity"),
            (["--identity", "a", self.uri], "--identity needs --role"),
            (role, "--role needs the URI"),
            ([*role, "ping"], "--role needs the URI"),
            (["--role"], "--role needs a value"),
            ([self.uri, "--role", "tester"], "--role must stand before the URI"),
            ([self.uri, "--policy", POLICY], "--policy must stand before the URI"),
            ([*role, self.uri, "--role", "other"], "there is no command '--role'"),
            ([*role, self.uri, "--log", "info"], "there is no command '--log'"),
            ([*role, "policy-check", POLICY], "policy-check runs without --role"),
        ]:
            with self.subTest(argv=argv):
                self.refused(*argv, status=2, texts=[text])

    def test_client_words_never_set_options(self):
        words = "atex-virt-helper --role other --identity root --policy /tmp/x test:///default"
        started = self.confined(env={"SSH_ORIGINAL_COMMAND": words})
        reply = started.ok({"cmd": "whoami"})
        self.assertEqual(reply["identity"], "tester")
        for word in ["policy-check", "explain"]:
            status, _, errors = self.finished(
                "--policy", POLICY, "--role", "tester", self.uri,
                env={"SSH_ORIGINAL_COMMAND": f"{word} {POLICY} ping"})
            self.assertEqual(status, 2)
            self.assertIn(f"there is no command '{word}'", errors)


class Commands(RoleTest):
    def test_only_granted_commands_run(self):
        started = self.confined()
        reply = started.ask({"cmd": "create-volume", "id": 1})
        self.assertRefused(reply, "denied", "denied: command 'create-volume' is not granted")
        self.assertEqual(reply["cmd"], "create-volume")
        body = json.dumps({"cmd": "ping"}).encode() + b"\n"
        reply = started.ask({"cmd": "upload", "name": "f", "length": len(body), "id": 2}, body)
        self.assertRefused(reply, "denied", "denied: command 'upload' is not granted")
        self.assertEqual(started.ok({"cmd": "ping", "id": 3})["id"], 3)

    def test_lists_show_what_is_granted(self):
        started = self.confined()
        commands = ["ping", "setname", "virsh", "reserve", "release", "reservations",
                    "copy-volume", "port-forwards", "addresses", "wait-port", "provision",
                    "console", "help", "version", "whoami"]
        self.assertEqual(started.ok({"cmd": "version"})["commands"], commands)
        reply = started.ok({"cmd": "help"})
        self.assertEqual([c["cmd"] for c in reply["commands"]], commands)
        self.assertNotIn("host-check", reply["reply"])
        self.assertRefused(started.ask({"cmd": "help", "command": "upload", "id": 1}), "denied",
                           "denied: command 'upload' is not granted")
        self.assertRefused(started.ask({"cmd": "help", "command": "nope", "id": 1}), "not-found")

    def test_words(self):
        policy = TESTER.replace("@tester", "help ping reserve connect")

        def words(*words, policy=policy):
            return self.finished(
                "--policy", POLICY, "--role", "tester", self.uri, policy=policy.replace(
                    "virsh = read power\n", ""),
                env={"SSH_ORIGINAL_COMMAND": " ".join(words)})

        self.assertEqual(words("ping"), (0, "atex-virt-helper v1 pong\n", ""))
        denied = "atex-virt-helper: denied: command '%s' is not granted\n"
        # Before its arguments are examined.
        self.assertEqual(words("create-volume", "x=1"), (1, "", denied % "create-volume"))
        self.assertEqual(words("vol-copy"), (1, "", denied % "vol-copy"))
        self.assertEqual(words("release", "--help"), (1, "", denied % "release"))
        self.assertEqual(words("help", "release"), (1, "", denied % "release"))
        self.audit('cmd="create-volume"', "verdict=denied", r'args="[\"x=1\"]"')
        status, output, _ = words("help")
        self.assertEqual(status, 0)
        self.assertEqual(re.findall(r"^  ([a-z-]+)  ", output, re.M),
                         ["reserve", "connect", "ping", "help"])
        without = policy.replace("connect", "")
        self.assertEqual(words("connect", "vm1", policy=without), (1, "", denied % "connect"))
        self.assertEqual(words("help", "connect", policy=without), (1, "", denied % "connect"))
        self.assertEqual(words("connect", "a", "b", "c")[0], 2)
        self.audit('cmd="connect"', "kind=bad-request")

    def test_whoami(self):
        started = self.confined("--identity", "carol@example.org")
        started.ok({"cmd": "setname", "name": "root"})
        reply = started.ok({"cmd": "whoami"})
        self.assertEqual(reply["identity"], "carol@example.org root")
        restrictions = reply["restrictions"]
        self.assertEqual(list(restrictions), [
            "role", "identity", "commands", "virsh", "domains", "pools", "networks", "reservation",
            "read-only", "limits", "sandbox"])
        self.assertEqual(restrictions["role"], "tester")
        self.assertEqual(restrictions["identity"], "carol@example.org")
        self.assertIn("connect", restrictions["commands"])
        self.assertNotIn("upload", restrictions["commands"])
        self.assertEqual(restrictions["virsh"], ["read", "power"])
        self.assertEqual(restrictions["domains"], "vm.*")
        self.assertEqual(restrictions["pools"], {"default": "rw", "images": "r"})
        self.assertEqual(restrictions["networks"], ["labnet"])
        self.assertEqual(restrictions["reservation"], "session")
        self.assertEqual(restrictions["limits"]["max-memory"], 4 << 30)
        self.assertEqual(restrictions["limits"]["guest-ports"], ["22"])

    def test_trusted(self):
        started = self.start("--policy", POLICY, "--role", "admin", self.uri,
                             policy="[role admin]\ntrusted = yes\n")
        self.assertEqual(started.ok({"cmd": "virsh", "args": ["domstate", "other"]})["reply"],
                         "shut off\n")
        restrictions = started.ok({"cmd": "whoami"})["restrictions"]
        self.assertEqual(list(restrictions), ["role", "identity", "trusted", "sandbox"])
        self.audit('cmd="virsh"', 'role="admin"', "verdict=allowed", "result=ok")


class Virsh(RoleTest):
    def test_only_granted_uses_run(self):
        started = self.confined()
        for words, denial in (
            (["undefine", "nosuch"], "virsh command 'undefine' is not granted"),
            (["domid vm1; undefine vm1"], "virsh command 'undefine' is not granted"),
            (["memtune", "vm1", "--hard-limit", "1"], "virsh command 'memtune' is not granted"),
            (["-qc", self.uri, "list"], "virsh option '-c' is not granted"),
            (["dumpxml", "vm1", "--security-info"],
             "option '--security-info' of virsh command 'dumpxml' is not granted"),
        ):
            reply = started.ask({"cmd": "virsh", "args": words, "id": 1})
            self.assertRefused(reply, "denied")
            self.assertEqual(reply["reply"], f"error: denied: {denial}\n")
        self.audit('what="domid undefine"', 'objects="domain:vm1"', "verdict=denied")
        started.ok({"cmd": "reserve", "filter": "vm1"})
        started.ok({"cmd": "virsh", "args": ["start", "vm1"]})
        self.audit('what="start"', 'objects="domain:vm1"', "verdict=begun")
        self.audit('what="start"', 'objects="domain:vm1"', "verdict=allowed", "result=ok")
        started.ok({"cmd": "virsh", "args": ["domstate", "vm1"]})
        self.audit('what="domstate"', "verdict=allowed")
        self.assertFalse(any('what="domstate"' in line and "verdict=begun" in line
                             for line in self.lines))

    def test_help(self):
        started = self.confined()
        text = started.ok({"cmd": "virsh", "args": ["help"]})["reply"]
        self.assertIn("    destroy ", text)
        self.assertNotIn("    undefine ", text)

    def test_words(self):
        for words, status, error in (
            ("domid vm1", 0, ""),
            ("undefine vm1", 1, "error: denied: virsh command 'undefine' is not granted\n"),
        ):
            got, _, errors = self.finished(
                "--policy", POLICY, "--role", "tester", self.uri,
                env={"SSH_ORIGINAL_COMMAND": f"virsh {words}"})
            self.assertEqual((got, errors), (status, error))


class XML(RoleTest):
    POLICY = TESTER.replace("-upload", "").replace("read power", "read power define devices")

    def denied(self, xml, *words):
        started = self.confined(policy=self.POLICY + "reservation = no\n")
        body = xml.encode()
        started.ok({"cmd": "upload", "name": "f.xml", "length": len(body)}, body)
        before = started.ok({"cmd": "virsh", "args": ["list", "--all", "--name"]})["reply"]
        reply = started.ask({"cmd": "virsh", "args": list(words), "id": 1})
        self.assertEqual(reply["error"]["kind"], "denied", reply)
        after = started.ok({"cmd": "virsh", "args": ["list", "--all", "--name"]})["reply"]
        self.assertEqual(before, after)
        return reply["reply"]

    def test_define(self):
        domain = ("<domain type='{}'><name>{}</name><memory>4096</memory><os><type>hvm</type></os>"
                  "<devices>{}</devices></domain>")
        disk = "<disk type='file'><source file='/etc/shadow'/><target dev='vda'/></disk>"
        for verb in ["define", "create"]:
            for xml, text in [
                (domain.format("kvm", "vm2", disk),
                 "attribute 'type' of 'domain/devices/disk' is 'file', but must be volume"),
                (domain.format("kvm", "other", ""), "name 'other' is not granted, or another"),
                (domain.format("kvm", "nobody", ""), "name 'nobody' is not granted, or another"),
                (domain.format("lxc", "vm2", ""), "attribute 'type' of 'domain' is 'lxc'"),
                ("root:x:0:0", ""),
            ]:
                with self.subTest(verb=verb, xml=xml):
                    self.assertIn(f"error: denied: XML: {text}", self.denied(xml, verb, "f.xml"))

    def test_devices(self):
        hostdev = "<hostdev mode='subsystem' type='usb'><source/></hostdev>"
        for verb in ["attach-device", "update-device", "detach-device"]:
            self.assertIn("error: denied: XML: element 'hostdev' is not allowed here",
                          self.denied(hostdev, verb, "vm1", "f.xml", "--config"))
        self.assertIn("error: denied: '/etc/shadow' is not the path of a granted volume",
                      self.denied("", "attach-disk", "vm1", "/etc/shadow", "vdb"))


class Confinement(RoleTest):
    def test_sandbox(self):
        started = self.confined(env={
            "LIBVIRT_DEFAULT_URI": "test:///nowhere",
            "VIRSH_DEFAULT_CONNECT_URI": "test:///nowhere", "LD_LIBRARY_PATH": "/nowhere",
            "LANG": "C.UTF-8", "http_proxy": "http://192.0.2.1", "SUDO_USER": "tester"},
            prepare="exec 7</dev/null")
        sandbox = started.ok({"cmd": "whoami"})["restrictions"]["sandbox"]
        self.assertEqual(sandbox, {
            "environment": ["LANG", "PATH", "SUDO_USER"], "core-limit": 0,
            "no-new-privileges": True})
        self.assertEqual(started.ok({"cmd": "version"})["uri"], self.uri)
        process = f"/proc/{started.pid}"
        # 7 was closed; the helper opened what is there now itself.
        self.assertFalse(os.path.exists(f"{process}/fd/7")
                         and os.readlink(f"{process}/fd/7") == "/dev/null")
        with open(f"{process}/status") as status:
            self.assertIn("NoNewPrivs:\t1", status.read())

    def test_idle_timeout(self):
        policy = TESTER + "idle-timeout = 1\n"
        started = self.confined(policy=policy)
        start = time.monotonic()
        for _ in range(4):
            time.sleep(0.4)
            started.ok({"cmd": "ping"})
        self.assertEqual(started.process.wait(10), 1)
        self.assertGreater(time.monotonic() - start, 2.5)
        self.assertEqual(
            started.process.stderr.read().decode(), "atex-virt-helper: the session has ended: no "
            "request for 1 seconds (idle-timeout)\n")
        self.audit("event=end reason=idle-timeout requests=4")

    def test_waiting_requests_are_limited(self):
        started = self.confined(policy=TESTER + "max-reservations = 2\n")
        started.ok({"cmd": "reserve"})
        for number in (1, 2):
            started.send({"cmd": "reserve", "wait": 60, "background": True, "id": number})
        self.assertTrue(started.is_silent(0.5))
        reply = started.ask({"cmd": "reserve", "wait": 60, "id": 3})
        self.assertRefused(reply, "denied", "2 requests that wait already", "max-reservations")

    def test_audit_of_a_guest(self):
        started = self.confined()
        started.ask({"cmd": "provision", "user_data": "#" + "s3cret" * 300, "ssh_keys": ["k"],
                     "template": "origin", "id": 1})
        line = self.audit('cmd="provision"', "domain:origin")
        self.assertNotIn("s3cret", line)
        self.assertEqual([line for line in self.lines if "s3cret" in line], [])

    def test_audit_of_the_reserved_domain(self):
        started = self.confined()
        domain = started.ok({"cmd": "reserve"})["domain"]
        self.audit('cmd="reserve"', f"domain:{domain}", "result=ok")

    def test_background(self):
        started = self.confined(policy=TESTER + "idle-timeout = 1\n")
        started.ok({"cmd": "reserve"})
        refused = {"cmd": "create-volume", "pool": "default", "name": "x", "format": "raw",
                   "size": 1, "background": True, "id": 1}
        self.assertRefused(started.ask(refused), "denied", "'create-volume' is not granted")
        self.audit('cmd="create-volume"', "verdict=denied")
        started.send({"cmd": "reserve", "wait": 60, "background": True, "id": 2})
        # A session that waits in the background is not idle.
        self.assertTrue(started.is_silent(1.7))
        started.send({"cmd": "cancel", "request": 2})
        replies = {reply["cmd"]: reply for reply in started.lines(2)}
        self.assertTrue(replies["cancel"]["success"])
        self.assertRefused(replies["reserve"], "cancelled")
        self.audit('seq=3 cmd="reserve"', "verdict=begun")
        self.audit('seq=3 cmd="reserve"', "verdict=allowed result=failed kind=cancelled")
        self.audit('seq=4 cmd="cancel"', "result=ok")
        # Those that are running at the end are recorded, too.
        started.send({"cmd": "reserve", "wait": 60, "background": True, "id": 3})
        time.sleep(0.5)
        os.kill(started.pid, 15)
        self.audit('seq=5 cmd="reserve"', "result=failed kind=disconnected")
        self.audit("event=end reason=signal requests=5")

    def test_max_session(self):
        started = self.confined(policy=TESTER + "max-session = 1\n")
        started.send({"cmd": "reserve", "filter": "nope", "wait": 30})
        self.assertEqual(started.process.wait(10), 1)
        self.assertIn("(max-session)", started.process.stderr.read().decode())
        self.audit("event=end reason=max-session")


class Log(RoleTest):
    SSH = {"SSH_CONNECTION": "192.0.2.7 50022 192.0.2.1 22", "SUDO_USER": "tester"}

    def test_lines(self):
        started = self.confined("--identity", "ci-7", env=self.SSH)
        started.ok({"cmd": "ping"})
        started.ask({"cmd": "host-check"})
        started.ask({"cmd": "reserve", "filter": "nope"})
        self.assertEqual(started.close(), 0)
        fields = ('audit: v=1 identity="ci-7" role="tester" peer="192.0.2.7 50022" '
                  f'user="tester" session={started.pid} ')
        # 10 is the facility authpriv; 6 is the level info, 4 is warning.
        for level, text in [
            (6, "event=start"),
            (6, 'seq=1 cmd="ping" what="" objects="" verdict=allowed result=ok seconds='),
            (4, 'seq=2 cmd="host-check" what="" objects="" verdict=denied result=failed '
                "kind=denied seconds="),
            (6, 'seq=3 cmd="reserve" what="" objects="" verdict=begun args="'),
            (6, 'seq=3 cmd="reserve" what="" objects="" verdict=not-found result=failed kind='),
            (6, "event=end reason=input-ended requests=3 seconds="),
        ]:
            line = self.audit(fields + text)
            self.assertTrue(line.startswith(f"<{10 * 8 + level}>"), line)
            self.assertRegex(line, r"^<\d+>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d atex-virt-helper: ")
            self.assertLessEqual(len(line), 1000)

    def test_signal_is_recorded(self):
        started = self.confined()
        started.ok({"cmd": "ping"})
        started.process.terminate()
        self.assertEqual(started.process.wait(10), 128 + 15)
        self.audit("event=end reason=signal requests=1")

    def test_without_a_log_requests_are_refused(self):
        started = self.confined(log=False)
        reply = started.ask({"cmd": "ping", "id": 1})
        self.assertRefused(
            reply, "denied", "denied: the request cannot be recorded in the system log")

    def test_log_that_does_not_read(self):
        self.reads_log = False  # no thread that reads
        started = self.confined()
        replies = []
        start = time.monotonic()
        # The queue of a socket holds net.unix.max_dgram_qlen lines.
        with open("/proc/sys/net/unix/max_dgram_qlen") as file:
            count = int(file.read()) + 10
        for _ in range(count):
            replies.append(started.ask({"cmd": "ping", "id": 1}))
        self.assertTrue(replies[0]["success"])
        self.assertRefused(replies[-1], "denied", "cannot be recorded")
        self.assertLess(time.monotonic() - start, 10)
        # It recovers.
        threading.Thread(target=self.read_log, daemon=True).start()
        time.sleep(0.2)
        started.ok({"cmd": "ping"})
        refused = len([reply for reply in replies if not reply["success"]])
        self.audit(f"dropped={refused} ")
        started.ok({"cmd": "ping"})
        self.assertNotIn("dropped", self.audit(f"seq={count + 2}"))

    def test_log_of_a_session_without_a_role_never_waits(self):
        self.reads_log = False  # no thread that reads
        started = self.start("--log", "debug", self.uri, policy=None)
        start = time.monotonic()
        for _ in range(1000):
            started.ok({"cmd": "ping"})
        self.assertLess(time.monotonic() - start, 5)
        threading.Thread(target=self.read_log, daemon=True).start()
        time.sleep(0.2)
        started.ok({"cmd": "setname", "name": "again"})
        line = self.audit("earlier lines were dropped")
        self.assertIn("running 'setname'", line)
        # Two lines a request; the queue held some of them.
        self.assertGreater(int(re.search(r"\((\d+) earlier", line)[1]), 1000)
        # The next line does not say it again.
        self.assertNotIn("dropped", self.audit("succeeded", "again"))

    def test_setname_cannot_forge_or_lose_lines(self):
        for role in (["--policy", POLICY, "--role", "tester"], []):
            with self.subTest(role=role):
                self.lines.clear()
                started = self.start("--log", "info", *role, self.uri, env=self.SSH)
                started.ok({"cmd": "setname", "name": "a] [10.9.9.9 50022, user root"})
                started.ask({"cmd": "reserve", "filter": "first"})
                line = self.audit("running 'reserve'")
                self.assertTrue(line.endswith(
                    " [192.0.2.7 50022, user tester, "
                    r"name a\x5d \x5b10.9.9.9 50022\x2c user root]"), line)
                started.ok({"cmd": "setname", "name": "x" + " " * 230_000})
                started.ask({"cmd": "reserve", "filter": "second" + " " * 230_000})
                line = self.audit("running 'reserve'", "second")
                self.assertLess(len(line), 9000)
                self.assertIn("...", line)
                self.assertIn(" [192.0.2.7 50022, user tester, name x", line)


class Administrator(RoleTest):
    def test_policy_check(self):
        self.assertEqual(
            self.finished("policy-check", POLICY),
            (0, f"{POLICY}: no errors, 0 warnings; roles: tester\n", ""))
        status, output, errors = self.finished("policy-check", POLICY, policy=TESTER.replace(
            "vm.*", "vm.* # mine") + "[role root]\ntrusted = yes\n")
        self.assertEqual((status, output),
                         (0, f"{POLICY}: no errors, 2 warnings; roles: tester, root\n"))
        self.assertEqual(
            errors, f"{POLICY}:5: warning: '#' is a part of the value of 'domains': a comment "
            f"needs a line of its own\n{POLICY}:9: warning: role 'root' is trusted: it amounts to "
            "root\n")
        status, output, errors = self.finished("policy-check", POLICY, policy=TESTER + "x = 1\n")
        self.assertEqual((status, output), (1, ""))
        self.assertIn(f"{POLICY}:8: unknown key 'x' of a role", errors)
        self.assertEqual(self.finished("policy-check")[0], 2)

    def test_require_role_does_not_apply(self):
        policy = "[all]\nrequire-role = yes\n" + TESTER
        self.assertEqual(self.finished("policy-check", POLICY, policy=policy)[0], 0)

    def explain(self, *words):
        return self.finished("--policy", POLICY, "explain", "tester", *words)

    def test_explain(self):
        self.assertEqual(self.explain("ping"), (0, f"""role 'tester' in {POLICY}
allowed  command 'ping'  line 3: commands = @tester -upload
allowed, as far as the policy file decides it
""", ""))
        self.assertEqual(self.explain('{"cmd": "addresses", "domain": "other"}'), (
            1, f"""role 'tester' in {POLICY}
allowed  command 'addresses'  line 3: commands = @tester -upload
denied   domain 'other'       line 5: domains = vm.*
denied
""", ""))
        for words, status, text in [
            (['{"cmd": "cancel", "request": 7}'], 0,
             "allowed  command 'cancel'  it needs no grant"),
            (["virsh domstate vm1"], 0, "allowed  virsh 'domstate' of class read"),
            (["virsh", "undefine", "vm1"], 1, "denied   virsh 'undefine' of class define"),
            (["virsh", "memtune", "vm1"], 0, "allowed  virsh 'memtune' of class read"),
            (["virsh memtune vm1 --hard-limit 1"], 1, "denied   virsh 'memtune' of class tune"),
            (["virsh", "domstate", "vm1;", "undefine", "vm1"], 1, "denied   virsh"),
            (["virsh", "-c", "x", "list"], 1, "denied   virsh option '-c' is not granted"),
            (["virsh", "nosuch"], 1, "denied   virsh: unknown command: 'nosuch'"),
            (["virsh", "start", "vm1", "--console"], 1,
             "denied   option '--console' of virsh command 'start' is not granted"),
            (["connect", "vm1"], 0, "allowed  command 'connect'"),
            (["vol-copy", "images", "a", "b"], 1, "denied   writing pool 'images'  line 6: pools"),
            (["host-check"], 1, "denied   command 'host-check'"),
        ]:
            with self.subTest(words=words):
                got, output, errors = self.explain(*words)
                self.assertEqual((got, errors), (status, ""))
                self.assertIn(text, output)

    def test_explain_without_an_answer(self):
        for words, text in [
            (["nope"], "there is no command 'nope'"), (["{"], "not valid JSON"),
            (['{"cmd": "nope"}'], "'cmd' of the request is not the name of a command"),
        ]:
            status, output, errors = self.explain(*words)
            self.assertEqual((status, output), (2, ""))
            self.assertIn(text, errors)
        status, _, errors = self.finished("--policy", POLICY, "explain", "nobody", "ping")
        self.assertEqual((status, errors), (2, f"{POLICY}: there is no role 'nobody'\n"))
        self.assertEqual(self.finished("explain", "tester")[0], 2)
