"""What the bank needs to know of a person; who people are is no business of its own."""

from typing import Protocol


class Person(Protocol):
    pk: int
