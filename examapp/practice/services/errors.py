"""Why something does not happen to a set, as facts with a name."""


class NothingToPractice(Exception):
    """No question fits what was chosen; the text is a sentence for the candidate."""


class SetEnded(Exception):
    """The set has ended; what was not answered by then stays so."""
