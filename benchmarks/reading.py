"""What it costs to read 5,000 questions in each format that can be read and written.

Run as `python -m benchmarks.reading [COUNT]`; prints seconds of CPU, and ends with status 1 where a
format gives back another number of questions than it was given.
"""

import sys
import time

from questions.exchange.registry import READ, WRITTEN
from questions.items.item import Item, Option

COUNT = 5000


def main(count: int) -> int:
    items = [_item(number) for number in range(count)]
    failed = 0
    print(f"{count:,} questions; seconds of CPU to read them, and megabytes\n")
    for name in sorted(set(WRITTEN) & set(READ)):
        content = WRITTEN[name].dumps(items).content
        began = time.process_time()
        loaded = READ[name].loads(content, "")
        seconds = time.process_time() - began
        failed += len(loaded.items) != count
        print(f"{name:<12}{seconds:>8.1f}{len(content) / 1e6:>8.1f}{len(loaded.items):>8,}")
    return 1 if failed else 0


def _item(number: int) -> Item:
    options = tuple(
        Option(f"Option {place} of {number}", f"Why {place} of {number}") for place in range(4)
    )
    stem = f"What is asked in question {number}?"
    return Item(f"read-{number:05}", "multiple_choice", "apply", stem, options, (0,), task="1.1")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT))
