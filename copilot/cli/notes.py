"""``copilot notes``: what is done to the stored notes as a whole."""

from __future__ import annotations

import sys

import typer

notes = typer.Typer(help="Borradores y notas firmadas: la llave que los cifra.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.add_typer(notes, name="notes")


@notes.command("rekey", help="Cambia la llave de las notas y vuelve a cifrar todo con la nueva.")
def rekey() -> int:
    """A new key; every draft, note and addendum sealed anew; logged before anything changes."""
    from copilot.auditing import record_event
    from copilot.facade import spanish_errors
    from copilot.notes.rekey import rekey as change
    from copilot.settings import get_settings
    from guardrails.audit import Action

    settings = get_settings()
    with spanish_errors():
        record_event(settings, Action.SETTINGS_CHANGE, "started", changed=["notes.key"])
        done = change(settings)
        record_event(settings, Action.SETTINGS_CHANGE, changed=["notes.key"], values=done.values)
    print(f"Listo: {done.values} valores cifrados con la llave nueva.")
    print(
        f"La anterior quedó en keys/{done.kept}: la necesitan las copias de resguardo de antes de hoy. Guárdela con "
        "ellas y quítela de aquí; haga hoy una copia nueva.",
        file=sys.stderr,
    )
    return 0
