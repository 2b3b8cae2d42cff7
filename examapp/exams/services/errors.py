"""Why something does not happen to a sitting, as facts with a name."""


class TooManyStarts(Exception):
    """The candidate has started as many mock exams today as one may."""


class ExamNotOpen(Exception):
    """The exam is not open to the candidate: a draft, closed, or given to other courses."""


class FormIncomplete(Exception):
    """A fixed form with a question that is no longer in use; it can be sat no more as it was."""
