"""virsh's transcripts: VirshTests/Golden and Fixtures/help.txt; see VirshTests/record."""

import os
import pathlib
import re
import shlex
import shutil

import session
from transcript import TESTS, Case, OnlyInDebug, Transcript, fill, number, private_folder

FOLDER = TESTS / "VirshTests"
FIXTURES = FOLDER / "Fixtures"
ENVIRONMENT = {"TZ": "UTC"}

# By transcript and line: why the program cannot be given a case.
EXCUSED = {}
OTHER_VERSION = ("the program behaves as the virsh of the library here, which is another version; "
                 "the end-to-end test compares it in trees of newer releases")


def transcripts(home):
    """
    The commands that virsh 9.0.0 was asked, and those that each newer version up to this host's was
    asked in addition, with the answers of the version of this host.
    """
    version = running_version(home)
    versions = sorted((path.name for path in (FOLDER / "Newer").iterdir()), key=number)
    known = [one for one in versions if number(one) <= number(version)]
    topics = [("", FOLDER / "Golden"), *((f"{one}/", FOLDER / "Newer" / one) for one in known)]
    read = set()
    for prefix, folder in topics:
        for path in sorted(folder.rglob("*.txt")):
            relative = path.relative_to(folder)
            if path.name == "help.txt" or relative.parts[0] == "changed":
                continue
            changed = [FOLDER / "Newer" / one / "changed" / prefix / relative for one in known]
            answers = [path, *(one for one in changed if one.exists())]
            name = f"virsh/{prefix}{relative.with_suffix('')}"
            yield VirshTranscript(name, answers, home)
            read.update(answers)
    help_text = FIXTURES / "help.txt"
    if known:
        help_text = FOLDER / "Newer" / known[-1] / "help.txt"
    yield HelpTranscript("virsh/help", help_text, home)
    for path in sorted({*(FOLDER / "Newer").rglob("*.txt")} - read - {help_text}):
        name = f"virsh/{path.relative_to(FOLDER / 'Newer').with_suffix('')}"
        yield OnlyInDebug(name, path, OTHER_VERSION)


def running_version(home):
    """The version of virsh that the program behaves as, e.g. 11.3.0."""
    opened = session.Session("test:///default", home=home)
    try:
        return opened.ok({"cmd": "virsh", "args": ["--version"]})["reply"].strip()
    finally:
        opened.kill()


class VirshTranscript(Transcript):
    """Commands that share one session, as `record` makes them share one virsh."""

    def __init__(self, name, paths, home):
        super().__init__(name, paths[-1], EXCUSED.get(name))
        self.paths = set(paths)
        self.home = home

    def results(self):
        cases, _ = self.cases()
        folder = private_folder(self.home, FIXTURES)
        opened = session.Session(f"test://{folder}/node.xml", home=self.home, env=ENVIRONMENT)
        try:
            # The program works in a directory that it makes at its start, so the fixtures are
            # both there and beside node.xml. A transcript calls either place @DIR@.
            opened.ok({"cmd": "ping"})
            current = pathlib.Path(os.readlink(f"/proc/{opened.pid}/cwd"))
            fill(current, FIXTURES)
            if session.ROOT is not None:
                current = pathlib.Path("/", current.relative_to(session.ROOT))
            for case in cases:
                # A reply tells success and failure only.
                case.expected = re.sub(r"^\[exit \d+\]$", "[exit 1]", case.expected, flags=re.M)
                words = [word.replace("@DIR@", str(current)) for word in shlex.split(case.line)]
                reply = opened.ask({"cmd": "virsh", "args": words}, timeout=60)
                case.actual = shown(reply, current, folder)
            if (status := opened.close()) != 0:
                cases.append(Case("(end of input)", "", f"exit status {status}"))
        finally:
            opened.kill()
            shutil.rmtree(folder)
        return cases


class HelpTranscript(Transcript):
    """`help` and `help COMMAND` of all commands, without the prose, which is ours."""

    def __init__(self, name, path, home):
        super().__init__(name, path)
        self.home = home
        self.count = 1

    def results(self):
        opened = session.Session("test:///default", home=self.home)
        try:
            text = outline(lambda *words: opened.ok({"cmd": "virsh", "args": words})["reply"])
        finally:
            opened.kill()
        return [Case("help, and help of each command", self.text, text)]


def shown(reply, *folders):
    """A reply as `record` writes it."""
    text = reply["reply"]
    for folder in folders:
        text = text.replace(str(folder), "@DIR@")
    text = re.sub(r"^(CPU time: +)\S+$", r"\1@TIME@", text, flags=re.M)
    if text and not text.endswith("\n"):
        text += "\n[no newline]\n"
    return text if reply["success"] else text + "[exit 1]\n"


def outline(virsh):
    """Groups, names, synopsis and options of all commands, as `record` writes them."""
    text = ""
    names = []
    for line in virsh("help").splitlines():
        if group := re.fullmatch(r" (\S.*) \(help keyword '(.*)'\):", line):
            text += f"{group[2]}: {group[1]}\n"
        elif command := re.match(r"    (\S+) ", line):
            text += f"  {command[1]}\n"
            names.append(command[1])
    for name in names:
        part = ""
        for line in virsh("help", name).splitlines():
            if heading := re.fullmatch(r"  ([A-Z]+)", line):
                part = heading[1]
            elif part == "SYNOPSIS" and line:
                text += f"\n{line.strip()}\n"
            elif part == "OPTIONS" and re.match(" +[-[<]", line):
                text += "  " + re.split(r"(?<=\S)  +", line.strip())[0] + "\n"
    return text
