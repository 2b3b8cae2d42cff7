"""Where a person is in the database: every table, with the path from a row to the person.

A test walks all foreign keys and fails for a table that leads to a person and is not named here.
"""

from examapp.exams.hooks import Part

# Table to the look-up that leads from its row to the person whose it is. A download has them all.
THEIRS = {
    "accounts.User": "pk",
    "account.EmailAddress": "user",
    "accounts.Accommodation": "user",
    "accounts.Preferences": "user",
    "accounts.ExamDate": "user",
    "exams.ExamSession": "candidate",
    "exams.SessionItem": "session__candidate",
    "exams.AnswerEvent": "item__session__candidate",
    "exams.Score": "session__candidate",
    "exams.DomainScore": "score__session__candidate",
    "exams.RegradeNotice": "score__session__candidate",
    "exams.ProblemReport": "reporter",
    "study.Card": "candidate",
    "study.CardEvent": "card__candidate",
    "study.SavedQuestion": "candidate",
    "study.OwnNote": "candidate",
    "study.ReadMark": "candidate",
    "study.TermReviews": "candidate",
    "exams.TimeExtension": "session__candidate",
    "exams.ToldResult": "candidate",
    "exams.StartTicket": "candidate",
    "practice.PracticeSet": "candidate",
    "practice.PracticeItem": "set__candidate",
    "reports.WeakAreaReport": "session__candidate",
    "reports.StandingReport": "candidate",
    "reports.RoundRater": "rater",
    "reports.RaterAnswer": "rater",
    "reports.ItemRating": "answer__rater",
    "courses.CourseStaff": "user",
    "courses.Membership": "user",
    "courses.Attempt": "membership__user",
    "courses.Override": "membership__user",
    "courses.StaffNote": "membership__user",
    "courses.Recipient": "membership__user",
    "courses.CodeTry": "membership__user",
    "courses.Letter": "membership__user",
    "courses.Refusal": "user",
    "api.Token": "user",
    "questions.ExamRole": "user",
    "questions.SavedView": "user",
}

# Table to the column that says who wrote a row of the bank: it belongs to the exam, and stays.
WRITTEN = {
    "questions.Question": "author",
    "questions.QuestionVersion": "created_by",
    "questions.Draft": "author",
    "questions.Comment": "author",
    "questions.Note": "draft_by",
    "questions.Image": "uploaded_by",
    "questions.AuditEntry": "actor",
    "questions.Import": "by",
    "questions.NotesImport": "by",
    "questions.Export": "by",
    "questions.BulkRun": "by",
    "exams.KeyCorrection": "made_by",
    "reports.RatingRound": "made_by",
    "courses.Course": "made_by",
    "courses.Assignment": "made_by",
    "courses.CourseEntry": "actor",
    "courses.QuestionToDiscuss": "marked_by",
}

# Columns that a download leaves out, and why.
LEFT_OUT = {
    "accounts.User.password": "a secret, and only its hash is kept",
    "exams.SessionItem.keyed_by": "the bank's, not the person's",
    "exams.SessionItem.shuffle": "the bank's, not the person's",
    "study.CardEvent.shuffle": "the bank's, not the person's",
    "practice.PracticeItem.keyed_by": "the bank's, not the person's",
    "practice.PracticeItem.shuffle": "the bank's, not the person's",
    "reports.RaterAnswer.shuffle": "the bank's, not the person's",
    "questions.Question.search": "made of the wording, to be searched",
    "questions.Question.shingles": "made of the wording, to be compared",
    "questions.Question.words": "made of the wording, to be compared",
    "courses.Course.join_code": "a secret of the course, for those it is given to",
    "courses.Assignment.access_code": "a secret of the course, for those it is given to",
    "courses.Membership.token": "a secret of the invitation that was mailed",
    "courses.Membership.added_by": "another person",
    "courses.Override.reason": "a note of a member of staff to themselves",
    "courses.Override.set_by": "another person",
    "courses.StaffNote.written_by": "another person",
    "exams.TimeExtension.reason": "a note of a member of staff to themselves",
    "exams.TimeExtension.given_by": "another person",
    "api.Token.digest": "a secret, and only its hash is kept",
    "questions.Import.content": "bytes; the file itself is the importer's own",
    "questions.NotesImport.content": "bytes; the file itself is the importer's own",
    "questions.Export.content": "bytes; the file itself is the exporter's own",
    "questions.Image.content": "bytes; the picture itself is in the bank",
}

# Tables that tell of a sitting what a course may hold back, with the path to it and the part.
HELD_BACK: dict[str, tuple[str, Part]] = {
    "exams.Score": ("session", "score"),
    "exams.DomainScore": ("score__session", "score"),
    "exams.RegradeNotice": ("score__session", "score"),
    "reports.WeakAreaReport": ("session", "answers"),
}

# Tables that lead to a person and hold nothing of theirs, and why.
NOT_THEIRS = {
    "account.EmailConfirmation": "a link that was mailed, good for three days",
    "questions.Draft_writers": "that a person wrote along in a draft: a number of an account",
    "questions.Comment_mailed_to": "that a person was written to about a remark",
    "questions.Comment_mentions": "that a person is meant by a remark: a number of an account",
    "courses.Recipient_topics": "the topics of what one is given: the assignment's",
    "api.AnsweredCall": "an answer to a program, kept for a day in case it asks again",
    "reports.Delivery": "that a score was sent to the operator's own store of statements",
    "admin.LogEntry": "what an operator did to the site's data, kept as a record",
}
