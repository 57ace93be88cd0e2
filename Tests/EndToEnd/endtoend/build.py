"""Fills the cache, as process 1 of a mount namespace; reports the paths."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from endtoend.cache import Cache  # noqa: E402
from endtoend.recipes import ansible, client, guest, host, labgrid, unstable  # noqa: E402


def main():
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = json.loads(sys.argv[1])
    cache = Cache(settings["cache"])
    host_recipe = host.recipe()
    tree = cache.make(host_recipe)
    made = {
        "tree": str(tree),
        "guest": str(cache.make(guest.recipe(host_recipe, tree))),
        "client": str(cache.make(client.recipe())),
        # for each, its environment, or None and the reason
        "ansible": environment(cache, "Ansible", ansible.recipe()),
        "labgrid": environment(cache, "labgrid", labgrid.recipe()),
        # for each release, its tree, or None and the reason
        "releases": {"Debian 13": (str(tree), ""), "Debian unstable": unstable_tree(cache)},
    }
    with os.fdopen(settings["result_fd"], "w") as result:
        json.dump(made, result)


def unstable_tree(cache):
    """Its packages change every day, so a tree that cannot be built does not fail the run."""
    recipe = unstable.recipe()
    if not cache.path(recipe).exists() and (reason := unstable.reason_to_skip()):
        return None, reason
    try:
        return str(cache.make(recipe)), ""
    except subprocess.CalledProcessError as error:
        return None, f"its tree cannot be built: {error}"


def environment(cache, name, recipe):
    """Without the package index, only the group that needs it is skipped."""
    try:
        return str(cache.make(recipe)), ""
    except subprocess.SubprocessError as error:
        return None, f"{name} cannot be installed: {error}"


try:
    main()
except KeyboardInterrupt:
    sys.exit(130)
