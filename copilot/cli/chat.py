"""``copilot chat``: the conversation in a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from copilot.assistant.conversation import TurnResult

WELCOME = (
    "Pegue o dicte el texto de la consulta y termine con una línea vacía; luego corrija la nota en palabras, pregunte "
    "sobre ella o pregunte a las guías. «nota» la muestra, «salir» termina."
)


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("chat")(chat)


def chat(
    note_type: str = typer.Option("", "--type", help="Tipo de nota; sin él se reconoce."),
    user: str = typer.Option("local", "--user", help="Usuario en cuyo nombre queda la bitácora."),
) -> int:
    """Conversa: texto libre, correcciones en palabras, preguntas sobre la nota y a las guías."""
    from copilot.assistant.conversation import Conversation
    from copilot.errors import CopilotError
    from copilot.facade import Actor, Copilot

    talk = Conversation(Copilot(), Actor(user=user), note_type or None)
    print(WELCOME)
    while True:
        message = _read()
        if message is None or message.strip().lower() in ("salir", "adiós", "adios", "exit"):
            return 0
        if not message.strip():
            continue
        if message.strip().lower() == "nota":
            _show(talk.note)
            continue
        try:
            _print(talk.turn(message), talk.source)
        except CopilotError as error:
            print(f"Error: {error}", file=sys.stderr)


def _read() -> str | None:
    """One message: a line, or a pasted block up to an empty line; None at the end of input."""
    try:
        first = input("\n> ")
    except EOFError:
        return None
    lines = [first]
    # A pasted block arrives at once; a question or an order is one line.
    while len(first) > 60 and not first.rstrip().endswith("?"):
        try:
            line = input()
        except EOFError:
            break
        if not line.strip():
            break
        lines.append(line)
    return "\n".join(lines)


def _print(result: TurnResult, source: str) -> None:
    from copilot.cli.ask import show as show_answer
    from copilot.cli.structure import show as show_note

    if result.answer is not None:
        show_answer(result.answer)
    elif result.structured is not None:
        show_note(result.structured, source)
    else:
        print(result.message)
    for text, spans in result.quotes:
        print(f"   {' '.join(text.split())}  [{', '.join(f'{s.start}–{s.end}' for s in spans)}]")
    for number, option in enumerate(result.options, 1):
        print(f"   {number}. {' '.join(option.split())}")


def _show(note: object) -> None:
    from copilot.domain import Note
    from copilot.labels import section_label

    if not isinstance(note, Note):
        print("Aún no hay nota.")
        return
    for section, statements in note.sections.items():
        print(section_label(section))
        for one in statements:
            print("   " + " ".join(one.text.split()))
