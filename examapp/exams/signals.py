"""What other apps may wait for. Sent after commit, with `session_id`."""

from django.dispatch import Signal

session_finished = Signal()
session_regraded = Signal()
