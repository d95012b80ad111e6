"""The passage: the smallest piece of a guideline that is indexed, retrieved and quoted."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal

Kind = Literal["evidencia", "recomendación", "buena práctica", "texto", "tabla", "algoritmo"]
AgeGroup = Literal["adulto", "pediatria", "adulto_mayor", "recien_nacido"]
Origin = Literal["oficial", "ficha"]

KINDS: tuple[Kind, ...] = ("evidencia", "recomendación", "buena práctica", "texto", "tabla", "algoritmo")
AGE_GROUPS: tuple[AgeGroup, ...] = ("adulto", "pediatria", "adulto_mayor", "recien_nacido")


@dataclass(frozen=True, slots=True)
class Population:
    """Whom a passage is about. ``None``: the source doesn't restrict it."""

    age_group: AgeGroup | None = None
    sex: Literal["M", "F"] | None = None
    """``F`` women, ``M`` men."""
    pregnancy: bool | None = None
    """True: about pregnancy or puerperium; None: not said."""
    level: tuple[int, ...] = ()
    """Levels of care (1, 2, 3) the heading names; empty: all."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A quotable piece of one guideline with everything a citation needs."""

    id: str
    """16 hex digits of (key, locator, text): the same text at the same place keeps its id."""
    key: str
    """Key of the guideline, e.g. ``GPC-IMSS-076-21``, ``PAI-CODIGO-INFARTO``."""
    title: str
    locator: str
    """Heading path and, where known, page: ``Cuadros › Cuadro 8…, p. 31``."""
    heading: str
    """Heading path alone, parts joined by `` › ``."""
    text: str
    kind: Kind = "texto"
    grade: str = ""
    """Grade or level as the source gives it (``Ia``, ``B``, ``Fuerte a favor``); empty: none given."""
    scale: str = ""
    """Scale of the grade (``NICE``, ``Shekelle``, ``GRADE``, ``ADA``)."""
    citation: str = ""
    """Reference the source gives for the statement (``Humes, 2008``)."""
    year: int | None = None
    """Year of the guideline (its last update), not of the citation."""
    population: Population = field(default_factory=Population)
    flags: tuple[str, ...] = ()
    """Suspicious values found in the text (:mod:`corpora.ingest.flags`); such a dose is never shown as settled."""
    source_hash: str = ""
    """SHA-256 of the source file."""
    origin: Origin = "oficial"
    """``oficial``: text of an ingested document; ``ficha``: bundled evidence card in our own words."""
    page: int | None = None
    """Page of the source where known."""

    @property
    def index_text(self) -> str:
        """What the indexes see: title and heading give a table row or a bare bullet its context."""
        return f"{self.topic}. {self.heading}. {self.text}" if self.heading else f"{self.topic}. {self.text}"

    @property
    def topic(self) -> str:
        """The title without the kind of document («Protocolo de Atención Integral: …»)."""
        return self.title.split(": ", 1)[1] if self.title.startswith("Protocolo") and ": " in self.title else self.title

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON form; inverse of :meth:`from_dict`."""
        return asdict(self)

    @staticmethod
    def from_dict(data: dict[str, Any]) -> Passage:
        """Rebuild a passage from :meth:`to_dict`; unknown fields are ignored (an older store stays readable)."""
        known = {f.name for f in fields(Passage)}
        values = {name: value for name, value in data.items() if name in known}
        population = dict(values.get("population") or {})
        population["level"] = tuple(population.get("level") or ())
        values["population"] = Population(**population)
        values["flags"] = tuple(values.get("flags") or ())
        return Passage(**values)


def passage_id(key: str, locator: str, text: str) -> str:
    """Stable identifier: 16 hex digits over key, locator and the text without differences of white space."""
    plain = re.sub(r"\s+", " ", text).strip()
    return hashlib.sha256(f"{key}\x1f{locator}\x1f{plain}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def with_ids(passages: list[Passage]) -> list[Passage]:
    """Give each passage its id; the second of two identical ones gets a suffix, so that ids stay unique."""
    seen: dict[str, int] = {}
    result = []
    for one in passages:
        base = passage_id(one.key, one.locator, one.text)
        count = seen.get(base, 0)
        seen[base] = count + 1
        result.append(replace(one, id=base if not count else f"{base}-{count}"))
    return result


@dataclass(frozen=True, slots=True)
class Document:
    """One guideline as ingested."""

    key: str
    title: str
    family: str
    """``GPC``, ``PAI``, ``PRONAM`` or ``OTRO``."""
    institution: str
    year: int | None
    source_name: str
    """File name without its folder."""
    source_hash: str
    passages: list[Passage]
    warnings: tuple[str, ...] = ()
    """What the person who adds the file should know (Spanish)."""
    origin: Origin = "oficial"
