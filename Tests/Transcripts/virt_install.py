"""
The transcripts of virt-install: Tests/VirtInstallTests/Golden/VERSION and Hosts/golden; see
VirtInstallTests/record and Hosts/record. The program behaves as this host's version, so these are
the cases of this version and all older ones, with the answers of this version.
"""

import contextlib
import functools
import http.server
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import threading
import xml.etree.ElementTree

import session
from transcript import TESTS, Case, OnlyInDebug, Transcript, fill, number, private_folder

FOLDER = TESTS / "VirtInstallTests"
FIXTURES = FOLDER / "Fixtures"

# By transcript and line: why the program cannot be given a case.
EXCUSED = {}
HOSTS = ("the host is a description that only a test can hand over; the program asks libvirt about "
         "the host, and libvirt's test driver describes just one")
OTHER_VERSION = "the program behaves as the virt-install of this host, which is another version"


@contextlib.contextmanager
def transcripts(home):
    """All transcripts. Until the context ends, a server offers them Fixtures over HTTP."""
    handler = functools.partial(Quiet, directory=FIXTURES)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        site = Site(home, f"http://127.0.0.1:{server.server_port}")
        _, version = site.install("test:///default", ["--version"])
        version = version.strip()
        files = sorted((FOLDER / "Golden").glob("*/*"), key=lambda path: number(path.parent.name))
        known = [path for path in files if number(path.parent.name) <= number(version)
                 and path.suffix == ".txt"]
        options = FOLDER / "Golden" / version / "options"
        yield [
            *(InstallTranscript(topic, [path for path in known if path.stem == topic], site)
              for topic in sorted({path.stem for path in known})),
            OptionsTranscript("virt-install/options", options, site),
            *(OnlyInDebug("virt-install/hosts", path, HOSTS)
              for path in sorted((FOLDER / "Hosts/golden").iterdir())),
            *(OnlyInDebug(f"virt-install/{path.parent.name}/{path.stem}", path, OTHER_VERSION)
              for path in sorted({*files} - {*known, options})),
        ]
    finally:
        server.shutdown()
        server.server_close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server without a log."""

    def log_message(self, *words):
        pass


class Site:
    """What all cases share: the server, the data about operating systems, the environment."""

    def __init__(self, home, url):
        self.home = home
        self.url = url
        systems = pathlib.Path(tempfile.mkdtemp(prefix="osinfo-", dir=home))
        fill(systems, FIXTURES / "osinfo")
        for path in systems.rglob("*.xml"):
            path.write_text(path.read_text().replace("@HTTP@", url))
        nothing = f"{systems}/none"
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(home), "no_proxy": "127.0.0.1",
            "OSINFO_SYSTEM_DIR": str(systems), "OSINFO_LOCAL_DIR": nothing,
            "OSINFO_USER_DIR": nothing}

    def install(self, uri, words):
        """Runs one virt-install in a new session; returns its status and output."""
        request = json.dumps({"cmd": "virt-install", "args": words}).encode() + b"\n"
        done = subprocess.run(
            [*session.command(self.home), uri], input=request, capture_output=True, timeout=120,
            env=self.environment)
        try:
            reply, = map(json.loads, done.stdout.splitlines())
            if reply["success"]:
                status = 0
            else:
                status = int(re.fullmatch(r"virt-install exited with (\d+)", reply["reply"])[1])
        except (ValueError, KeyError, TypeError):
            return -1, f"not one reply of virt-install: {done.stdout!r}\n"
        if done.returncode != 0:
            return -1, f"the session ended with status {done.returncode}\n"
        return status, done.stderr.decode(errors="replace").replace("\r\n", "\n")

    def answer(self, words):
        """Returns the status of a case, and the lines of each XML document or else the text."""
        # Most cases do not need the two large folders.
        unused = [name for name in ("images", "trees")
                  if not any(f"/{name}/" in word for word in words)]
        folder = private_folder(self.home, FIXTURES, "osinfo", *unused)
        try:
            make_images(folder / "images", words)
            words = [word.replace("@DIR@", str(folder)).replace("@HTTP@", self.url)
                     for word in words]
            status, text = self.install(f"test://{folder}/node.xml", words)
        finally:
            shutil.rmtree(folder)
        for place, name in ((folder, "DIR"), (self.url, "HTTP"), (self.home, "HOME")):
            text = text.replace(str(place), f"@{name}@")
        if status != 0 or "<domain" not in text:
            return status, [], re.sub(r"(?s)^(ERROR .+?\n)\n.*", r"\1", text)
        documents = re.findall(r"^<domain.*?^</domain>", text, re.M | re.S)
        parsed = map(xml.etree.ElementTree.fromstring, documents)
        return 0, [plain(lines_of(root), words) for root in parsed], ""


class InstallTranscript(Transcript):
    """Cases that add words to common ones; each runs on a new host."""

    def __init__(self, topic, paths, site):
        name = f"virt-install/{topic}"
        super().__init__(name, paths[-1], EXCUSED.get(name), merged(paths))
        self.paths = set(paths)
        self.site = site

    def results(self):
        cases, before = self.cases()
        first, _, known = before.partition("\n")
        common = shlex.split(first.removeprefix("> "))
        _, documents, text = self.site.answer(together(common, []))
        known = known.splitlines()
        actual = documents[0] if len(documents) == 1 else text.splitlines()
        if actual != known:
            cases.append(Case("(the common words)", "\n".join(known), "\n".join(actual)))
        for case in cases:
            if case.actual is None:
                words = together(common, shlex.split(case.line))
                case.actual = shown(known, *self.site.answer(words))
        return cases


def merged(paths):
    """The transcripts of one topic, oldest first, as one: the newest answer to each case."""
    before = ""
    cases = {}
    for path in paths:
        before, *parts = re.split(r"^(?=\$ )", path.read_text(errors="replace"), flags=re.M)
        cases.update((part.partition("\n")[0], part) for part in parts)
    return before + "".join(cases.values())


class OptionsTranscript(Transcript):
    """The options that `virt-install --help` shows, without the prose, which is ours."""

    def __init__(self, name, path, site):
        super().__init__(name, path)
        self.site = site
        self.count = 1

    def results(self):
        _, text = self.site.install("test:///default", ["--help"])
        heads = re.findall("^  (-.*?)(?:  |$)", text, re.M)
        options = [re.findall(r"(?:^|, )(--?[\w-]+)", head) for head in heads]
        return [Case("--help", self.text, "".join(" ".join(names) + "\n" for names in options))]


def make_images(images, words):
    """Makes each folder of `images` that `words` name with `.iso` into that file."""
    for image in list(images.glob("*")):
        if any(f"{image.name}.iso" in word for word in words):
            path = pathlib.Path(f"{image}.iso")
            subprocess.run(
                ["xorriso", "-as", "mkisofs", "-quiet", "-J", "-R", "-V", image.name, "-o", path,
                 image], check=True, stderr=subprocess.DEVNULL)
            path.chmod(0o644)


def shown(known, status, documents, text):
    """An answer as `record` writes it."""
    result = ""
    for number, lines in enumerate(documents):
        result += "and then:\n" if number else ""
        result += "".join(f"- {line}\n" for line in known if line not in lines)
        result += "".join(f"+ {line}\n" for line in lines if line not in known)
    result += text if not text or text.endswith("\n") else text + "\n"
    return result if status == 0 else result + f"[exit {status}]\n"


def together(common, words):
    """A case's words, and those common words whose option the case does not have."""
    own = {word.split("=")[0] for word in words}
    rest = []
    for word in common:
        if word.startswith("--"):
            keep = word not in own
        if keep:
            rest.append(word)
    words = [*words, *rest, "--dry-run"]
    return words if "--print-xml" in own else [*words, "--print-xml"]


def lines_of(element, path=""):
    """`devices/disk[2]/@type=file` for each attribute, `devices/disk/serial=x` for each text."""
    lines = [f"{path}@{local(key)}={value}" for key, value in element.attrib.items()]
    text = (element.text or "").strip()
    if text or not (lines or len(element)):
        lines.append(f"{path.rstrip('/')}={text}")
    counts = {}
    for child in element:
        name = local(child.tag)
        counts[name] = number = counts.get(name, 0) + 1
        lines += lines_of(child, f"{path}{name}{f'[{number}]' if number > 1 else ''}/")
    return lines


def local(name):
    """A name without its namespace."""
    return name.rpartition("}")[2]


def plain(lines, words):
    """The lines, sorted, without values that are random in each run."""
    asked = " ".join(words).lower()
    result = []
    for line in lines:
        path, _, value = line.partition("=")
        if re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value) and value not in asked:
            value = "UUID"
        if re.fullmatch("[0-9a-f]{2}(:[0-9a-f]{2}){5}", value) and value not in asked:
            value = "MAC"
        value = re.sub("^[/@].*/virtinst-[^/-]+-([^/]+)$", r"@SCRATCH@/\1", value)
        result.append(f"{path}={value}")
    return sorted(result)
