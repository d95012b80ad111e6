# ruff: noqa: E501 - patterns and word lists stay on one line
"""Writes Mexican notes with their personal data marked: invented identities around real-looking clinical text.

Clinical sentences come from hand-written notes with section marks (``⟦EF⟧…``) given as a folder, of which the parts that may
name somebody are left out, and from the hard negatives of :mod:`templates`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

from guardrails.redaction.lexicon import word_class
from guardrails.redaction.tokenizer import fold
from guardrails.redaction.training import templates
from guardrails.redaction.training.augment import strip_accents
from guardrails.redaction.training.identifiers import Identifiers
from guardrails.redaction.training.meddocan import Spans
from guardrails.redaction.training.noise import Noise
from guardrails.redaction.training.notes import BODIES, Marked, fragments
from guardrails.redaction.training.persons import Persons
from guardrails.redaction.training.rewrite import Rewriter

PLACES = Path(__file__).parents[1] / "data" / "places.txt"
LAYOUTS = Path(__file__).parent / "layouts.txt"

LABELS = {
    "pac": "NOMBRE_SUJETO_ASISTENCIA", "corto": "NOMBRE_SUJETO_ASISTENCIA", "gn": "NOMBRE_SUJETO_ASISTENCIA", "ape": "NOMBRE_SUJETO_ASISTENCIA",
    "hl7": "NOMBRE_SUJETO_ASISTENCIA", "fam": "NOMBRE_FAMILIAR", "med": "NOMBRE_PERSONAL_SANITARIO", "nss": "NSS", "curp": "CURP", "rfc": "RFC", "agr": "AGREGADO",
    "ine": "INE", "placa": "PLACA", "folio": "FOLIO", "ced": "CEDULA", "mat": "MATRICULA", "tel": "TELEFONO", "mail": "CORREO_ELECTRONICO", "fecha": "FECHAS",
    "hl7date": "FECHAS", "dir": "DIRECCION", "lugar": "TERRITORIO", "cp": "CP", "emp": "EMPLEADOR", "uni": "HOSPITAL", "uni2": "HOSPITAL", "id": "OTRO_ID",
    "calle": "DIRECCION", "red": "OTRO_ID", "licencia": "OTRO_ID", "edad": "EDAD_SUJETO_ASISTENCIA", "sexo": "SEXO_SUJETO_ASISTENCIA",
}  # fmt: skip
_KEPT = {"PA", "AP", "EF", "RE", "DX", "TX", "PR", "EV", "HF", "NP"}
_PERSONAL = re.compile(
    r"\b(?:dra?|drs|enf|lic|sra?|srita|don|doña|umf|hgz\w*|hgr|hgo|umae|cmn|hosp\w*|mip|mb|ts|leo|r[1-4]|se llama|nombre|nss|ced|mat|tel|cel|exp|folio|empresa|fábrica|imss"
    r"|calle|col|av|colonia|vive en|origin\w+|viaj\w+|trabaja en|labora en|enero|febrero|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b|\d{5,}|\d[/\-]\d{1,2}[/\-]\d{2}|\w@\w",
    re.IGNORECASE,
)
_SLOT = re.compile(r"\{(\w+)\}")


def read_bodies(folder: Path = BODIES) -> list[list[str]]:
    """Notes as lists of clinical segments without persons, places or identifiers."""
    notes = []
    for path in sorted(folder.glob("*.txt")):
        for raw in re.split(r"(?m)^===.*$", path.read_text(encoding="utf-8")):
            segments = []
            for tag, words in re.findall(r"⟦(\w+)⟧([^⟦]*)", raw):
                text = words.strip("\n")
                if tag[:2] in _KEPT and text.strip() and not _PERSONAL.search(text) and not _names_somebody(text):
                    segments.append(text)
            if len(segments) > 2:
                notes.append(segments)
    return notes


def _names_somebody(text: str) -> bool:
    for match in re.finditer(r"(?<=[a-z,;] )[A-ZÁÉÍÓÚÑ][a-záéíóúñ]{2,}", text):
        kind = word_class(fold(match[0]))
        if "c" not in kind and ("g" in kind or "s" in kind):
            return True
    return False


class Generator:
    """An endless supply of marked notes: :meth:`note` gives ``(text, spans)``.

    ``hand``: hand-labelled notes; :meth:`variant` writes one again with other values, and single sentences of them stand in the
    generated notes.
    """

    def __init__(self, seed: int, bodies: Path = BODIES, hand: list[Marked] | None = None) -> None:
        self.rng = random.Random(seed)  # noqa: S311
        self.persons = Persons(self.rng)
        places = [one.title().replace(" De ", " de ").replace(" Del ", " del ").replace(" La ", " la ") for one in PLACES.read_text(encoding="utf-8").split("\n") if one]
        self.ids = Identifiers(self.rng, places)
        self.bodies = read_bodies(bodies)
        self.headers = templates.HEADERS.strip().split("\n")
        self.middles = templates.MIDDLES.strip().split("\n")
        self.signatures = templates.SIGNATURES.strip().split("\n")
        self.negatives = templates.NEGATIVES.strip().split("\n")
        self.layouts = LAYOUTS.read_text(encoding="utf-8").strip("\n").split("\n---\n")
        self.fragments = fragments(hand or [])
        self.rewriter = Rewriter(self.rng, self.persons, self.ids)
        self.noise = Noise(self.rng)
        self.labels = sorted(set(LABELS.values()))
        self.patient = ""
        rng, ids, persons = self.rng, self.ids, self.persons
        self.fill: dict[str, Callable[[], str]] = {
            "pac": lambda: self.patient, "corto": self._called, "gn": lambda: persons.written(persons.given()), "ape": lambda: persons.written(persons.surname()),
            "fam": lambda: persons.full() if rng.random() < 0.45 else persons.short(), "med": persons.staff, "nss": ids.nss, "curp": ids.curp, "rfc": ids.rfc,
            "agr": ids.aggregate, "ine": ids.ine, "placa": ids.plate, "folio": ids.folio, "ced": lambda: ids.digits(rng.choice((7, 7, 8, 6))),
            "mat": lambda: ids.digits(rng.choice((7, 8, 8, 9, 10))), "tel": lambda: ids.said_phone() if rng.random() < 0.04 else ids.phone(), "mail": lambda: ids.mail(persons.full()), "fecha": ids.date,
            "hl7": lambda: persons.surname() + "^" + persons.given(), "hl7date": lambda: ids.day().strftime("%Y%m%d"), "dir": ids.address, "lugar": ids.place,
            "cp": lambda: ids.digits(5), "emp": ids.company, "uni": ids.unit, "uni2": ids.unit, "id": lambda: f"{rng.choice('ABCY')}{ids.digits(2)}-{ids.digits(5)}-{ids.digits(2)}",
            "calle": ids.bare_street, "red": lambda: self._handle(), "licencia": lambda: rng.choice(("G", "N", "N0", "G1", "", "LIC-", "A")) + ids.digits(rng.choice((7, 8, 8))),
            "edad": lambda: rng.choice(("{} años", "{} a", "{}a", "{} años de edad", "{}", "{}años")).format(rng.randrange(1, 99)),
            "sexo": lambda: rng.choice(("masculino", "femenino", "masc", "fem", "Fem", "Masc", "F", "M", "femenina", "hombre", "mujer", "MASC", "FEM")),
        }  # fmt: skip
        self.free: dict[str, Callable[[], str]] = {
            "kin": lambda: rng.choice(templates.KIN), "trato": lambda: rng.choice(templates.TREATS), "dr": lambda: rng.choice(templates.DOCTOR),
            "esp": lambda: rng.choice(templates.SPECIALTY), "hl7sex": lambda: rng.choice("MF"), "neg": lambda: rng.choice(self.negatives).rstrip("."),
            "clin": lambda: rng.choice(rng.choice(self.bodies)).replace("\n", " ").rstrip(" .") if self.bodies else "sin cambios",
        }  # fmt: skip

    def _handle(self) -> str:
        """A user name, or a name as social networks show it."""
        name = self.persons.full()
        bare = strip_accents(name.lower()).replace(" ", self.rng.choice(("", ".", "_")))[:18]
        return self.rng.choice((f"@{bare}", f"@{bare}{self.ids.digits(2)}", name, f"@{bare[:9]}_mx"))

    def _called(self) -> str:
        if self.rng.random() < 0.5 and len(self.patient) > 3:
            words = [one for one in re.findall(r"[^\W\d_]{3,}", self.patient) if one.lower() not in ("del", "los", "las", "vda")]
            if words:
                return self.rng.choice(words)
        return self.persons.short()

    def variant(self, marked: Marked) -> Marked:
        """A hand-labelled note with other values and some noise."""
        return self.noise.spoil(*self.rewriter.rewrite(*marked))

    def layout(self) -> Marked:
        """A note in one of the whole layouts, sometimes followed by a second one."""
        rng = self.rng
        self.patient = self.persons.full()
        text, spans = self._write(rng.choice(self.layouts), bars=False)
        if rng.random() < 0.3:
            more, marks = self._write(rng.choice(self.layouts), bars=False)
            text += rng.choice(("\n", "\n\n", " "))
            spans = spans + [(start + len(text), end + len(text), label) for start, end, label in marks]
            text += more
        return self.noise.spoil(text, spans)

    def _middle(self) -> Marked:
        """A sentence that mentions somebody or something: of a template, or of a hand-labelled note with other values."""
        if self.fragments and self.rng.random() < 0.6:
            return self.rewriter.rewrite(*self.rng.choice(self.fragments))
        return self._write(self.rng.choice(self.middles))

    def _write(self, template: str, bars: bool = True) -> tuple[str, Spans]:
        text, spans, at = "", [], 0
        template = template.replace("|", "\n") if bars and not template.startswith("PID") else template.replace("¦", "|")
        for match in _SLOT.finditer(template):
            text += template[at : match.start()]
            at = match.end()
            if match[1] in self.free:
                text += self.free[match[1]]()
                continue
            value = self.fill[match[1]]()
            spans.append((len(text), len(text) + len(value), LABELS[match[1]]))
            text += value
        return text + template[at:], spans

    def note(self) -> tuple[str, Spans]:
        """One note: header, clinical segments with mentions between them, signature; its style drawn at random."""
        rng = self.rng
        self.patient = self.persons.full()
        parts: list[tuple[str, Spans]] = []
        if rng.random() < 0.85:
            parts.append(self._write(rng.choice(self.headers)))
            if rng.random() < 0.25:
                parts.append(self._write(rng.choice(self.headers)))
        body = rng.choice(self.bodies) if self.bodies else []
        first = rng.randrange(max(1, len(body) - 3))
        segments: list[tuple[str, Spans]] = [(one, []) for one in body[first : first + rng.randrange(3, 12)]]
        for _ in range(rng.randrange(0, 3)):
            segments.insert(rng.randrange(len(segments) + 1), (rng.choice(self.negatives), []))
        for _ in range(rng.choice((0, 1, 1, 2, 2, 3, 4, 6))):
            segments.insert(rng.randrange(len(segments) + 1), self._middle())
        parts += segments
        if rng.random() < 0.7:
            parts.append(self._write(rng.choice(self.signatures)))
        glue = rng.choice((". ", "\n", " ", ", ", "\n", ". ", "; ", "\n\n"))
        text, spans = "", []
        for piece, marks in parts:
            if rng.random() < 0.12:
                piece = piece[:1].lower() + piece[1:] if marks == [] else piece
            joint = glue if rng.random() < 0.8 else rng.choice((". ", " ", "\n"))
            start = len(text)
            spans += [(start + a, start + b, label) for a, b, label in marks]
            text += piece.rstrip(" .") + joint
        return self.noise.spoil(text.rstrip(), list(spans))
