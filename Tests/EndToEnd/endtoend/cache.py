"""What takes long to make is made once, outside the repository."""

import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

UNUSED_SECONDS = 7 * 24 * 3600


@dataclass
class Recipe:
    """One thing to make: `build` fills an empty directory; `inputs` say when to do it anew."""

    name: str
    inputs: tuple[str, ...]
    build: Callable[[Path], None]

    @classmethod
    def of_file(cls, name, file, build, *inputs):
        """A recipe that changes with the source file that holds it."""
        return cls(name, (Path(file).read_text(), *inputs), build)

    @property
    def key(self):
        digest = hashlib.sha256("\0".join((self.name, *self.inputs)).encode())
        return f"{self.name}-{digest.hexdigest()[:16]}"


def default_root():
    """Where the user wants it; the last one is the XDG directory's own default."""
    if own := os.environ.get("ATEX_E2E_CACHE"):
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "atex-virt-helper" / "e2e"


class Cache:
    def __init__(self, root):
        self.root = Path(root)

    def path(self, recipe):
        return self.root / recipe.key

    @contextmanager
    def locked(self):
        """One builder at a time: two runs at once would make the same thing twice."""
        self.root.mkdir(parents=True, exist_ok=True)
        with open(self.root / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def make(self, recipe):
        """
        Makes what is not there yet. It appears under its name by one rename, when it is
        whole; what an interrupted run left is removed here.
        """
        final = self.path(recipe)
        with self.locked():
            for unfinished in self.root.glob("building-*"):
                shutil.rmtree(unfinished) if unfinished.is_dir() else unfinished.unlink()
            if not final.exists():
                begin = time.monotonic()
                print(f"# making {recipe.key}", flush=True)
                building = Path(tempfile.mkdtemp(prefix="building-", dir=self.root))
                building.chmod(0o755)
                recipe.build(building)
                building.rename(final)
                print(f"# made {recipe.key} in {time.monotonic() - begin:.0f} s", flush=True)
            os.utime(final)
            self._drop_old(recipe, final)
        return final

    def _drop_old(self, recipe, current):
        """Another branch may still use an older recipe: only what nobody used for long goes."""
        for other in self.root.glob(f"{recipe.name}-*"):
            if other != current and time.time() - other.stat().st_mtime > UNUSED_SECONDS:
                print(f"# removing {other.name}, long unused", file=sys.stderr)
                shutil.rmtree(other)
