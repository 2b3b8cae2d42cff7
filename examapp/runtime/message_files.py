"""The broker of files, of which no message is seen before it is whole.

Kombu's own opens a message's file under the name by which a worker finds it and writes it then. A
worker that looks in between takes an empty file, which is no JSON, and ends; the message is lost.
"""

import os
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    # The two classes above it name the message each in their own way.
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Put a message into a queue: written aside, then named."""
        name = f"{round(monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        aside = folder / f".{name}.part"
        try:
            text: str = dumps(payload)  # type: ignore[no-untyped-call]
            aside.write_text(text, encoding="utf-8")
            os.replace(aside, folder / name)
        except OSError as error:
            raise ChannelError(f"Cannot add {name} to {folder}") from error


class Transport(filesystem.Transport):
    Channel = Channel
