"""Ansible."""

import sys

from ..cache import Recipe
from . import make_environment

# The newest that supports the client's Python.
PACKAGE = "ansible-core>=2.15,<2.20"


def recipe():
    return Recipe.of_file("ansible", __file__, build, sys.version)


def build(target):
    make_environment(target, PACKAGE)
