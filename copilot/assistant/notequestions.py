"""Questions about the note, answered with its own statements and their spans; nothing is inferred."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot.assistant.changes import reach
from copilot.assistant.cues import cue
from copilot.domain import Note, Section, Span, Statement
from copilot.labels import section_label
from corpora.ingest.clean import fold
from corpora.lexicon import stems


@dataclass(frozen=True)
class NoteAnswer:
    """Quoted statements with spans into the note's source; empty where the note doesn't say."""

    text: str
    quotes: tuple[tuple[str, tuple[Span, ...]], ...] = ()


_MISSING = cue("note_missing")
_DRUGS = cue("note_drugs")
_DIAGNOSES = cue("note_diagnoses")
_WORDS = (
    (
        re.compile(r"quirurgic|cirugia|operad|operacion|operaron"),
        re.compile(
            r"cirugia|operad|quirurgic|cesarea|\w{3,}(?:ectomia|plastia|rrafia|tomia)\b|\bqx\b|legrado|\botb\b"
        ),
        "La nota no menciona cirugías.",
    ),
    (
        re.compile(r"cuando (?:regresa|vuelve|es su cita|lo cito|la cito)|\bcita\b|proxima consulta"),
        re.compile(r"\bcitas?\b|\bregresar?\b|cita abierta|control en|revaloracion|acudir a"),
        "La nota no menciona una cita.",
    ),
)
"""What a question asks for by its kind, the words of statements that say it, and what is said where none does."""
_ALLERGY = re.compile(r"alergi")
_VITALS = {
    "ta": r"\bta\b|presion|tension arterial",
    "fc": r"\bfc\b|frecuencia cardiaca|pulso",
    "fr": r"\bfr\b|frecuencia respiratoria",
    "temperatura": r"temperatura|fiebre|\btemp\b",
    "sato2": r"satura|\bsato2\b|spo2|oxigen",
    "glucosa_capilar": r"glucosa capilar|dxtx|destrostix",
    "peso": r"\bpeso\b|\bpesa\b",
    "talla": r"\btalla\b|\bmide\b|estatura",
    "imc": r"\bimc\b|masa corporal",
}
_ASKING = frozenset(stems("tiene padece tenía trae resúmeme lee léeme dice puse escribí anoté"))
"""Words of the question's form, not of what is asked."""
_ALL_VITALS = re.compile(r"signos vitales|\bsignos\b|\bvitales\b|\bsv\b")
_SECTIONS = {
    Section.PRONOSTICO: r"pronostic",
    Section.ANTECEDENTES_HEREDOFAMILIARES: r"heredofamil|antecedentes familiares|en la familia|\bahf\b",
    Section.ANTECEDENTES_PATOLOGICOS: r"\bantecedentes\b|operad|cirugias?|enfermedades previas|\bapp\b",
    Section.ANTECEDENTES_NO_PATOLOGICOS: r"no patologic|fuma|bebe alcohol|toxicomani|vacun|trabaja|\bapnp\b",
    Section.PADECIMIENTO_ACTUAL: r"motivo de consulta|por que (?:vino|acude|consulta)|padecimiento|desde cuando",
    Section.EXPLORACION_FISICA: r"exploracion|a la exploracion|encontr(?:e|aste|amos)",
    Section.RESULTADOS_ESTUDIOS: r"laboratorio|estudios?|resultado|radiograf|ultrason|tomograf",
    Section.EVOLUCION: r"evolucion|como (?:va|ha estado|sigue)",
    Section.TRATAMIENTO: r"\bplan\b|indicaciones|cita|incapacidad|envio|referencia",
}


