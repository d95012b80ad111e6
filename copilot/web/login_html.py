"""The pages around the sign-in: plain HTML made on the server; they work without any script."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import urlencode

from copilot.users import ROLE_LABELS, Identity
from copilot.web.auth_rules import LANDING

WHAT_FOR = {
    "medico": "Convertir texto libre en una nota NOM-004 y consultar las guías.",
    "comision": "Leer y verificar la bitácora; informes y exportaciones.",
    "evaluador": "Correr y comparar evaluaciones del modelo.",
    "administrador": "Altas, bajas, contraseñas y funciones de los usuarios.",
}


def shell(title: str, body: str, *, wide: bool = False, who: str = "") -> str:
    """A whole page around ``body``."""
    return (
        '<!doctype html><html lang="es-MX"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · Copiloto clínico</title>"
        '<link rel="icon" href="/recursos/icono.svg" type="image/svg+xml">'
        '<link rel="stylesheet" href="/recursos/acceso.css"></head><body>'
        f'<header><a class="marca" href="/">Copiloto clínico</a><span class="sello">En este equipo, sin internet</span>'
        f'{who}</header><main class="{"ancho" if wide else "angosto"}">{body}</main></body></html>'
    )


def leave_form(identity: Identity, csrf: str) -> str:
    """Who is signed in, and the way out."""
    return (
        f'<form class="quien" method="post" action="/salir"><span>{escape(identity.shown)}</span>'
        f'<a href="/clave">Contraseña</a>{hidden(csrf)}<button>Salir</button></form>'
    )


def hidden(csrf: str) -> str:
    """The CSRF token of a form."""
    return f'<input type="hidden" name="csrf" value="{escape(csrf)}">'


def _alert(error: str) -> str:
    return f'<p class="error" role="alert" id="error">{escape(error)}</p>' if error else ""


def login_page(
    error: str = "", name: str = "", then: str = "", *, personal: bool = False, locked: bool = False, external: str = ""
) -> str:
    """The form of name and password; ``external``: words of the link to the institution's own sign-in."""
    if personal:
        return shell(
            "Entrar",
            "<h1>Entrar</h1>" + _alert(error) + "<p>Este equipo está en modo personal. Abra la dirección completa que "
            "apareció en la terminal al arrancar el programa.</p>",
        )
    described = ' aria-describedby="error" aria-invalid="true"' if error else ""
    first, second = ("", " autofocus") if name else (" autofocus", "")
    title = "Sesión bloqueada" if locked else "Entrar"
    return shell(
        title,
        f"<h1>{title}</h1>"
        + _alert(error)
        + '<form method="post" action="/entrar">'
        + f'<input type="hidden" name="siguiente" value="{escape(then)}">'
        + '<label for="usuario">Usuario</label><input id="usuario" name="usuario" autocomplete="username" '
        + f'autocapitalize="none" spellcheck="false" required maxlength="200" value="{escape(name)}"{first}{described}>'
        + '<label for="contrasena">Contraseña</label><input id="contrasena" name="contrasena" type="password" '
        + f'autocomplete="current-password" required maxlength="256"{second}{described}>'
        + '<button class="principal">Entrar</button></form>'
        + _external(external, then)
        + '<p class="tenue">¿Olvidó su contraseña? Pida una de un solo uso a quien administra el equipo.</p>'
        + '<p class="tenue">Los accesos y el uso quedan en la bitácora, con seudónimo, para la Comisión de '
        "Gobernanza y Ética de la IA.</p>",
    )


def _external(words: str, then: str) -> str:
    if not words:
        return ""
    more = f"?{urlencode({'siguiente': then})}" if then else ""
    return f'<p><a href="/entrar/institucional{escape(more)}">{escape(words)}</a></p>'


def password_page(identity: Identity, csrf: str, error: str = "") -> str:
    """The form of a new password."""
    first = identity.must_change
    current = (
        ""
        if first
        else '<label for="actual">Contraseña actual</label><input id="actual" name="actual" type="password" '
        'autocomplete="current-password" required maxlength="256" autofocus>'
    )
    why = "<p>Entró con una contraseña de un solo uso. Elija ahora la suya.</p>" if first else ""
    return shell(
        "Contraseña nueva",
        "<h1>Contraseña nueva</h1>"
        + why
        + _alert(error)
        + f'<form method="post" action="/clave">{hidden(csrf)}'
        + f'<input type="hidden" name="usuario" autocomplete="username" value="{escape(identity.name)}">'
        + current
        + '<label for="nueva">Contraseña nueva</label><input id="nueva" name="nueva" type="password" '
        + 'autocomplete="new-password" required minlength="12" maxlength="256" aria-describedby="regla">'
        + '<p class="tenue" id="regla">Al menos 12 caracteres. Una frase de cuatro palabras es fácil de recordar y '
        + "difícil de adivinar.</p>"
        + '<label for="otra">Repítala</label><input id="otra" name="otra" type="password" '
        + 'autocomplete="new-password" required maxlength="256">'
        + '<button class="principal">Guardar</button></form>',
        who=leave_form(identity, csrf),
    )


def home_page(identity: Identity, csrf: str) -> str:
    """What the person may open."""
    cards = "".join(
        f'<li><a href="{where}"><strong>{escape(ROLE_LABELS[role])}</strong>'
        f"<span>{escape(WHAT_FOR[role])}</span></a></li>"
        for role, where in LANDING.items()
        if role in identity.roles
    )
    return shell("Inicio", f'<h1>Inicio</h1><ul class="tarjetas">{cards}</ul>', who=leave_form(identity, csrf))


def refused_page(words: str) -> str:
    """A refusal with a way on."""
    body = f'<h1>No disponible</h1><p role="alert">{escape(words)}</p><p><a href="/">Ir al inicio</a></p>'
    return shell("No disponible", body)


def done_page() -> str:
    """The end of the small window of the identity provider; it shuts itself where the browser lets it."""
    body = '<h1>Listo</h1><p role="status">Ya se confirmó quién es. Cierre esta ventana y siga en la anterior.</p>'
    return shell("Listo", body + '<script src="/recursos/listo.js"></script>')


def options(pairs: Iterable[tuple[str, str]], chosen: Iterable[str], name: str) -> str:
    """Checkboxes."""
    on = set(chosen)
    return "".join(
        f'<label class="casilla"><input type="checkbox" name="{name}" value="{escape(value)}"'
        f"{' checked' if value in on else ''}> {escape(label)}</label>"
        for value, label in pairs
    )
