"""The broker of files: a message is found whole or not at all."""

from queue import Empty

import pytest
from kombu import Connection
from kombu.transport import filesystem

from examapp import celery
from examapp.runtime import message_files

MESSAGE = {"body": "x", "properties": {}}


@pytest.fixture
def channel_of(tmp_path):
    """Return a channel of a transport, on a folder of its own."""
    opened = []

    def make(transport):
        options = {
            "data_folder_in": str(tmp_path),
            "data_folder_out": str(tmp_path),
            "control_folder": str(tmp_path / "control"),
        }
        opened.append(Connection(transport=transport, transport_options=options))
        return opened[-1].channel()

    yield make
    for each in opened:
        each.release()


def test_the_workers_use_it():
    with celery.app.connection_for_write("filesystem://") as connection:
        assert isinstance(connection.transport, message_files.Transport)


def test_a_message_is_put_and_got(channel_of):
    channel = channel_of(message_files.Transport)
    channel._put("long", MESSAGE)
    with pytest.raises(Empty):
        channel._get("short")
    assert channel._get("long") == MESSAGE
    with pytest.raises(Empty):
        channel._get("long")


def looks_in_between(monkeypatch, module, channel):
    """Let another worker look for a message just before it is written."""
    looked = []
    dumps = module.dumps

    def looking(payload):
        try:
            looked.append(channel._get("long"))
        except Exception as error:
            looked.append(error)
        return dumps(payload)

    monkeypatch.setattr(module, "dumps", looking)
    channel._put("long", MESSAGE)
    return looked


def test_who_looks_before_it_is_written_finds_none(channel_of, monkeypatch):
    channel = channel_of(message_files.Transport)
    (looked,) = looks_in_between(monkeypatch, message_files, channel)
    assert isinstance(looked, Empty)
    assert channel._get("long") == MESSAGE


def test_without_it_a_worker_takes_an_empty_message_and_ends(channel_of, monkeypatch):
    channel = channel_of(filesystem.Transport)
    (looked,) = looks_in_between(monkeypatch, filesystem, channel)
    assert isinstance(looked, ValueError)
    with pytest.raises(Empty):
        channel._get("long")
