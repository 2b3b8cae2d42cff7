"""What apps higher up know of sittings and those below need."""

from collections.abc import Callable
from uuid import UUID

from questions.hooks import Hook

# Whether someone else waits for a sitting's result, such as a course for that of an assignment:
# such a sitting is neither discarded nor left out.
required_sittings: Hook[Callable[[UUID], bool]] = Hook()
