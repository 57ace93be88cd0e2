"""The outer part: checks the machine, fills the cache, runs the checks in namespaces."""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

from .cache import Cache, default_root
from .checks import Checks
from .namespaces import spawn_python

HERE = Path(__file__).resolve().parent
BUILD_SECONDS = 1200
CHECKS_SECONDS = 1200
SHELL_SECONDS = 24 * 3600


def main():
    options = parse_options()
    check_requirements()
    # a terminated run unwinds like an interrupted one
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.default_int_handler)

    cache = Cache(options.cache)
    cache.root.mkdir(parents=True, exist_ok=True)
    settings = {
        "helper": str(options.helper.resolve()),
        "cache": str(cache.root.resolve()),
        "only": options.only,
        "shell": options.shell,
        "seconds": CHECKS_SECONDS,
        # part of the names of loop files, so that parallel runs do not see each other's
        "run_id": f"endtoend-{os.getpid()}-{time.time_ns()}",
    }
    try:
        # building needs the network; its mount namespace ends with it, even if it is killed
        made = stage("build.py", settings, BUILD_SECONDS)
        if made is None:
            sys.exit("the cache could not be filled (see above)")
        # checking needs a separate network namespace
        limit = SHELL_SECONDS if options.shell else CHECKS_SECONDS + 60
        counted = stage("inside.py", settings | made, limit, "--net")
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130

    if options.shell:
        return 0 if counted else 1
    checks = Checks()
    checks.add(counted or {"passed": 0, "failed": 0})
    checks.true("the run ended normally", counted is not None, "a result", "none")
    check_leftovers(checks, cache, settings["run_id"])
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 0 if checks.failed == 0 else 1


def parse_options():
    parser = argparse.ArgumentParser(
        prog="run", description="Tests the helper with the real client on its own libvirt host."
    )
    parser.add_argument("--helper", type=Path, required=True, metavar="PATH",
                        help="the program under test")
    parser.add_argument("--only", action="append", default=[], metavar="NAME",
                        help="only this group of checks (may be repeated); left_over, which "
                             "looks for leftovers, always runs")
    parser.add_argument("--shell", action="store_true",
                        help="instead of checking, open a shell in the running test host")
    parser.add_argument("--cache", type=Path, default=default_root(), metavar="DIR",
                        help="directory of the cache (%(default)s)")
    options = parser.parse_args()
    if not options.helper.is_file():
        parser.error(f"no such helper: {options.helper}")
    groups = [path.stem.partition("_")[2] for path in HERE.parent.glob("checks/*.py")]
    for name in options.only:
        if name not in groups:
            parser.error(f"no group '{name}'; there are: {', '.join(sorted(groups))}")
    return options


def check_requirements():
    """Exits with a message if a requirement is missing; lists all missing packages at once."""
    if os.geteuid() != 0:
        sys.exit("this test creates namespaces and mounts: run it as root")
    if sys.version_info < (3, 11):
        sys.exit(f"the client needs Python 3.11, this is {platform.python_version()}")
    if platform.machine() != "x86_64":
        sys.exit(f"this test supports only x86_64, not {platform.machine()}")
    wanted = (HERE.parent / "packages.txt").read_text().split()
    query = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *wanted],
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=60)
    installed = {line.split()[0] for line in query.stdout.splitlines()
                 if line.endswith(" installed")}
    if missing := [name for name in wanted if name not in installed]:
        sys.exit(f"missing packages; as root: apt-get install {' '.join(missing)}")


def stage(code, settings, seconds, *flags):
    """Runs a stage; returns its report, or None if it ended before it reported."""
    reader, writer = os.pipe()
    process = spawn_python(HERE / code, json.dumps(settings | {"result_fd": writer}),
                           flags=("--mount-proc", *flags), pass_fds=(writer,))
    os.close(writer)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        print(f"# {code} took longer than {seconds} s", file=sys.stderr)
    except KeyboardInterrupt:
        # Ctrl-C reached the stage too; give it time to print its traceback
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            pass
        raise
    finally:
        process.kill()
        process.wait()
    with open(reader) as pipe:
        return json.loads(pipe.read() or "null")


def check_leftovers(checks, cache, run_id):
    """All else ends with the namespaces; only loop devices could outlive them."""
    def loop_devices():
        listed = subprocess.run(["losetup", "--list", "--noheadings", "--output", "BACK-FILE"],
                                stdout=subprocess.PIPE, text=True, check=True, timeout=60)
        return [line for line in listed.stdout.splitlines() if run_id in line]

    end = time.monotonic() + 10
    while (left := loop_devices()) and time.monotonic() < end:
        time.sleep(0.1)  # the kernel destroys a namespace some time after its last process ends
    checks.equal("no loop device of a run is left on this machine", [], left)
    with cache.locked():
        checks.equal("nothing unfinished is left in the cache", [],
                     [path.name for path in cache.root.glob("building-*")])
    checks.equal("the directory of the run is empty", [],
                 [path.name for path in (cache.root / "run").iterdir()])
