"""Runs the code that is its argument, as `python -c` does: `python -m tests.runtime.run_code`."""

import sys

if __name__ == "__main__":
    exec(sys.argv[1])
