"""What the transcripts of virsh and virt-install have in common."""

import dataclasses
import os
import pathlib
import shutil
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent.parent


@dataclasses.dataclass
class Case:
    """A recorded command."""

    line: str
    # The lines below it.
    expected: str
    # The same of the program; `None` if it was not asked.
    actual: str | None = None
    # Why only the debug suite can compare it.
    reason: str | None = None


class Transcript:
    """A recording that was compared or excused."""

    def __init__(self, name, path, excused=None, text=None):
        self.name = name
        # The files that it stands for.
        self.paths = {path}
        # The reason by line; the key None stands for all lines.
        self.excused = excused or {}
        self.text = text if text is not None else path.read_text(errors="replace")
        # Independent of how a subclass reads the cases.
        self.count = sum(line.startswith("$ ") for line in self.text.split("\n"))

    def reason(self, line):
        return self.excused.get(line, self.excused.get(None))

    def unused_reasons(self, cases):
        lines = {case.line for case in cases}
        return [line for line in self.excused if line is not None and line not in lines]

    def cases(self):
        """The recorded cases, and the lines above the first one."""
        before, *parts = ("\n" + self.text).split("\n$ ")
        cases = []
        for number, part in enumerate(parts):
            line, output, expected = part.partition("\n")
            # The newline before the next `$` was cut off; the last part still has its own.
            if output and number < len(parts) - 1:
                expected += "\n"
            cases.append(Case(line, expected, reason=self.reason(line)))
        return cases, before.removeprefix("\n")

    def results(self):
        """The cases with what the program answered."""
        cases, _ = self.cases()
        return cases


class OnlyInDebug(Transcript):
    """A recording with settings that the program cannot be given."""

    def __init__(self, name, path, reason):
        super().__init__(name, path, {None: reason})


def number(version):
    """A version that can be compared, e.g. [11, 3, 0]."""
    return [int(part) for part in version.split(".")]


def private_folder(home, fixtures, *ignored):
    """A copy of `fixtures` in a new directory."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="case-", dir=home))
    fill(folder, fixtures, *ignored)
    return folder


def fill(folder, fixtures, *ignored):
    """Copies `fixtures` into a folder, for the user that the program runs as."""
    shutil.copytree(fixtures, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*ignored))
    folder.chmod(0o755)
    if os.geteuid() == 0:  # then the program runs as another user, see session.command
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, 65534, 65534)
