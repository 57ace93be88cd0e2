"""labgrid."""

import sys

from ..cache import Recipe
from . import make_environment

PACKAGE = "labgrid==26.0.1"


def recipe():
    return Recipe.of_file("labgrid", __file__, build, sys.version)


def build(target):
    make_environment(target, PACKAGE)
