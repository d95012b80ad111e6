"""Serve the co-pilot: settings → façade → pages and HTTP API. Run it with ``python app.py``."""

from __future__ import annotations

import sys

from copilot.settings import get_settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def main() -> int:
    """Serve until interrupted; 2 where the settings ask for what is not safe, 1 where it can't start."""
    settings = get_settings()
    local = settings.host in LOOPBACK
    if not local and not settings.allow_remote:
        sys.stderr.write(
            f"No se sirve en «{settings.host}» sin COPILOT_ALLOW_REMOTE=true. Las contraseñas piden HTTPS: dé "
            "COPILOT_TLS_CERT y COPILOT_TLS_KEY, o ponga un proxy con TLS delante (docs/administrador.md).\n"
        )
        return 2
    import uvicorn

    from copilot.errors import CopilotError
    from copilot.facade import Copilot
    from copilot.web import build_app

    secure = settings.tls_cert is not None
    address = f"{'https' if secure else 'http'}://{settings.host}:{settings.port}"
    try:
        app = build_app(Copilot(settings))
        first = None if app.state.personal else app.state.site.accounts.first_administrator()
    except CopilotError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1
    sys.stdout.write(f"Copiloto clínico en {address}/  (Ctrl+C para detener)\n")
    if app.state.personal is not None:
        sys.stdout.write(f"Modo personal. Entre con este enlace: {address}/entrar?llave={app.state.personal.key}\n")
    elif first is not None:
        sys.stdout.write(
            f"Primer arranque. Entre como «{first.account.name}» con esta contraseña de un solo uso "
            f"(se muestra solo ahora; si la pierde: copilot users passwd {first.account.name}):\n\n"
            f"    {first.password}\n\n"
        )
    sys.stdout.flush()
    # No access log: its lines say who worked when; the audit log is the place for that.
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
