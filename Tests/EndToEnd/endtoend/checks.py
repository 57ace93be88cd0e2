"""One line for each check, and their count."""

import sys
import time


class Checks:
    """Prints `ok - WHAT`, or `not ok - WHAT` with what was expected and what was seen."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def true(self, what, holds, expected, seen):
        if holds:
            self.passed += 1
            print(f"ok - {what}", flush=True)
        else:
            self.failed += 1
            print(f"not ok - {what} (expected: {expected}; seen: {seen})", flush=True)
        return bool(holds)

    def equal(self, what, expected, seen):
        return self.true(what, expected == seen, repr(expected), repr(seen))

    def soon(self, what, expected, look, seconds=10):
        """What ends by itself (a process, a lock) gets a moment to do so."""
        return self.equal(what, expected, eventually(look, expected.__eq__, seconds))

    def add(self, counted):
        self.passed += counted["passed"]
        self.failed += counted["failed"]

    def counted(self):
        return {"passed": self.passed, "failed": self.failed}


def eventually(look, holds, seconds):
    """The first value of `look()` that `holds`, or the last one when the time is over."""
    end = time.monotonic() + seconds
    while not holds(value := look()) and time.monotonic() < end:
        time.sleep(0.05)
    return value


def note(text):
    print(f"# {text}", file=sys.stderr, flush=True)
