"""The way in: ssh, the forced command, sudo, the helper; and no other way."""

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
        check.true("it runs as root, who may talk to libvirtd",
                   "\nUid:\t0\t0\t0\t0\n" in status, "only user number 0", status)
        check.equal("it lists the host's domains", lab.host.run("virsh", "-q", "list", "--all"),
                    session.ok(cmd="virsh", args=["list", "--all"])["reply"])
        check.equal("the end of its input ends it, with success", 0, session.close())
    check.soon("its reservation ends with it", {}, lab.host.lock_holders)

    # whatever the client asks sshd for, what runs is the helper
    ssh(lab, "touch /tmp/own-command")
    ssh(lab, "atex-virt-helper; touch /tmp/own-command")
    ssh(lab, "exec atex-virt-helper $(touch /tmp/own-command)")
    check.true("a command of the client's does not run",
               not lab.host.path("/tmp/own-command").exists(), "no file", "/tmp/own-command")
    check.true("forwarding through the host is off",
               ssh(lab, options=("-W", f"{ADDRESS}:22")).returncode != 0, "a failure", "a success")
    terminal = ssh(lab, "ping", options=("-tt", "-oLogLevel=INFO"))
    check.true("there is no terminal", "PTY allocation request failed" in terminal.stderr,
               "PTY allocation request failed", terminal.stderr)


def ssh(lab, *words, options=()):
    return subprocess.run([*lab.ssh_command("atex", *options), *words], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30)
