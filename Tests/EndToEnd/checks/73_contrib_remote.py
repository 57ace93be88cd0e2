"""
The helper with a remote libvirt: over TLS with the certificates of tls-certificates, with
SCRAM-SHA-256 in addition, and over ssh; and connections that must fail.
"""

import json
import re
from pathlib import Path

from endtoend.lab import Session
from endtoend.snapshot import difference, snapshot
from endtoend.testhost import ADDRESS, SECOND_ADDRESS, POOLS

SCRIPTS = "/usr/local/share/atex-virt-helper/host"
PKI = "/root/pki"
HELPER = "/usr/local/bin/atex-virt-helper"
CONFIGURATION = "/etc/libvirt/libvirtd.conf"


def run(lab):
    # the client's machine routes between the two hosts
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1\n")
    near = lab.host
    with lab.bare_host() as far:
        far.make_install()
        far.run("virsh", "pool-define-as", "far-pool", "dir", "--target", POOLS["default"])
        far.run("virsh", "pool-start", "far-pool")  # as libvirtd does when it restarts
        near.run("install", "-d", "-m", "700", PKI)
        try:
            before = snapshot(far)
            certificates(lab.check, far)
            over_tls(lab.check, near, far)
            with_scram(lab.check, near, far)
            not_over_tcp(lab.check, near, far)
            undone(lab.check, far, before)
            over_ssh(lab.check, near, far)
        finally:
            near.run("rm", "-r", PKI)


def script(host, name, *options, **parameters):
    words = [f"{key}={value}" for key, value in parameters.items()]
    return host.attempt("env", *words, f"{SCRIPTS}/{name}", *options)


def ask(host, uri, *words, environment=()):
    """One virsh command through the helper, on a connection to `uri`."""
    command = host.command("env", *environment, HELPER, uri)
    with Session(command) as session:
        return session.ask(cmd="virsh", args=list(words), id=1)


def certificates(check, far):
    names = {"NAMES": f"{SECOND_ADDRESS} far.test", "CLIENTS": "near other"}
    before = snapshot(far)
    for bad, said in (({"NAMES": ""}, "NAMES is empty"),
                      ({"NAMES": "a/b"}, "is neither a host name nor an address"),
                      ({"CLIENTS": "../x"}, "'../x' is not a valid name for a client"),
                      ({"DAYS": "soon"}, "'soon' is not a number of days"),
                      ({"INSTALL_CLIENT": "third"}, "'third' is not in CLIENTS")):
        seen = script(far, "tls-certificates", **(names | bad))
        check.true(f"tls-certificates with {bad} fails with a reason",
                   seen[0] in (1, 2) and said in seen[1], said, seen)
    seen = script(far, "tls-certificates", "--dry-run", **names)
    check.true("tls-certificates --dry-run prints what it would do",
               seen[0] == 0 and "would create an authority" in seen[1], "would create", seen)
    check.equal("none of these left anything", [], difference(before, snapshot(far)))
    seen = script(far, "tls-certificates", **names)
    check.true("tls-certificates runs", seen[0] == 0 and "done: " in seen[1], "0", seen)
    modes = {path: oct(far.path(path).stat().st_mode & 0o777) for path in (
        "/etc/pki/CA/cacert.pem", "/etc/pki/libvirt/servercert.pem", "/etc/pki/libvirt/private",
        "/etc/pki/libvirt/private/serverkey.pem", "/etc/pki/atex-virt-helper",
        "/etc/pki/atex-virt-helper/private/cakey.pem",
        "/etc/pki/atex-virt-helper/clients/near/clientkey.pem")}
    check.equal("only root can read the keys", {
        "/etc/pki/CA/cacert.pem": "0o644", "/etc/pki/libvirt/servercert.pem": "0o644",
        "/etc/pki/libvirt/private": "0o700", "/etc/pki/libvirt/private/serverkey.pem": "0o600",
        "/etc/pki/atex-virt-helper": "0o700",
        "/etc/pki/atex-virt-helper/private/cakey.pem": "0o600",
        "/etc/pki/atex-virt-helper/clients/near/clientkey.pem": "0o600"}, modes)
    made = snapshot(far)
    seen = script(far, "tls-certificates", **names)
    check.true("run again, it finds nothing to do", seen[0] == 0 and "nothing to do" in seen[1],
               "nothing to do", seen)
    check.equal("and changes nothing", [], difference(made, snapshot(far)))


def over_tls(check, near, far):
    far.restart_libvirtd("--listen")
    for name in ("cacert.pem", "clientcert.pem", "clientkey.pem"):
        there = far.path(f"/etc/pki/atex-virt-helper/clients/near/{name}").read_text()
        near.run("install", "-m", "600", "/dev/stdin", f"{PKI}/{name}", input=there)
    reply = ask(near, uri("tls"), "pool-list", "--all")
    check.true("the helper lists the remote host's pools over qemu+tls",
               reply["success"] and "far-pool" in reply["reply"], "far-pool", reply)
    reply = ask(near, f"qemu+tls://{ADDRESS}/system?pkipath={PKI}", "uri")
    check.true("a host that does not listen: the error names it",
               not reply["success"] and ADDRESS in reply["reply"], ADDRESS, reply)
    # a certificate of another authority
    seen = near.attempt(
        "sh", "-ec", f"mkdir {PKI}/false && cp {PKI}/cacert.pem {PKI}/false && cd {PKI}/false && "
        "openssl req -new -x509 -newkey rsa:2048 -nodes -subj /CN=near -keyout clientkey.pem "
        "-out clientcert.pem -days 2")
    check.equal("a self-signed certificate is created", 0, seen[0])
    reply = ask(near, uri("tls", f"{PKI}/false"), "uri")
    check.true("a certificate of another authority is rejected", not reply["success"]
               and reply["error"]["kind"] == "libvirt", "a failure of kind libvirt", reply)


