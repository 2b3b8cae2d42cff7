"""What other apps may wait for. Sent after commit, with `set_id`."""

from django.dispatch import Signal

practice_ended = Signal()
