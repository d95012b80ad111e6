# ruff: noqa: E501 - patterns and word lists stay on one line
"""Passports (Mexican: one letter and eight digits, SRE), driving and military papers, visas, CUIP, CUIS, CLUES of a
person's document: only near their word."""

from __future__ import annotations

import re

from guardrails.redaction.recognizers.base import FoldedRecognizer, Rule, rule

_LINK = r"[^\w]{0,6}(?:mexicano|mexicana|no\.?|num\.?|numero|de|conducir|manejo|militar|vigente|es|con|folio)?[^\w]{0,6}"


class PassportRecognizer(FoldedRecognizer):
    """«pasaporte G12345678», «licencia de conducir B00123456», «cartilla militar C-1234567»."""

    LABEL = "OTRO_ID"
    def validate(self, value: str, rule: Rule, near: bool) -> float | None:
        """A card number has three digits at least and is no clinical value; the rest is sure."""
        if rule.name == "card":
            digits = sum(one.isdigit() for one in value)
            if digits < 3 or re.search(r"[a-z]{5,}| ml| cc| mg", value) or re.fullmatch(r"\d{1,2}/\d{1,2}/\d{2,4}", value):
                return None
        return super().validate(value, rule, near)

    RULES = (
        rule(
            "labelled",
            rf"(?<![a-z])(?:pasaporte|pasap|passport|licencia|cartilla|visa|fm[23]|cuip|cuis|cartilla sm|smn){_LINK}{_LINK}"
            r"(?P<v>[a-z]{0,3}[ \-]?\d(?:[ \-]?\d){5,12}[a-z]?)(?!\w)",
            0.9,
        ),
        rule("foreign", rf"(?<![a-z])(?:pasaporte|pasap|passport|visa|carnet(?: de residente)?|residencia|tarjeta de residente|nut|nue){_LINK}{_LINK}(?P<v>(?=[a-z0-9\-]{{0,9}}\d)[a-z0-9\-]{{6,14}}(?: \d{{4,10}})?)(?!\w)", 0.85),
        rule(
            "card",
            r"(?<![a-z])(?:ficha|gafete|credencial|carnet|carne|bolsa|paquete globular|unidad de sangre|economico|num(?:ero)?\.? economico|no\.? de (?:empleado|trabajador|bolsa|socio|cliente|poliza|ficha)|num(?:ero)? de (?:empleado|trabajador|socio|poliza)|id(?: de)? (?:socio|empleado|cliente|usuario)"
            r"|poliza(?: mayor)?|inapam|afore|infonavit no\.?|firma[_ ]electronica|sello digital|folio fiscal|token|usuario|matricula de la aeronave|sn|s/n(?=:)|numero de serie|no\.? serie|serie|marcapasos serie|reg(?:istro)?\.? ?s\.? ?s\.? ?a\.?|colegiado)"
            r"[^\w\n]{0,3}(?:no\.?|num\.?|numero|n[°º]\.?|de|del|es|rt|mx|sn|termina en|que termina en)?[^\w\n]{0,3}(?P<v>(?=[a-z0-9\-/ ]{0,8}\d)[a-z]{0,3}[ \-]?[a-z0-9][a-z0-9\-/]{2,24}(?: \d{2,9}){0,3})(?!\w|[.,]\d| ?(?:ml|cc|mg|gr?|ui|u|cm|mm|anos|dias|h|hrs|kg|%)(?![a-z]))",
            0.8,
        ),
        rule("ending", r"(?<![a-z])termina(?:cion)?s? (?:en )?(?P<v>\d{2,4}(?:-[a-z0-9]{1,2})?)(?!\w|[.,]\d)", 0.8),
        rule("bare", r"(?<![\w])g\d{8}(?!\w)", 0.8),
    )


RECOGNIZERS = (PassportRecognizer,)
