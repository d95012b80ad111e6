"""Build ``catalogue.csv`` from the public lists: ``python -m corpora.catalogue.build FOLDER``.

``FOLDER`` holds the four lists as handed over (facts only: key, title, institution, specialty, age group,
level, year, address): ``indice_gpc_normalizado.xlsx`` (815 guidelines, state of 2017), ``gpc_373_urls.json``,
``ermed_523_guias_urls.js`` and ``pai_urls.csv``. PAI and PRONAM get the project's short keys
(``protocols.tsv``). One row a guideline: versions of one number (``IMSS-076-08``, ``GPC-IMSS-076-21``) are
one row under the newest key; the older ones stay in ``earlier_keys``.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz import fuzz

from corpora.catalogue.protocols import protocols
from corpora.catalogue.table import COLUMNS, FILE, LIST_DATE
from corpora.ingest.clean import fold, squeeze
from corpora.ingest.identity import GPC_KEY, normalise_key

_AGES = {"A": "adulto", "P": "pediatria", "T": "todas"}
_SPECIALTIES = {
    "gineco obstetricia": "Ginecología y Obstetricia",
    "alergia e inmunologia": "Alergia e Inmunología Clínica",
    "sin especialidad": "",
    "neumologia": "Neumología",
}
_TRUSTED = re.compile(r"^https?://(?:www\.)?imss\.gob\.mx/", re.I)
"""Only these addresses are kept: the former catalogue site is reported dead or taken over."""
_FILE_NUMBER = re.compile(r"/(\d{3})G(?:ER|RR)[^/]*\.pdf$", re.I)


@dataclass
class _Fact:
    """One line of one list."""

    key: str
    title: str
    source: str
    institution: str = ""
    specialty: str = ""
    age_group: str = ""
    level: str = ""
    year: str = ""
    status: str = ""
    url: str = ""


@dataclass
class _Guideline:
    facts: list[_Fact] = field(default_factory=list)


def _sheets(path: Path) -> dict[str, list[dict[str, str]]]:
    """Sheets of an xlsx as rows by column letter (standard library only)."""
    from xml.etree import ElementTree

    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(path) as archive:
        shared = [
            "".join(t.text or "" for t in item.iter(f"{{{space['m']}}}t"))
            for item in ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))  # noqa: S314
        ]
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
        names = [sheet.get("name", "") for sheet in book.iter(f"{{{space['m']}}}sheet")]
        result = {}
        for number, name in enumerate(names, 1):
            rows = []
            tree = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314
            for row in tree.iter(f"{{{space['m']}}}row"):
                cells = {}
                for cell in row:
                    value = cell.find("m:v", space)
                    text = value.text if value is not None and value.text else ""
                    letter = re.sub(r"\d", "", cell.get("r", ""))
                    cells[letter] = shared[int(text)] if cell.get("t") == "s" and text else text
                rows.append(cells)
            result[name] = rows
    return result


def _from_index(path: Path) -> Iterator[_Fact]:
    sheets = _sheets(path)
    names = {r.get("A", ""): r.get("B", "") for r in sheets["Institucion"][1:]}
    specialties = {r.get("A", ""): r.get("B", "") for r in sheets["Especialidad"][1:]}
    levels: dict[str, set[str]] = defaultdict(set)
    for row in sheets["CatalogoNivel"][1:]:
        levels[row.get("A", "")].add(row.get("B", ""))
    for row in sheets["Catalogo"][1:]:
        key = row.get("A", "")
        yield _Fact(
            key, row.get("E", ""), "índice 2017", names.get(row.get("B", ""), ""),
            _specialty(specialties.get(row.get("C", ""), "")), _AGES.get(row.get("D", ""), ""),
            "".join(sorted(levels.get(key, set()))), row.get("F", ""), row.get("H", ""),
        )  # fmt: skip


def _from_urls(path: Path) -> Iterator[_Fact]:
    for row in json.loads(path.read_text(encoding="utf-8")):
        places = [
            row.get("ger_gpc_id") or "",
            row.get("grr_gpc_id") or "",
            row.get("ger_url") or "",
            row.get("grr_url") or "",
        ]
        found = next((m.group(1) for p in places if (m := GPC_KEY.search(p.upper()))), "")
        url = row.get("ger_url") or row.get("grr_url") or ""
        yield _Fact(found, row["title"], "lista de 373", url=url)


def _from_ermed(path: Path) -> Iterator[_Fact]:
    text = path.read_text(encoding="utf-8", errors="replace")
    pattern = r'"nombreGuia":\s*"(.*?)",\s*"urlGrNormal":\s*"(.*?)"'
    for name, url in re.findall(pattern, text, flags=re.S):
        name = squeeze(name.replace("\\n", " ").replace("\\r", " ").replace('\\"', '"'))
        name = re.sub(r"^([A-Z]+)\s+-\s?(\d)", r"\1-\2", name)
        category = re.search(r"Categor.{1,3}a\s*:\s*(.*?)\s*Archivos", name)
        title = re.split(r"\s*(?:Categor.{1,3}a\s*:|Archivos\s*:)", name)[0]
        found = GPC_KEY.match(title.upper())
        key = found.group(1) if found else ""
        title = title[len(key) :] if key else title
        yield _Fact(key, title, "lista de 523", specialty=_specialty(category.group(1) if category else ""),
                    url=url if url.startswith("http") else "")  # fmt: skip


def _from_pai(path: Path) -> Iterator[_Fact]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["Categoria"] in ("Patología", "Urgencia")]
    for row in rows:
        best = max(
            (p for p in protocols() if p.family == "PAI"), key=lambda p: fuzz.ratio(fold(p.topic), fold(row["Titulo"]))
        )
        if fuzz.ratio(fold(best.topic), fold(row["Titulo"])) < 90:
            raise SystemExit(f"PAI sin clave en protocols.tsv: {row['Titulo']}")
        yield _Fact(best.key, best.title, "lista de PAI", "IMSS", url=row["URL"] if row["URL_Valida"] == "Si" else "")


def _specialty(text: str) -> str:
    bare = squeeze(text.replace("\ufffd", ""))
    return _SPECIALTIES.get(fold(bare), bare)


def clean_title(title: str) -> str:
    """White space, stray punctuation and broken quotes out; the wording stays."""
    text = squeeze(title.replace("\ufffd", "").replace("\u00a0", " "))
    text = re.sub(r"^[\s,.:;–-]+|[\s,.:;–-]+$", "", text)
    text = re.sub(r"\s+([,.;:])", r"\1", text)
    text = re.sub(r"\s*\((?:GER|GRR)\)$", "", text)
    return text[:1].upper() + text[1:]


def _number(key: str) -> tuple[str, str] | None:
    """(institution, number) that versions of one guideline share."""
    match = re.match(r"(?:GPC-)?([A-Z]+)-(\d+)-\d{2}$", key)
    if match is None:
        return None
    institution = {"S": "SS", "SSA": "SS"}.get(match.group(1), match.group(1))
    return institution, match.group(2).zfill(3)


def _key_year(key: str) -> int:
    match = re.search(r"-(\d{2})$", key)
    return 2000 + int(match.group(1)) if match else 0


def merge(facts: list[_Fact]) -> list[dict[str, str]]:
    """Rows of the catalogue, sorted by key."""
    groups: dict[object, _Guideline] = defaultdict(_Guideline)
    loose: list[_Fact] = []
    for fact in facts:
        fact.title = clean_title(fact.title)
        fact.url = fact.url if _TRUSTED.match(fact.url) else ""
        fact.key = normalise_key(fact.key) if fact.key else ""
        if not fact.title:
            continue
        number = _number(fact.key)
        if number is not None:
            groups[number].facts.append(fact)
        elif fact.key:
            groups[fact.key].facts.append(fact)
        else:
            loose.append(fact)
    for fact in loose:
        name = _home(fact, groups)
        groups[name].facts.append(fact)
    return sorted((_row(name, group.facts) for name, group in groups.items()), key=lambda row: row["key"])


def _home(fact: _Fact, groups: dict[object, _Guideline]) -> object:
    """Group of a line without key: by the number in its file's name, else by its title, else a new one."""
    plain = fold(fact.title)
    number = _FILE_NUMBER.search(fact.url)
    if number is not None and ("IMSS", number.group(1)) in groups:
        home = groups[("IMSS", number.group(1))]
        if any(fuzz.token_set_ratio(plain, fold(one.title)) >= 70 for one in home.facts):
            return ("IMSS", number.group(1))
    scored = (
        (max(fuzz.token_sort_ratio(plain, fold(one.title)) for one in g.facts), name) for name, g in groups.items()
    )
    best = max(scored, key=lambda pair: pair[0])
    return best[1] if best[0] >= 90 else "SN-" + re.sub(r"[^A-Z0-9]+", "-", plain.upper())[:60].strip("-")


