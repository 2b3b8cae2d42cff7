"""Why something does not happen to a sitting, as facts with a name."""


class TooManyStarts(Exception):
    """The candidate has started as many mock exams today as one may."""


class GuestLimit(Exception):
    """A guest has sat the mock exams that one may without an account."""


class ExamNotOpen(Exception):
    """The exam is not open to the candidate: a draft, closed, or given to other courses."""


class FormIncomplete(Exception):
    """A fixed form with a question that is no longer in use; it can be sat no more as it was."""


class SittingCounts(Exception):
    """A sitting that can neither be discarded nor left out: it has gone on too far, or is due."""


class SessionStillOpen(Exception):
    """A sitting that has not ended cannot be reopened."""


class AnotherSittingOpen(Exception):
    """The candidate is in another sitting of the exam; one holds at a time."""
