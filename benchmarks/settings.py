"""The product's settings with one more address, the yardstick's."""

from examapp.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.bare"
