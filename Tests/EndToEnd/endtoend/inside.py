"""
The client's machine: process 1 of its own namespaces. Starts the test host, creates the source
volume of this run, runs the checks, and reports their count.
"""

import functools
import importlib.util
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from contextlib import contextmanager
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from endtoend.checks import Checks, note  # noqa: E402
from endtoend.lab import SOURCE, Lab, Session, make_source, new_marker  # noqa: E402
from endtoend.namespaces import mount  # noqa: E402
from endtoend.recipes.client import original_helper  # noqa: E402
from endtoend.testhost import TestHost, ip  # noqa: E402

HERE = Path(__file__).resolve().parent


class OutOfTime(BaseException):
    """Not an Exception, which would end only the current group."""


def out_of_time(*_):
    raise OutOfTime


def main():
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = json.loads(sys.argv[1])
    os.set_inheritable(settings["result_fd"], False)
    directory = prepare(Path(settings["cache"]))
    client = Path(settings["client"])
    key = directory / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True,
                   timeout=30, stdin=subprocess.DEVNULL)
    public_key = key.with_suffix(".pub").read_text()
    checks = Checks()
    with TestHost(directory, settings["run_id"], settings["tree"], settings["guest"],
                  settings["helper"], original_helper(client), public_key) as host:
        marker = new_marker()
        make_source(settings["guest"], public_key, marker, host.volume(SOURCE), directory)
        host.run("virsh", "pool-refresh", "default")
        lab = Lab(host, checks, directory, client, key, marker)
        lab.releases = settings["releases"]
        lab.ansible, lab.ansible_missing = settings["ansible"]
        lab.labgrid, lab.labgrid_missing = settings["labgrid"]
        lab.bare_host = functools.partial(
            second_host, directory, settings, original_helper(client), public_key, bare=True)
        lab.second_host = functools.partial(
            second_host, directory, settings, original_helper(client), public_key)
        if settings["shell"]:
            welcome(lab)
            host.shell()
        else:
            try:
                signal.signal(signal.SIGALRM, out_of_time)
                signal.alarm(settings["seconds"])
                run_checks(lab, settings["only"])
            except OutOfTime:
                traceback.print_exc()
                checks.true("the checks end in time", False, f"{settings['seconds']} s",
                            "a timeout")
            finally:
                signal.alarm(0)
            if checks.failed:
                host.print_logs()
    with os.fdopen(settings["result_fd"], "w") as result:
        json.dump(checks.counted(), result)


@contextmanager
def second_host(directory, settings, original, public_key, *, bare=False):
    """`bare`: with only Debian's packages, for groups that set up a host."""
    own = Path(tempfile.mkdtemp(prefix="second-", dir=directory))
    try:
        with TestHost(own, settings["run_id"] + "-" + own.name, settings["tree"],
                      settings["guest"], settings["helper"], original, public_key,
                      is_second=True, bare=bare) as host:
            try:
                yield host
            except Exception:
                host.print_logs()
                raise
    finally:
        shutil.rmtree(own)


def prepare(cache):
    """
    A directory in memory that only this mount namespace sees: each run mounts its own over the same
    empty directory, so parallel runs do not collide and nothing has to be removed.
    """
    directory = cache / "run"
    directory.mkdir(exist_ok=True)
    mount("tmpfs", "endtoend", directory, "mode=755,size=4g")
    (directory / "tmp").mkdir()
    os.environ["TMPDIR"] = str(directory / "tmp")
    # hide the ssh configuration and agent of the user who runs this test
    os.environ["HOME"] = str(directory)
    os.environ.pop("SSH_AUTH_SOCK", None)
    own = Path(pwd.getpwuid(os.getuid()).pw_dir) / ".ssh"
    if own.exists():
        mount("tmpfs", "no-ssh-configuration", own, "mode=700")
    ip("link", "set", "lo", "up")
    return directory


def run_checks(lab, only):
    """
    Each file in `checks` is a group `NN_NAME.py` with a function `run(lab)`. Groups run in the
    order of their numbers. Each can run alone, and a failure does not stop the others.
    """
    for path in sorted(HERE.parent.glob("checks/[0-9]*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        name = path.stem.partition("_")[2]
        try:
            spec.loader.exec_module(module)
            if only and name not in only and not getattr(module, "ALWAYS", False):
                continue
            note(name.replace("_", " "))
            module.run(lab)
        except Exception as error:
            traceback.print_exc()
            lab.check.true(f"the checks '{name}' ran to the end", False, "no exception",
                           f"{type(error).__name__}: {error}")
        finally:
            Session.kill_all()


def welcome(lab):
    note(f"the client's files are in {lab.directory}; from the client's side, as process "
         f"{os.getpid()} of its namespaces, this logs in:")
    note(" ".join(lab.ssh_command()))
    note("this is the test host; it ends with this shell")


try:
    main()
except KeyboardInterrupt:
    sys.exit(130)
