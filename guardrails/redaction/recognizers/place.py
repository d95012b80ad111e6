# ruff: noqa: E501 - patterns and word lists stay on one line
"""Municipalities and states of Mexico: the name list in ``data/places.txt`` (from faker-persona-mx's LADA table, MIT, and the
32 states, INEGI Catálogo único de claves), where a word before it or its form says that a place is meant."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from guardrails.redaction.presidio import RecognizerResult
from guardrails.redaction.recognizers.base import FoldedRecognizer, rule

_PATH = Path(__file__).parents[1] / "data" / "places.txt"
_CUE = (
    r"(?:originari[oa]s?|orig\.?|residentes?|resid?\.?|radica(?:ndo)?|procedentes?|proviene|natural|nacid[oa]|nacio|vive(?:n)?|habita|traslad(?:ado|ada|o)|viaj[oea]s?(?: reciente)?|viene|vino|vecin[oa]|avecindad[oa]"
    r"|referid[oa]|enviad[oa]|emigr[oa]|migr[oa]|trabaja(?:ba)?|estuvo|lugar de (?:nacimiento|origen|residencia)|municipio|mpio\.?|alcaldia|delegacion|deleg\.|estado|edo\.?|ciudad|cd\.?|poblacion|localidad|lugar)"
)


@cache
def _places() -> tuple[frozenset[str], int]:
    names = frozenset(_PATH.read_text(encoding="utf-8").split("\n")) - {""}
    return names, max(name.count(" ") + 1 for name in names)


class PlaceRecognizer(FoldedRecognizer):
    """Cue and capitalised or listed name; «municipio de X»; city and state in a row («Apizaco, Tlaxcala»)."""

    LABEL = "MUNICIPIO_ESTADO"
    RULES = (
        rule(
            "cue",
            rf"(?<![a-z]){_CUE}(?: (?:actualmente|y (?:residente|radica)|reciente(?:mente)?|actual|federativa))?[ :]{{1,2}}(?:(?:de|del|en|a|la|el|hacia|desde)[ ]){{0,3}}"
            r"(?P<v>[a-zñ][a-zñ.]+(?: (?:de |del |de la |de los |la |el |los )?[a-zñ][a-zñ.]+){0,4})",
            0.7,
        ),
        rule("municipality", r"(?<![a-z])(?:municipio|mpio\.?|alcaldia|delegacion|cd\.?|ciudad|edo\.?|estado)(?: de| del)?:? (?P<v>[a-zñ]{3,}(?: (?:de |del |de la |de los )?[a-zñ]{3,}){0,3})", 0.7),
        rule("abbreviated", r"(?<![\w.])(?:cdmx|edomex|edo\.? ?(?:de )?mex\.?|d\. ?f\.|q\. ?roo|b\. ?c\. ?s?\.?(?= |,|$)|n\. ?l\.|s\. ?l\. ?p\.|ags\.|ver\.|jal\.|gto\.|mich\.|oax\.|pue\.|qro\.|sin\.(?=$|\n)|son\.|tab\.|tamps\.|tlax\.|yuc\.|zac\.|chih\.|coah\.|chis\.|camp\.|dgo\.|gro\.|hgo\.|mor\.|nay\.)(?![a-z])", 0.75),
    )
    _SURE = frozenset({"cdmx", "edomex"})

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Rules narrowed to listed names, and listed names that stand beside another listed one."""
        folded: str = nlp_artifacts.folded
        names, longest = _places()
        results = []
        for found in super().analyze(text, entities, nlp_artifacts):
            value = folded[found.start : found.end]
            if value in self._SURE or (value[:1] == "d" and "." in value and len(value) < 6):
                results.append(found)
            elif "." in value and len(value) < 9:
                before = folded[max(0, found.start - 2) : found.start]
                if before[-1:] in (" ", ",") and before != ". " and text[found.start].isupper():
                    results.append(found)
            else:
                best = self._longest(value, names, longest)
                if best:
                    results.append(RecognizerResult(self.LABEL, found.start, found.start + best, found.score))
        results += self._chained(text, nlp_artifacts, names, longest)
        return results

    @staticmethod
    def _longest(value: str, names: frozenset[str], longest: int) -> int:
        parts = value.split(" ")
        for count in range(min(longest, len(parts)), 0, -1):
            phrase = " ".join(parts[:count]).rstrip(".")
            if phrase in names:
                return len(phrase)
        return 0

    def _chained(self, text: str, artifacts: Any, names: frozenset[str], longest: int) -> list[RecognizerResult]:
        """«Tehuacán, Puebla» and «Puebla, Pue.»: a listed place beside a listed state, first letters capital or not."""
        folded: str = artifacts.folded
        offsets: list[tuple[int, int]] = artifacts.offsets
        results: list[RecognizerResult] = []
        states = _states()
        for index, (start, end) in enumerate(offsets):
            if folded[start:end] not in _STATE_HEADS:
                continue
            for count in (3, 2, 1):
                if index + count > len(offsets):
                    continue
                stop = offsets[index + count - 1][1]
                phrase = folded[start:stop]
                if phrase not in states:
                    continue
                before = index - 1
                if count == 1 and stop - start <= 5 and (text[start:stop].isupper() or phrase in _SHORT):
                    for back in range(1, min(longest, index) + 1):  # «La Paz BCS», «Zapopan jal»
                        if folded[offsets[index - back][0] : offsets[index - 1][1]] in names:
                            results.append(RecognizerResult(self.LABEL, start, stop, 0.75))
                            break
                if before >= 0 and folded[offsets[before][0]] in ",(":
                    head = before
                    for back in range(1, longest + 1):
                        if head - back < 0:
                            break
                        begin = offsets[head - back][0]
                        if folded[begin : offsets[head - 1][1]] in names:
                            results.append(RecognizerResult(self.LABEL, begin, offsets[head - 1][1], 0.85))
                            results.append(RecognizerResult(self.LABEL, start, stop, 0.85))
                break
        return results


@cache
def _states() -> frozenset[str]:
    return frozenset(
        ["aguascalientes", "baja california", "baja california sur", "campeche", "chiapas", "chihuahua", "ciudad de mexico", "coahuila", "colima", "durango", "guanajuato", "guerrero", "hidalgo", "jalisco", "estado de mexico", "michoacan", "morelos", "nayarit", "nuevo leon", "oaxaca", "puebla", "queretaro", "quintana roo", "san luis potosi", "sinaloa", "sonora", "tabasco", "tamaulipas", "tlaxcala", "veracruz", "yucatan", "zacatecas", "cdmx", "edomex", "mexico", "pue", "ver", "oax", "jal", "gto", "mich", "qro", "hgo", "mor", "tlax", "gro", "chis", "tamps", "nl", "slp", "ags", "zac", "dgo", "chih", "coah", "son", "sin", "nay", "tab", "yuc", "col", "camp", "bcs", "bc", "qroo", "mty"]
    )


_SHORT = frozenset({"qro", "jal", "mich", "gto", "oax", "tlax", "tamps", "slp", "ags", "dgo", "chih", "coah", "yuc", "bcs", "qroo", "hgo", "edomex", "cdmx", "nl"})
_STATE_HEADS = frozenset(one.split(" ")[0] for one in _states())

RECOGNIZERS = (PlaceRecognizer,)
