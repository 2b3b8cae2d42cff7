"""The documented configurations of nginx and Caddy, as the real programs run them."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from contextlib import contextmanager

import pytest

from examapp.runtime import probe
from examapp.runtime.lanes import LANES
from examapp.runtime.web_server import make_server
from tests.support.processes import ROOT, free_port, wait_for

EXAMPLES = ROOT / "docs" / "examples"


def program(name):
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if path is None:
        pytest.skip(f"{name} is not here; install it with: apt-get install {name}")
    return path


def headers_that_arrive(environ, start_response):
    names = [f"{n}={v}" for n, v in sorted(environ.items()) if n.startswith("HTTP_X")]
    body = "\n".join(names).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


@contextmanager
def web_server():
    sock = socket.create_server(("127.0.0.1", 0), backlog=64)
    sock.setblocking(False)
    is_over = threading.Event()
    server = make_server(headers_that_arrive, sock, dict.fromkeys(LANES, 1))
    loop = threading.Thread(target=server.serve, args=[is_over.is_set])
    port = sock.getsockname()[1]
    loop.start()
    try:
        yield port
    finally:
        is_over.set()
        loop.join(20)


@contextmanager
def running(command, port):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        is_up = lambda: probe.ask("/", port=port, timeout_seconds=1)[0] == 200  # noqa: E731
        wait_for(is_up, seconds=20, what=command[0])
        yield
    finally:
        process.terminate()
        process.wait()


@contextmanager
def nginx(folder, behind):
    port, text = free_port(), (EXAMPLES / "nginx.conf").read_text()
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    text = re.sub(r"listen 443 ssl;", f"listen 127.0.0.1:{port};", text)
    text = re.sub(r"\s+ssl_\w+ .*;", "", text)
    text = text.replace("client_body_timeout 10s", "client_body_timeout 2s")
    paths = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = folder / "nginx.conf"
    # Its workers write what they buffer into the test's own folder.
    user = "user root;\n" if os.geteuid() == 0 else ""
    config.write_text(
        f"{user}daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{paths}{text}}}\n"
    )
    with running([program("nginx"), "-p", str(folder), "-c", str(config)], port):
        yield port


@contextmanager
def caddy(folder, behind):
    port, text = free_port(), (EXAMPLES / "Caddyfile").read_text()
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    text = text.replace("exams.example.org {", f"http://:{port} {{\n\tbind 127.0.0.1")
    text = text.replace("read_body 30s", "read_body 2s").replace(
        "{\n\tservers", "{\n\tadmin off\n\tservers", 1
    )
    config = folder / "Caddyfile"
    config.write_text(text)
    command = [program("caddy"), "run", "--config", str(config), "--adapter", "caddyfile"]
    with running(command, port):
        yield port


@pytest.mark.parametrize("proxy", [nginx, caddy])
def test_a_proxy_passes_on_what_it_should_and_no_more(proxy, tmp_path):
    with web_server() as behind, proxy(tmp_path, behind) as port:
        arrived = forged(port)
        assert "HTTP_X_FORWARDED_FOR=127.0.0.1" in arrived
        assert "HTTP_X_FORWARDED_PROTO=http" in arrived
        assert "6.6.6.6" not in arrived
        assert stalled(port) < 15
        # Caddy 2.6 tells a body over the limit as an error of what is behind it.
        assert large(port, "/") in (413, 502)
        assert large(port, "/bank/x/imports/") == 200


def forged(port):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(
            b"GET / HTTP/1.1\r\nHost: x\r\nX_Forwarded_For: 6.6.6.6\r\nX-Forwarded-For: 6.6.6.6\r\n"
            b"X_Forwarded_Proto: https\r\nConnection: close\r\n\r\n"
        )
        return b"".join(iter(lambda: connection.recv(4096), b"")).decode()


def stalled(port):
    """Return how many seconds a body that never becomes whole is waited for."""
    begun_at = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx")
        while connection.recv(4096):
            pass
    return time.monotonic() - begun_at


def large(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", path, body=b"x" * 5_000_000)
        return connection.getresponse().status
    except (BrokenPipeError, ConnectionResetError):
        return connection.getresponse().status
    finally:
        connection.close()
