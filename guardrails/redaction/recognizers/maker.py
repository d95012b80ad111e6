# ruff: noqa: E501 - patterns and word lists stay on one line
"""Makers of a drug or device as published cases name them, in brackets with their city: «(Tobradex®, Alcon-Cusí, Barcelona)»,
«(Mentor®, Johnson & Johnson, New Jersey, EE.UU.)». MEDDOCAN's guide marks both (Marimon et al., IberLEF 2019)."""

from __future__ import annotations

import re
from typing import Any

from guardrails.redaction.presidio import LocalRecognizer, RecognizerResult

_UP, _WORD = "A-ZÁÉÍÓÚÑ", r"[\wáéíóúñü]+"
_TOWN = rf"[{_UP}]{_WORD}(?: [{_UP}]{_WORD}){{0,2}}"
_ABROAD = r"(?:Espa[ñn]a|Spain|EE\.? ?UU\.?|USA|U\.S\.A\.?|Estados Unidos|Alemania|Germany|Francia|France|Italia|Italy|Suiza|Switzerland|Jap[oó]n|Japan|Reino Unido|UK|England|Inglaterra|Suecia|Holanda|B[eé]lgica|Austria|Irlanda|California)"
_PLACE = rf"(?:Madrid|Barcelona|Valencia|Sevilla|Zaragoza|M[aá]laga|Bilbao|Alicante|Murcia|{_TOWN}, (?:{_TOWN}, )?{_ABROAD})"
_BRACKET = re.compile(r"\([^()\n]{5,120}\)")
_MAKER = re.compile(rf"[(,] ?(?P<maker>[{_UP}][\w®&.\-]*(?: (?:y |& |and )?[{_UP}][\w®&.\-]*){{0,3}}[®™]?), (?P<place>{_PLACE})(?=[),;])")


class MakerRecognizer(LocalRecognizer):
    """The maker (INSTITUCION) and its place (TERRITORIO); below what the network says."""

    def __init__(self) -> None:
        super().__init__(supported_entities=["INSTITUCION", "TERRITORIO"], supported_language="es", name="MakerRecognizer")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Both parts of every bracket that ends in a maker's city."""
        return [
            RecognizerResult(label, *match.span(part), 0.3)
            for bracket in _BRACKET.finditer(text)
            for match in _MAKER.finditer(text, *bracket.span())
            for part, label in (("maker", "INSTITUCION"), ("place", "TERRITORIO"))
        ]


RECOGNIZERS = (MakerRecognizer,)
