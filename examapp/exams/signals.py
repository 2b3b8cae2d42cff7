"""What other apps may wait for. Sent after commit, with `session_id`."""

from django.dispatch import Signal

session_finished = Signal()
session_regraded = Signal()
# It was discarded after its end, left out, or counts again.
session_set_aside = Signal()
