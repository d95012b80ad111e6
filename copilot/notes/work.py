"""What a physician does with a note, each step in the log before it counts: keep, review, sign, add, take along."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

from copilot.cie10 import normalise_code, title
from copilot.domain import Note
from copilot.errors import CopilotError
from copilot.export import FORMATS, Exported, export
from copilot.export.document import Document, TakenCode, patient_of
from copilot.facade import Actor, Copilot, Structured, spanish_errors
from copilot.notes.errors import NoteConflict, NoteError, NoteMissing
from copilot.notes.proposal import Proposal, reopened
from copilot.notes.review import over_redacted, review
from copilot.notes.shelf import Draft, Shelf, SignedNote
from copilot.notes.signing import Signer, addendum_content, content_of, moment
from copilot.notes.working import Revised, Working, check, flat, texts, untouched
from guardrails.audit import Action

if TYPE_CHECKING:
    from copilot.assistant.guidance import Suggestion

_KEPT_OPEN = 64


class NoteWork:
    """Shelf and façade together; safe under threads."""

    def __init__(self, pilot: Copilot, shelf: Shelf) -> None:
        self.pilot = pilot
        self.shelf = shelf
        self._open: OrderedDict[str, Structured] = OrderedDict()
        self._read: OrderedDict[str, tuple[int, Note, Revised]] = OrderedDict()
        self._lock = threading.Lock()

    # --- drafts ---------------------------------------------------------------------------------------------

    def keep(self, account: int, text: str, structured: Structured, chosen: bool) -> Draft:
        """A structured note as a new draft."""
        proposal = Proposal(text, structured.note, structured.entry, chosen)
        draft = self.shelf.create(account, untouched(proposal), proposal)
        self._remember(draft.id, structured)
        return draft

    def go_on(self, draft: Draft, before: str) -> tuple[Draft, int]:
        """Let a draft take the place of another one: what the physician had corrected there is kept where the same
        words were proposed again. Returns the draft and the number of corrections kept."""
        assert draft.proposal is not None
        try:
            old = self.shelf.draft(draft.account, before)
        except NoteMissing:
            return draft, 0
        if old.id == draft.id or old.discarded:
            return draft, 0
        working = carried(old, draft.proposal, draft.working)
        rev = self.shelf.save(draft.account, draft.id, draft.rev, working)
        self.shelf.remove(draft.account, old.id)
        self.forget(old.id)
        now = Draft(draft.id, draft.account, rev, draft.updated, working, draft.proposal)
        return now, changed(draft.proposal, working)

    def structured(self, draft: Draft) -> Structured:
        """The result behind a draft, with its surrogates. Raises :class:`NoteError` for a draft of text alone."""
        if draft.proposal is None:
            raise NoteError("Primero estructure el texto.")
        with self._lock:
            found = self._open.get(draft.id)
        if found is None:
            found = reopened(self.pilot, draft.proposal)
            self._remember(draft.id, found)
        return found

    def _remember(self, name: str, structured: Structured) -> None:
        with self._lock:
            self._open[name] = structured
            self._open.move_to_end(name)
            while len(self._open) > _KEPT_OPEN:
                self._open.popitem(last=False)

    def forget(self, name: str) -> None:
        """Drop what is held in memory of a draft."""
        with self._lock:
            self._open.pop(name, None)
            self._read.pop(name, None)

    def review(self, draft: Draft, actor: Actor) -> tuple[Note, Revised]:
        """See :func:`copilot.notes.review.review`."""
        structured = self.structured(draft)
        assert draft.proposal is not None
        found = review(self.pilot, draft.proposal, draft.working, structured.vault, actor)
        with self._lock:
            self._read[draft.id] = (draft.rev, *found)
            while len(self._read) > _KEPT_OPEN:
                self._read.popitem(last=False)
        return found

    def reviewed(self, draft: Draft, actor: Actor) -> tuple[Note, Revised]:
        """The newest review of the draft where nothing changed since, else a new one."""
        with self._lock:
            found = self._read.get(draft.id)
        if found is None or found[0] != draft.rev:
            return self.review(draft, actor)
        return found[1], found[2]

    def guidance(self, draft: Draft, actor: Actor) -> tuple[Suggestion, ...]:
        """What the guidelines say on the draft as it stands, searched for with redacted words; logged."""
        note, revised = self.reviewed(draft, actor)
        structured = self.structured(draft)
        redacted = self.pilot.redact(revised.text, structured.vault)
        note = over_redacted(note.note_type, redacted, revised)
        found = self.pilot.guidance(replace(structured, draft=note, redacted=redacted), actor=actor)
        return tuple(replace(one, about=structured.vault.restore(one.about)) for one in found)

    def discard(self, draft: Draft, actor: Actor) -> None:
        """Put a draft away; what was proposed and thrown away is logged."""

        def log() -> None:
            if draft.proposal is not None:
                self.pilot.log_discard(self.structured(draft), actor=actor)

        self.shelf.discard(draft.account, draft.id, log)

    # --- documents ------------------------------------------------------------------------------------------

    def document(self, draft: Draft, actor: Actor) -> Document:
        """The draft as it stands, as an unsigned document."""
        note, revised = self.review(draft, actor)
        assert draft.proposal is not None
        redaction = self.pilot.redact(revised.text, self.structured(draft).vault)
        return Document(
            note=note,
            source=revised.text,
            unit=self.pilot.settings.unit,
            made=moment(self.pilot.settings.timezone).isoformat(),
            patient=patient_of(revised.text, redaction.spans),
            codes=taken(draft.working),
            changed=changed(draft.proposal, draft.working),
        )

    def export_draft(self, draft: Draft, form: str, actor: Actor) -> Exported:
        """The draft in a format, after the log has it."""
        document = self.document(draft, actor)
        made = _made(document, form)
        self.pilot.log_export(self.structured(draft), FORMATS[form].logged, actor=actor)
        return made

    def export_signed(self, note: SignedNote, form: str, actor: Actor) -> Exported:
        """A signed note in a format, after the log has it. One that was altered doesn't leave."""
        if not note.intact:
            raise NoteConflict("El contenido no corresponde a la firma; la nota no se exporta. Avise a soporte.")
        signature = note.document.signature
        assert signature is not None
        made = _made(note.document, form)
        self.pilot.log_leaving(
            signature.entry, str(note.document.note.note_type), FORMATS[form].logged, actor=actor, hash=signature.hash
        )
        return made

    # --- signature ------------------------------------------------------------------------------------------

    def sign(self, draft: Draft, who: Signer, actor: Actor) -> str:
        """Make the draft final; returns the name of the signed note. The log has it first, or nothing is signed."""
        if draft.discarded:
            raise NoteConflict("Este borrador fue descartado; recupérelo antes de firmarlo.")
        document = self.document(draft, actor)
        if not document.note.sections:
            raise NoteError("La nota está vacía; no hay nada que firmar.")
        assert draft.proposal is not None
        when = moment(self.pilot.settings.timezone)
        content = content_of(document, who, when.isoformat(), draft.proposal.entry)
        structured, signed = self.structured(draft), texts(draft.working)
        kind = str(document.note.note_type)

        def log(name: str, digest: str) -> str:
            return self.pilot.log_signature(
                structured, signed, actor=actor, note_type=kind, detail={"note": name, "hash": digest}
            )

        heading = dict(document.patient).get("Paciente", "")
        name = self.shelf.sign(draft, content, heading, int(when.timestamp()), log)
        self.forget(draft.id)
        return name

    def add(self, note: SignedNote, account: int, text: str, who: Signer, actor: Actor) -> int:
        """Sign an addendum; returns its number."""
        if not note.intact:
            raise NoteConflict("El contenido no corresponde a la firma; no admite adendas. Avise a soporte.")
        signature = note.document.signature
        assert signature is not None
        when = moment(self.pilot.settings.timezone)
        vault = self.pilot.new_vault()
        self.pilot.redact(note.document.source, vault)
        said = self.pilot.redact(text.strip(), vault)

        def log(digest: str, number: int) -> str:
            entry = self.pilot.entry(
                Action.EDIT,
                actor,
                outcome="addendum",
                note_type=str(note.document.note.note_type),
                output=said.text,
                original_output=text.strip(),
                detail={"of": signature.entry, "note": note.id, "number": number, "hash": digest},
            )
            with spanish_errors():
                return self.pilot.log.append(entry).id

        at = when.isoformat()
        return self.shelf.add_addendum(
            account, note.id, int(when.timestamp()), lambda h, b, n: addendum_content(text, who, at, h, b, n), log
        )


