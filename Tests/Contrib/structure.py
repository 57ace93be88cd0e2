#!/usr/bin/env python3
"""Checks the rules for the source tree that Sources/README.md and CONTRIBUTING.md state.

- The map in Sources/README.md has one row for each folder of Sources/, and no other.
- Imports go down the map only, and a module imports only what its target depends on.
- Links in Sources/README.md lead to files.
- No Swift file has more than 450 lines, and no folder of Sources/ more than 40 files.
- Names that were replaced do not come back.
- Only the gates say that XML for libvirt was judged, and only some files that it is the program's own.
"""
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
SOURCES = TOP / "Sources"
MAXIMUM_LINES = 450
MAXIMUM_FILES = 40
# Old names of types and modules, and what replaced them.
REPLACED = {
    "Host": "System, Lifetime and Text", "Undo": "Rollback", "Lifeline": "ClientWatch",
    "Refusal": "RequestError", "Outcome": "Reply", "OpenFile": "FileDescriptor",
    "NewFile": "AtomicFile", "JSONOutput": "JSONValue", "NotARequest": "MalformedRequest",
    "FoundPool": "Pool", "WayToGuest": "GuestRoute", "WayFinder": "RouteFinder",
    "SpokenRequest": "RequestFromWords", "PersonCommand": "StandaloneCommand",
    "FollowedLog": "LogFollower", "PatternSearch": "PythonRegexStreamSearch",
}

# Who may make XML for libvirt without asking a gate, because no text of a client is in it: commands
# that only sessions without a role have, copies of libvirt's own XML, and fixed texts.
JUDGES = {
    "EffectGate.swift", "SessionGate+XML.swift", "SessionGate+Volumes.swift", "InstallGate.swift",
    "PermittedXML.swift",
}
AUTHORS = JUDGES | {
    "UploadedFiles.swift", "SnapshotCurrent.swift", "VolClone.swift", "CreatedDomain.swift",
    "Installer.swift", "MakeGuest.swift", "PendingVolume.swift", "StreamedUpload.swift", "VolumeCreation.swift",
}


def mapped():
    """The folders in the map, in its order."""
    text = (SOURCES / "README.md").read_text()
    table = text[text.index("## Map"):text.index("## Threads")]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([\w-]+)/`", row)]


def imports(folder):
    """The modules of this package that each file of a folder imports."""
    for path in sorted((SOURCES / folder).rglob("*.swift")):
        for name in re.findall(r"^(?:package )?import (\w+)", path.read_text(), re.M):
            yield path, name


def problems():
    order = mapped()
    folders = sorted(path.name for path in SOURCES.iterdir() if path.is_dir())
    for name in sorted(set(folders) - set(order)):
        yield f"Sources/{name} is not in the map of Sources/README.md"
    for name in sorted(set(order) - set(folders)):
        yield f"the map of Sources/README.md has {name}/, which is not in Sources/"
    for name in {name for name in order if order.count(name) > 1}:
        yield f"the map of Sources/README.md has {name}/ twice"
    for folder in set(order) & set(folders):
        for path, name in imports(folder):
            if name in order and order.index(name) <= order.index(folder):
                yield f"{path.relative_to(TOP)} imports {name}, which is above it in the map"

    for link in re.findall(r"\]\(([^)#:]+)\)", (SOURCES / "README.md").read_text()):
        if not (SOURCES / link).exists():
            yield f"Sources/README.md has a broken link to {link}"

    for path in sorted(TOP.glob("Sources/**/*.swift")) + sorted(TOP.glob("Tests/**/*.swift")):
        count = len(path.read_text().splitlines())
        if count > MAXIMUM_LINES:
            yield f"{path.relative_to(TOP)} has {count} lines; {MAXIMUM_LINES} is the maximum"
    for folder in [SOURCES, *(path for path in SOURCES.rglob("*") if path.is_dir())]:
        count = sum(1 for path in folder.iterdir() if path.is_file())
        if count > MAXIMUM_FILES:
            yield f"{folder.relative_to(TOP)} has {count} files; {MAXIMUM_FILES} is the maximum"

    for path in sorted(TOP.glob("Sources/**/*.swift")) + sorted(TOP.glob("Tests/**/*.swift")):
        code = "\n".join(line.split("//")[0] for line in path.read_text().splitlines())
        for old, new in REPLACED.items():
            # As a type or module: not as a part of another name, a label, or in a string.
            if re.search(rf'(?<![\w."\'`]){old}(?![\w"\'`:])', re.sub(r'"[^"\n]*"', '""', code)):
                yield f"{path.relative_to(TOP)} uses {old}; the name is {new} now"

    for path in sorted(SOURCES.rglob("*.swift")):
        text = path.read_text()
        if "PermittedXML(judged:" in text and path.name not in JUDGES:
            yield f"{path.relative_to(TOP)} makes PermittedXML(judged:), which is for gates"
        if re.search(r"\.own\(", text) and path.name not in AUTHORS:
            yield f"{path.relative_to(TOP)} makes PermittedXML.own(), and is not among AUTHORS"


def main():
    found = list(problems())
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
