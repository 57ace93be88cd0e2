"""Prints one line for each check and counts them."""

import sys
import time


class Checks:
    """Prints `ok - WHAT`, or `not ok - WHAT` with the expected and the seen value."""

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
        """Like `equal`, but retries for a while, e.g. until a process has ended."""
        return self.equal(what, expected,
                          eventually(look, lambda seen: seen == expected, seconds))

    def add(self, counted):
        self.passed += counted["passed"]
        self.failed += counted["failed"]

    def counted(self):
        return {"passed": self.passed, "failed": self.failed}


def eventually(look, holds, seconds):
    """Calls `look` until its value satisfies `holds` or the time is over; returns the value."""
    end = time.monotonic() + seconds
    while not holds(value := look()) and time.monotonic() < end:
        time.sleep(0.05)
    return value


def note(text):
    print(f"# {text}", file=sys.stderr, flush=True)
