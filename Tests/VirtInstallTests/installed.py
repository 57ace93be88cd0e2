"""Runs an installed virt-install in copies of one process: its imports take most of its time."""

import os
import sys
import traceback

VERSIONS = ["4.1.0", "5.0.0", "5.1.0"]


class Installed:
    """The virt-install in a folder like /usr/share/virt-manager."""

    def __init__(self, folder):
        sys.dont_write_bytecode = True
        sys.path.insert(0, folder)
        from virtinst import buildconfig, virtinstall
        self.version = buildconfig.BuildConfig.version
        self.main = virtinstall.runcli

    def run(self, words, cwd, environment):
        """The status and the output."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            for stream in (1, 2):
                os.dup2(writing, stream)
            os.close(reading)
            status = 1
            try:
                os.chdir(cwd)
                os.environ.clear()
                os.environ.update(environment)
                status = self.call(["virt-install", *words])
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        os.close(writing)
        with open(reading, "rb") as file:
            output = file.read().decode(errors="replace")
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), output

    def call(self, words):
        sys.argv = words
        # As in a new process: line by line, in the order of the calls.
        sys.stdout = os.fdopen(1, "w", buffering=1)
        sys.stderr = os.fdopen(2, "w", buffering=1)
        try:
            self.main()
        except SystemExit as end:
            if end.code is None or isinstance(end.code, int):
                return end.code or 0
            print(end.code, file=sys.stderr)
            return 1
        return 0