def answer_from_note(note: Note, source: str, question: str) -> NoteAnswer:
    """Answer one question about the note. ``source``: the text its spans refer to."""
    plain = fold(question)
    if _MISSING.search(plain):
        if not note.missing:
            return NoteAnswer("No encontré elementos faltantes de la NOM-004 para este tipo de nota.")
        rows = [f"- {m.label} (numeral {m.numeral}){'' if m.mandatory else ', si aplica'}" for m in note.missing]
        return NoteAnswer("A la nota le falta:\n" + "\n".join(rows))
    if _ALLERGY.search(plain):
        return _quoted(list(note.allergies) or _saying(note, r"\balerg"), "La nota no menciona alergias.")
    named = _named_drugs(note, plain)
    if named or _DRUGS.search(plain):
        return _drugs(note, source, named)
    vitals = [key for key, words in _VITALS.items() if re.search(words, plain)]
    if vitals or _ALL_VITALS.search(plain):
        spans = [v.span for v in note.vitals if not vitals or v.name in vitals]
        if spans:
            return _statements_at(note, source, spans)
        stated = [one for key in vitals for one in _saying(note, _VITALS[key])]
        if stated:
            return _quoted(list(dict.fromkeys(stated)), "")
    labs = [lab for lab in note.laboratory if fold(lab.name).replace("_", " ") in plain]
    if labs:
        return _statements_at(note, source, [lab.span for lab in labs])
    if _DIAGNOSES.search(plain):
        if note.sections.get(Section.DIAGNOSTICOS):
            return _quoted(list(note.sections[Section.DIAGNOSTICOS]), "")
        spans = [d.span for d in note.diagnoses if d.subject == "paciente"]
        if spans:
            return _statements_at(note, source, spans)
        return _quoted(list(note.sections.get(Section.DIAGNOSTICOS, ())), "La nota no menciona un diagnóstico.")
    for asked, said, none in _WORDS:
        if asked.search(plain):
            return _quoted(_saying(note, said.pattern), none)
    found = _about(note, question)
    if found:
        return _quoted(found, "")
    for section, words in _SECTIONS.items():
        if re.search(words, plain):
            none = f"La nota no tiene {section_label(section).lower()}."
            return _quoted(list(note.sections.get(section, ())), none)
    return NoteAnswer("La nota no lo menciona.")


def _named_drugs(note: Note, plain: str) -> list[str]:
    return [m.name for m in note.medications if fold(m.name) in plain]


def _drugs(note: Note, source: str, named: list[str]) -> NoteAnswer:
    rows = [m for m in note.medications if not named or m.name in named]
    if not rows:
        return NoteAnswer("La nota no menciona medicamentos.")
    lines = []
    for one in rows:
        stated = " ".join(p for p in (one.dose, one.unit, one.route, one.frequency, one.duration) if p)
        mark = {"suspendido": " (suspendido)", "alergia": " (alergia)"}.get(one.status, "")
        mark = " (negado)" if one.negated else mark
        lines.append(f"- {one.name}{mark}: {stated or 'sin dosis en la nota'}")
    quoted = _statements_at(note, source, [m.span for m in rows])
    return NoteAnswer("\n".join(lines), quoted.quotes)


def _statements_at(note: Note, source: str, spans: list[Span]) -> NoteAnswer:
    """The statements that the spans lie in, whole, each once."""
    found: list[Statement] = []
    loose: list[Span] = []
    for span in spans:
        home = next(
            (
                s
                for statements in note.sections.values()
                for s in statements
                if any(piece.start <= span.start < piece.end for piece in s.spans)
            ),
            None,
        )
        if home is None:
            loose.append(span)
        elif home not in found:
            found.append(home)
    extra = [Statement(source[span.start : span.end], (span,)) for span in loose]
    return _quoted([*found, *extra], "La nota no lo menciona.")


def _saying(note: Note, words: str) -> list[Statement]:
    """Statements with the words (a pattern over folded text)."""
    return [s for rows in note.sections.values() for s in rows if re.search(words, fold(s.text))]


def _about(note: Note, question: str) -> list[Statement]:
    """Statements that share the question's rarer words, best first; none where too few are shared."""
    asked = set(stems(question)) - _ASKING
    if not asked:
        return []
    scored = []
    for statements in note.sections.values():
        for one in statements:
            share = len(asked & reach(one.text)) / len(asked)
            if share >= 0.5:
                scored.append((share, one))
    scored.sort(key=lambda row: -row[0])
    return [one for share, one in scored[:3] if share >= 0.8 * scored[0][0]]


def _quoted(statements: list[Statement], none: str) -> NoteAnswer:
    if not statements:
        return NoteAnswer(none or "La nota no lo menciona.")
    lines = [f"«{' '.join(one.text.split())}»" for one in statements]
    return NoteAnswer("\n".join(lines), tuple((one.text, one.spans) for one in statements))
