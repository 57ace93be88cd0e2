"""A cache for results that take long to build, outside of the repository."""

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
    """One entry: `build` fills an empty directory; if `inputs` change, the entry is built again."""

    name: str
    inputs: tuple[str, ...]
    build: Callable[[Path], None]

    @classmethod
    def of_file(cls, name, file, build, *inputs):
        """A recipe with its own source file among the inputs."""
        return cls(name, (Path(file).read_text(), *inputs), build)

    @property
    def key(self):
        digest = hashlib.sha256("\0".join((self.name, *self.inputs)).encode())
        return f"{self.name}-{digest.hexdigest()[:16]}"


def default_root():
    """ATEX_E2E_CACHE, or a directory in the XDG cache directory."""
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
        """One builder at a time: otherwise, two runs could build the same entry."""
        self.root.mkdir(parents=True, exist_ok=True)
        with open(self.root / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def make(self, recipe):
        """
        Builds the entry if it does not exist. A rename gives it its name when it is complete.
        Removes unfinished entries of interrupted runs.
        """
        final = self.path(recipe)
        with self.locked():
            for unfinished in self.root.glob("building-*"):
                shutil.rmtree(unfinished) if unfinished.is_dir() else unfinished.unlink()
            if not final.exists():
                begin = time.monotonic()
                print(f"# building {recipe.key}", flush=True)
                building = Path(tempfile.mkdtemp(prefix="building-", dir=self.root))
                building.chmod(0o755)
                recipe.build(building)
                building.rename(final)
                print(f"# built {recipe.key} in {time.monotonic() - begin:.0f} s", flush=True)
            os.utime(final)
            self._drop_old(recipe, final)
        return final

    def _drop_old(self, recipe, current):
        """Removes old entries. Recent ones stay: another branch may use an older recipe."""
        for other in self.root.glob(f"{recipe.name}-*"):
            if other != current and time.time() - other.stat().st_mtime > UNUSED_SECONDS:
                print(f"# removing {other.name}: not used for a week", file=sys.stderr)
                shutil.rmtree(other)
