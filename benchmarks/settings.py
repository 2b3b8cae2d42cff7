"""The product's settings, with the yardstick's address and without limits on pace."""

from examapp.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.bare"
SAVES_PER_MINUTE = 1_000_000