def export_text(
    pilot: Copilot, text: str, structured: Structured, form: str, actor: Actor
) -> tuple[Exported, str]:
    """A note just structured, unsigned, in a format; and the log entry of its leaving (written before it is returned).

    For the HTTP API and the command line, which keep no draft.
    """
    document = Document(
        note=structured.note,
        source=text,
        unit=pilot.settings.unit,
        made=moment(pilot.settings.timezone).isoformat(),
        patient=patient_of(text, structured.redacted.spans),
    )
    made = _made(document, form)
    return made, pilot.log_export(structured, FORMATS[form].logged, actor=actor)


def carried(old: Draft, proposal: Proposal, working: Working) -> Working:
    """What the physician had done to the same proposed words, on the new proposal; ticks and codes as they were."""
    if old.proposal is None:
        return working
    proposed = {key: (flat(one.text), section) for key, section, one in old.proposal.statements()}
    now = {one.id: one for one in old.working.statements}
    rows, used = [], set()
    fresh = {key: flat(one.text) for key, _, one in proposal.statements()}
    for one in working.statements:
        match = next((key for key, (said, _) in proposed.items() if said == fresh[one.id] and key not in used), None)
        if match is None:
            rows.append(one)
            continue
        used.add(match)
        if match not in now:
            continue
        before = now[match]
        update: dict[str, object] = {}
        if flat(before.text) != proposed[match][0]:
            update["text"] = before.text
        if before.section is not proposed[match][1]:
            update["section"] = before.section
        rows.append(one.model_copy(update=update))
    rows += [one for one in old.working.statements if one.id.startswith("n")]
    return working.model_copy(
        update={"statements": tuple(rows), "codes": old.working.codes, "done": old.working.done}
    )


def taken(working: Working) -> tuple[TakenCode, ...]:
    """The codes as they go on the note, with the table's titles."""
    return tuple(TakenCode(one.diagnosis, normalise_code(one.code), title(one.code)) for one in working.codes)


def changed(proposal: Proposal, working: Working) -> int:
    """Statements that were corrected, moved, added or taken out."""
    check(proposal, working)
    proposed = {key: (flat(one.text), section) for key, section, one in proposal.statements()}
    now = {one.id: (flat(one.text), one.section) for one in working.statements if one.text.strip()}
    return sum(now.get(key) != value for key, value in proposed.items()) + sum(key not in proposed for key in now)


def _made(document: Document, form: str) -> Exported:
    if form not in FORMATS:
        raise NoteError("La nota puede salir como: " + ", ".join(FORMATS) + ".")
    try:
        return export(document, form)
    except CopilotError:
        raise
    except Exception:  # the message of a library may quote the note
        raise CopilotError("No se pudo crear el documento; la nota sigue aquí. Pruebe otro formato.") from None


