"""Headings: which parts of a document are dropped, and what a heading says of kind and population."""

from __future__ import annotations

import re
from typing import Literal

from corpora.ingest.clean import fold
from corpora.passages import AgeGroup, Kind, Population

_DROPPED = (
    r"bibliograf",
    r"referencias( bibliograficas)?$",
    r"lecturas recomendadas",
    r"directorio",
    r"autores?$",
    r"autor[ei]a",
    r"grupo de expertos",
    r"comite (ejecutivo|academico|guia)",
    r"equipo (tecnico|elaborador)",
    r"contenido$",
    r"tabla de contenido",
    r"indice( general)?$",
    r"agradecimientos?$",
    r"asesoria metodologica",
    r"revision por pares",
    r"validaci[oó]n (normativa|coordinacion|externa|interna)",
    r"coordinacion editorial",
    r"decalogo de bioetica",
    r"protocolo de busqueda",
    r"escalas? de gradacion",
    r"conflicto de interes",
    r"busqueda sistematica",
    r"cedula de verificacion",
    r"colaborador",
    r"participantes$",
)
_DROP = re.compile("|".join(f"^(?:[\\divx]+[.)]\\s*)*(?:{p})" for p in _DROPPED))


def is_dropped(heading: str) -> bool:
    """True for parts without clinical content: contents, bibliography, directory, authors, search method."""
    return bool(_DROP.search(fold(heading).strip(" .:*#")))


def kind_of(path: tuple[str, ...], *, table: bool = False) -> Kind:
    """Kind that the headings give a passage: algorithm, table or running text."""
    if any(fold(part).startswith(("algoritmo", "flujograma", "diagrama de flujo")) for part in path):
        return "algoritmo"
    if table or (path and re.match(r"(tabla|cuadro)\b", fold(path[-1]))):
        return "tabla"
    return "texto"


_LEVELS = {1: r"primer(?:o)?|1er|1o", 2: r"segundo|2o|2do", 3: r"tercer(?:o)?|3er|3o"}


def levels_of(text: str) -> tuple[int, ...]:
    """Levels of care that a heading names: «Segundo y tercer nivel» → (2, 3); none named → ()."""
    plain = fold(text)
    if not re.search(r"\bnivel(?:es)?\b", plain):
        return ()
    if re.search(r"tres niveles|3 niveles|todos los niveles", plain):
        return (1, 2, 3)
    found = tuple(n for n, pattern in _LEVELS.items() if re.search(rf"\b(?:{pattern})\b", plain))
    return found


_PREGNANT = re.compile(r"\b(embaraz|gestan|gestacion|prenatal|obstetr|puerper|parto|preeclamps|lactancia)")
_CHILD = re.compile(
    r"\b(nin[ao]s?|pediatri|adolescen|infan(?:cia|til)|lactante|escolar|preescolar|menores de (?:5|10|18) anos)"
)
_NEWBORN = re.compile(r"\b(recien nacid|neonat|rn\b|prematur)")
_OLD = re.compile(r"\b(adult[ao]s? mayor|persona(?:s)? mayor|ancian|geriatr|fragil)")
_ADULT = re.compile(r"\b(adult[ao]s?|mayores de (?:18|20) anos)\b")
_WOMEN = re.compile(r"\b(mujer(?:es)?|femenin|cervicouterin|mama\b|embaraz|gestan)")
_MEN = re.compile(r"\b(hombres?|varon(?:es)?|masculin|prostat)")


def population_of(title: str, path: tuple[str, ...]) -> Population:
    """Population that title and headings state; the innermost heading that says something wins."""
    age: AgeGroup | None = None
    sex: Literal["M", "F"] | None = None
    pregnancy: bool | None = None
    level: tuple[int, ...] = ()
    for part in (title, *path):
        plain = fold(part)
        if _NEWBORN.search(plain):
            age = "recien_nacido"
        elif _OLD.search(plain):
            age = "adulto_mayor"
        elif _CHILD.search(plain) and not _ADULT.search(plain):
            age = "pediatria"
        elif _ADULT.search(plain) and not _CHILD.search(plain):
            age = "adulto"
        if _PREGNANT.search(plain):
            pregnancy, sex = True, "F"
        women, men = bool(_WOMEN.search(plain)), bool(_MEN.search(plain))
        if women != men:
            sex = "F" if women else "M"
        level = levels_of(part) or level
    return Population(age, sex, pregnancy, level)
