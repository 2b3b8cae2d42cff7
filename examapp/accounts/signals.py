"""What happens to accounts and is heard by apps above."""

from django.dispatch import Signal

# All that was let in by the account is to be let in no more: sent with `person`.
access_ended = Signal()
