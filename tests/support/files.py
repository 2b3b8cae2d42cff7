"""What was read from a file of another tool."""


def only(loaded):
    """Return the one question of a file that was read without a problem."""
    assert loaded.problems == ()
    (taken,) = loaded.items
    return taken


def reasons(loaded):
    return [str(problem) for problem in loaded.problems]