def _row(name: object, facts: list[_Fact]) -> dict[str, str]:
    keys = sorted({f.key for f in facts if f.key}, key=lambda k: (_key_year(k), k.startswith("GPC-"), k))
    key = keys[-1] if keys else str(name)
    order = {"índice 2017": 0, "lista de 373": 1, "lista de 523": 2, "lista de PAI": 0, "protocolos": 0}
    current = [f for f in facts if f.key == key] or facts
    ranked = sorted(current, key=lambda f: (order[f.source], -len(f.title)))
    first = lambda field_: next((str(getattr(f, field_)) for f in ranked + facts if getattr(f, field_)), "")  # noqa: E731
    family = key.split("-")[0]
    institution = first("institution") or (name[0] if isinstance(name, tuple) else "")
    year = first("year")
    if keys and _key_year(key) > int(year or 0):
        year = str(_key_year(key))
    others = sorted(
        {f.title for f in facts if fuzz.ratio(fold(f.title), fold(ranked[0].title)) < 92} - {ranked[0].title}
    )
    url = first("url")
    return {
        "key": key,
        "title": ranked[0].title,
        "family": family if family in ("PAI", "PRONAM") else "GPC",
        "institution": {"S": "SS", "SSA": "SS"}.get(institution, institution),
        "specialty": first("specialty"),
        "age_group": first("age_group"),
        "level": first("level"),
        "year": year,
        "status": "vigencia no verificada",
        "url": url,
        "url_seen": LIST_DATE if url else "",
        "earlier_keys": ";".join(k for k in keys[:-1] if k != key),
        "other_titles": ";".join(t.replace(";", ",") for t in others),
        "source": ";".join(sorted({f.source for f in facts})),
    }


def build(folder: Path) -> list[dict[str, str]]:
    """All lists of ``folder`` merged."""
    facts = [
        *_from_index(folder / "indice_gpc_normalizado.xlsx"),
        *_from_urls(folder / "gpc_373_urls.json"),
        *_from_ermed(folder / "ermed_523_guias_urls.js"),
        *_from_pai(folder / "pai_urls.csv"),
    ]
    for one in protocols():
        institution = "IMSS" if one.family == "PAI" else "SS"
        facts.append(_Fact(one.key, one.title, "protocolos", institution))
    return merge(facts)


def main() -> int:
    """Write ``catalogue.csv`` beside this module."""
    if len(sys.argv) != 2:
        print("Uso: python -m corpora.catalogue.build CARPETA", file=sys.stderr)  # noqa: T201
        return 2
    rows = build(Path(sys.argv[1]))
    with FILE.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} guías en {FILE.name}")  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
