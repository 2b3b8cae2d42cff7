"""A limit on uploads that holds while they arrive, before anything is stored."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

MOST_BYTES = 8 * 1024 * 1024


class BoundedUpload(FileUploadHandler):
    """Stops a request whose files are larger than any page needs."""

    _received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._received += len(raw_data)
        if self._received > MOST_BYTES:
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        return None
