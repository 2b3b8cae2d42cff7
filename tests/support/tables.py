"""Tables of Markdown of any size."""


def table(columns, rows, cell="a"):
    return "\n".join([f"|{f'{cell}|' * columns}", f"|{'-|' * columns}", *["|"] * rows, ""])
