"""Fills the cache, as process 1 of a mount namespace; reports the paths."""

import json
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from endtoend.cache import Cache  # noqa: E402
from endtoend.recipes import client, guest, host  # noqa: E402


def main():
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = json.loads(sys.argv[1])
    cache = Cache(settings["cache"])
    host_recipe = host.recipe()
    tree = cache.make(host_recipe)
    made = {
        "tree": tree,
        "guest": cache.make(guest.recipe(host_recipe, tree)),
        "client": cache.make(client.recipe()),
    }
    with os.fdopen(settings["result_fd"], "w") as result:
        json.dump({name: str(path) for name, path in made.items()}, result)


try:
    main()
except KeyboardInterrupt:
    sys.exit(130)
