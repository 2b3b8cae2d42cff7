"""Ask this machine's own web process for its health: `python -m examapp.runtime.probe /readyz`.

Used by container health checks. Exit status 0 for an answer of 200, else 1 with the reason.
"""

import http.client
import os
import sys


def ask(
    path: str, *, port: int, host: str = "localhost", timeout_seconds: float = 3
) -> tuple[int, str]:
    """Return status and body of a GET to 127.0.0.1; status 0 and the reason when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_seconds)
    try:
        connection.request("GET", path, headers={"Host": host})
        response = connection.getresponse()
        return response.status, response.read(4096).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error)
    finally:
        connection.close()


def main() -> int:
    path = sys.argv[1] if len(sys.argv) > 1 else "/readyz"
    allowed = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    host = "localhost" if allowed in ("", "*") else allowed
    status, body = ask(path, port=int(os.environ.get("PORT") or 8000), host=host)
    if status != 200:
        print(status, body)
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
