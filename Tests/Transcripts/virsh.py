"""virsh's transcripts: VirshTests/Golden and Fixtures/help.txt; see VirshTests/record."""

import os
import pathlib
import re
import shlex
import shutil

import session
from transcript import TESTS, Case, Transcript, fill, private_folder

FOLDER = TESTS / "VirshTests"
FIXTURES = FOLDER / "Fixtures"
ENVIRONMENT = {"TZ": "UTC"}

# By transcript and line: why the program cannot be given a case.
EXCUSED = {}


def transcripts(home):
    for path in sorted((FOLDER / "Golden").rglob("*.txt")):
        name = "virsh/" + str(path.relative_to(FOLDER / "Golden").with_suffix(""))
        yield VirshTranscript(name, path, home)
    yield HelpTranscript("virsh/help", FIXTURES / "help.txt", home)


class VirshTranscript(Transcript):
    """Commands that share one session, as `record` makes them share one virsh."""

    def __init__(self, name, path, home):
        super().__init__(name, path, EXCUSED.get(name))
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
            for case in cases:
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
