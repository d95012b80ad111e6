"""Serve the co-pilot: settings → façade → pages and HTTP API. Run it with ``python app.py``."""

from __future__ import annotations

import sys

from copilot.facade import Copilot
from copilot.settings import get_settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def main() -> int:
    """Serve until interrupted; 2 where the settings ask for what is not safe."""
    settings = get_settings()
    if settings.host not in LOOPBACK and not settings.allow_remote:
        sys.stderr.write(
            f"No se sirve en «{settings.host}»: todavía no hay inicio de sesión y cualquiera de la red entraría. "
            "Use 127.0.0.1 o, si otro programa delante controla el acceso, COPILOT_ALLOW_REMOTE=true.\n"
        )
        return 2
    import uvicorn

    from copilot.web import build_app

    sys.stdout.write(f"Copiloto clínico en http://{settings.host}:{settings.port}/medico/  (Ctrl+C para detener)\n")
    sys.stdout.flush()
    # No access log: its lines say who worked when; the audit log is the place for that.
    uvicorn.run(
        build_app(Copilot(settings)),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