def uri(transport, pki=PKI):
    return f"qemu+{transport}://{SECOND_ADDRESS}/system?pkipath={pki}"


def with_scram(check, near, far):
    before = snapshot(far)
    for bad, said in (({"HOST": ""}, "is not a valid host name"), ({"USERS": ""}, "USERS is empty"),
                      ({"USERS": "A!"}, "'A!' is not a valid user name")):
        seen = script(far, "sasl-scram", **({"HOST": SECOND_ADDRESS, "USERS": "near"} | bad))
        check.true(f"sasl-scram with {bad} fails with a reason",
                   seen[0] == 2 and said in seen[1], said, seen)
    seen = script(far, "sasl-scram", "--dry-run", HOST=SECOND_ADDRESS, USERS="near")
    check.true("sasl-scram --dry-run prints what it would do",
               seen[0] == 0 and 'auth_tls = "sasl"' in seen[1], "auth_tls", seen)
    check.equal("none of these left anything", [], difference(before, snapshot(far)))
    seen = script(far, "sasl-scram", HOST=SECOND_ADDRESS, USERS="near")
    check.true("sasl-scram runs", seen[0] == 0 and "done: " in seen[1], "0", seen)
    credentials = far.path("/etc/pki/atex-virt-helper/auth/near/auth.conf").read_text()
    password = re.search("^password=(.*)$", credentials, re.M)[1]
    check.true("its output does not have the password", password not in seen[1], "no password",
               seen[1])
    made = snapshot(far)
    seen = script(far, "sasl-scram", HOST=SECOND_ADDRESS, USERS="near")
    check.true("run again, it finds nothing to do", seen[0] == 0 and "nothing to do" in seen[1],
               "nothing to do", seen)
    check.equal("and changes nothing", [], difference(made, snapshot(far)))
    far.restart_libvirtd("--listen")

    reply = ask(near, uri("tls"), "uri")
    check.true("a certificate without password is now rejected", not reply["success"], "a failure",
               reply)
    for name, text in (("auth.conf", credentials),
                       ("wrong.conf", credentials.replace(password, "wrong"))):
        near.run("install", "-m", "600", "/dev/stdin", f"{PKI}/{name}", input=text)
    environment = f"LIBVIRT_AUTH_FILE={PKI}/auth.conf"
    reply = ask(near, uri("tls"), "pool-list", "--all", environment=[environment])
    check.true("with its auth.conf the helper connects", reply["success"]
               and "far-pool" in reply["reply"], "far-pool", reply)
    reply = ask(near, uri("tls"), "uri", environment=[f"LIBVIRT_AUTH_FILE={PKI}/wrong.conf"])
    check.true("with a wrong password it fails", not reply["success"]
               and "authentication" in json.dumps(reply).lower(), "authentication", reply)


def not_over_tcp(check, near, far):
    """Plain TCP, which the script's comment excludes."""
    configuration = far.path(CONFIGURATION)
    text = configuration.read_text()
    configuration.write_text(text + 'listen_tcp = 1\nauth_tcp = "sasl"\n')
    far.restart_libvirtd("--listen")
    reply = ask(near, f"qemu+tcp://{SECOND_ADDRESS}/system", "uri",
                environment=[f"LIBVIRT_AUTH_FILE={PKI}/auth.conf"])
    check.true("SCRAM over plain TCP is rejected, and the reply says so",
               not reply["success"] and "authentication failed" in reply["reply"],
               "authentication failed", reply)
    digest_md5(check, near, far)
    configuration.write_text(text)


def digest_md5(check, near, far):
    """The only password mechanism that libvirt accepts over plain TCP; not every host has it."""
    sasl = far.path("/etc/sasl2/libvirt.conf")
    text = sasl.read_text()
    sasl.write_text(text.replace("scram-sha-256", "digest-md5"))
    far.restart_libvirtd("--listen")
    reply = ask(near, f"qemu+tcp://{SECOND_ADDRESS}/system", "pool-list", "--all",
                environment=[f"LIBVIRT_AUTH_FILE={PKI}/auth.conf"])
    check.true("the helper connects over qemu+tcp with DIGEST-MD5",
               reply["success"] and "far-pool" in reply["reply"], "far-pool", reply)
    sasl.write_text(text)


def undone(check, far, before):
    for name in ("sasl-scram", "tls-certificates"):
        seen = script(far, name, "--undo")
        check.equal(f"{name} --undo succeeds", 0, seen[0])
    check.equal("after both, the host is as it was before", [], difference(before, snapshot(far)))


def over_ssh(check, near, far):
    near.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{PKI}/key")
    far.run("install", "-d", "-m", "700", "/root/.ssh")
    far.run("install", "-m", "600", "/dev/stdin", "/root/.ssh/authorized_keys",
            input=near.path(f"{PKI}/key.pub").read_text())
    reply = ask(near, f"qemu+ssh://root@{SECOND_ADDRESS}/system?keyfile={PKI}/key&no_verify=1",
                "pool-list", "--all")
    check.true("the helper lists the remote host's pools over qemu+ssh",
               reply["success"] and "far-pool" in reply["reply"], "far-pool", reply)
    far.run("rm", "/root/.ssh/authorized_keys")
    reply = ask(near, f"qemu+ssh://root@{SECOND_ADDRESS}/system?keyfile={PKI}/key&no_verify=1", "uri")
    check.true("without its key it fails, and does not wait for a password",
               not reply["success"] and reply["error"]["kind"] == "disconnected", "a failure",
               reply)
