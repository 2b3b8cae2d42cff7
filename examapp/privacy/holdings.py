"""Where a person is in the database: every table, with the path from a row to the person.

A test walks all foreign keys and fails for a table that leads to a person and is not named here.
"""

# Table to the look-up that leads from its row to the person whose it is. A download has them all.
THEIRS = {
    "accounts.User": "pk",
    "account.EmailAddress": "user",
    "accounts.Accommodation": "user",
    "exams.ExamSession": "candidate",
    "exams.SessionItem": "session__candidate",
    "exams.AnswerEvent": "item__session__candidate",
    "exams.Score": "session__candidate",
    "exams.DomainScore": "score__session__candidate",
    "reports.WeakAreaReport": "session__candidate",
}

# Columns that a download leaves out, and why.
LEFT_OUT = {
    "accounts.User.password": "a secret, and only its hash is kept",
    "exams.SessionItem.keyed_by": "the bank's, not the person's",
    "exams.SessionItem.shuffle": "the bank's, not the person's",
}

# Tables that lead to a person and hold nothing of theirs, and why.
NOT_THEIRS = {
    "account.EmailConfirmation": "a link that was mailed, good for three days",
    "admin.LogEntry": "what an operator did to the site's data, kept as a record",
}
