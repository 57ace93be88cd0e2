"""A login by ssh runs the helper, through the forced command and sudo, and nothing else."""

import subprocess

from endtoend.testhost import ADDRESS


def run(lab):
    check = lab.check
    with lab.ours() as session:
        reply = session.ask(cmd="ping")
        check.equal("a login reaches the helper",
                    {"success": True, "cmd": "ping", "reply": "atex-virt-helper v1 pong"}, reply)
        session.ok(cmd="reserve", filter="vm1")
        pid = lab.host.lock_holders()["vm1"]
        status = lab.host.path(f"/proc/{pid}/status").read_text()
        check.true("it runs as root",
                   "\nUid:\t0\t0\t0\t0\n" in status, "only UID 0", status)
        check.equal("it lists the host's domains", lab.host.run("virsh", "-q", "list", "--all"),
                    session.ok(cmd="virsh", args=["list", "--all"])["reply"])
        check.equal("it exits with status 0 at end of input", 0, session.close())
    check.soon("its reservation is released at exit", {}, lab.host.lock_holders)

    # sshd runs the helper, whatever command the client requests
    ssh(lab, "touch /tmp/own-command")
    ssh(lab, "atex-virt-helper; touch /tmp/own-command")
    ssh(lab, "exec atex-virt-helper $(touch /tmp/own-command)")
    check.true("a command of the client is not run",
               not lab.host.path("/tmp/own-command").exists(), "no file", "/tmp/own-command")
    check.true("forwarding through the host is off",
               ssh(lab, options=("-W", f"{ADDRESS}:22")).returncode != 0, "a failure", "a success")
    terminal = ssh(lab, "ping", options=("-tt", "-oLogLevel=INFO"))
    check.true("there is no terminal", "PTY allocation request failed" in terminal.stderr,
               "PTY allocation request failed", terminal.stderr)
    key_with_a_command(lab)


def ssh(lab, *words, options=()):
    return subprocess.run([*lab.ssh_command("atex", *options), *words], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30)


def key_with_a_command(lab):
    """The helper as forced command of a key, for users who cannot change sshd's configuration."""
    public = subprocess.run(["ssh-keygen", "-y", "-f", lab.key], check=True, timeout=10,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True).stdout
    keys = lab.host.path("/root/.ssh/authorized_keys")
    keys.parent.mkdir(mode=0o700, exist_ok=True)
    keys.write_text(f'restrict,command="/usr/local/bin/atex-virt-helper qemu:///system" {public}')
    keys.chmod(0o600)
    try:
        with lab.session("root") as session:
            lab.check.equal("a key's own command: the line protocol", "atex-virt-helper v1 pong",
                            session.ok(cmd="ping")["reply"])
        for words, expected in (
            (("virsh", "domstate", "vm1"), (0, "shut off\n\n", "")),
            (("release", "domain=vm1"), (1, "", "atex-virt-helper: domain not locked\n")),
            (("id; id",), (2, "", None)),
        ):
            done = subprocess.run([*lab.ssh_command("root"), *words], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=30)
            errors = done.stderr if expected[2] is not None else None
            lab.check.equal(f"a key's own command: 'ssh host {' '.join(words)}'", expected,
                            (done.returncode, done.stdout, errors))
    finally:
        keys.unlink()
