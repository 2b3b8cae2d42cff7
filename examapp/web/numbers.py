"""Numbers that forms and addresses name."""


def whole_number(text: str, *, most: int = 2**63 - 1) -> int | None:
    """Return a number from 0 to `most` that is written in plain digits; None for anything else.

    Other digits, such as ², pass `isdigit` and break `int`; a key past the database's largest
    breaks its query.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    number = int(text)
    return number if number <= most else None
