"""What the physician does with a note (exports, discards, signs it), each logged before it happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from copilot.domain import Note
from copilot.parts import Actor, Parts, spanish_errors
from guardrails.audit import Action
from guardrails.redaction import Redaction

if TYPE_CHECKING:
    from copilot.writing import Writing
    from guardrails.redaction import Vault


@dataclass(frozen=True)
class Structured:
    """A structured note as the physician sees it, and what was done to get it."""

    note: Note
    """Over the physician's own text: personal data restored, offsets into the text as given."""
    entry: str
    """Identifier of the log entry of this result."""
    asked: int
    """Statements about which the language model was asked."""
    statements: int
    redacted: Redaction = field(repr=False)
    vault: Vault = field(repr=False)
    draft: Note = field(repr=False)
    """The same note over the redacted text."""
    writing: Writing | None = field(default=None, repr=False)
    """Writing mode: what the model wrote for each statement and the guard's verdicts (redacted); None: literal mode."""


class Leaving(Parts):
    """The entries of the log that say what became of a note."""

    def log_export(self, structured: Structured, form: str, *, actor: Actor | None = None, outcome: str = "ok") -> str:
        """Log that the note leaves as a file, as a copy or on paper, BEFORE it is handed over; returns the entry's id.

        ``form``: what it leaves as (``texto``, ``markdown``, ``fhir``, ``docx``, ``impresion``, ``portapapeles``…).
        Raises :class:`LogError`: then nothing may be exported.
        """
        note_type = str(structured.draft.note_type)
        return self.log_leaving(structured.entry, note_type, form, actor=actor, outcome=outcome)

    def log_leaving(
        self, of: str, note_type: str, form: str, *, actor: Actor | None = None, outcome: str = "ok", **detail: Any
    ) -> str:
        """As :meth:`log_export`, for any document: ``of`` names the log entry it comes from (structure or sign)."""
        said = {"form": form, "of": of, **detail}
        entry = self.entry(Action.EXPORT, actor or Actor(), outcome=outcome, note_type=note_type, detail=said)
        with spanish_errors():
            return self.log.append(entry).id

    def log_discard(self, structured: Structured, *, actor: Actor | None = None, reason: str = "") -> str:
        """Log that the physician threw the draft away; returns the entry's identifier. Raises :class:`LogError`."""
        said = self.redact(reason, structured.vault).text if reason else ""
        entry = self.entry(
            Action.DISCARD,
            actor or Actor(),
            outcome="discarded",
            note_type=str(structured.draft.note_type),
            input=said,
            detail={"of": structured.entry},
        )
        with spanish_errors():
            return self.log.append(entry).id

    def log_signature(
        self,
        structured: Structured,
        signed: dict[str, list[str]],
        *,
        actor: Actor | None = None,
        note_type: str = "",
        detail: dict[str, Any] | None = None,
    ) -> str:
        """Log that the physician signed, with the statements that differ from those proposed (redacted).

        ``signed``: texts by section key, as the physician sees them; ``note_type``: as signed; ``detail``: hash and
        number of the note, without personal data. Raises :class:`LogError`: then nothing is signed.
        """
        from copilot.auditing import differences

        def flat(texts: Iterable[str]) -> list[str]:
            return [" ".join(text.split()) for text in texts]

        proposed = {str(key): flat(s.text for s in value) for key, value in structured.note.sections.items()}
        final = {key: flat(texts) for key, texts in signed.items()}
        clean = self._clean([*chain(*proposed.values(), *final.values())], structured.vault)
        found = [
            one.model_copy(
                update={"before": clean.get(one.before, ""), "after": clean.get(one.after, one.after)}
            )
            for one in differences(proposed, final)
        ]
        entry = self.entry(
            Action.SIGN,
            actor or Actor(),
            outcome="ok",
            note_type=note_type or str(structured.draft.note_type),
            output={key: [clean[text] for text in texts] for key, texts in final.items()},
            changes=found,
            detail={"of": structured.entry, "changed": len(found), "kinds": dict(Counter(c.op for c in found))}
            | (detail or {}),
        )
        with spanish_errors():
            return self.log.append(entry).id

    def _clean(self, texts: list[str], vault: Vault) -> dict[str, str]:
        """Each text redacted, read as one note: a name alone in a statement is told by what stands around it."""
        whole = self.redact("\n".join(texts), vault)
        found, at = {}, 0
        for text in texts:
            start, end = whole.to_redacted(at, at + len(text))
            found[text] = whole.text[start:end]
            at += len(text) + 1
        return found
