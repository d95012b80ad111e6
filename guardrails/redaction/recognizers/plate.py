# ruff: noqa: E501 - patterns and word lists stay on one line
"""Vehicle plates (NOM-001-SCT-2: state formats such as ABC-123-A, ABC-12-34, motorcycles otherwise): near their word, or
the full shape with hyphens beside a vehicle."""

from __future__ import annotations

from guardrails.redaction.recognizers.base import FoldedRecognizer, Rule, rule, words


class PlateRecognizer(FoldedRecognizer):
    """«placas ABC-123-A», «taxi placa A-01234», «vehículo ... XYZ-12-34»."""

    LABEL = "PLACA"
    CONTEXT = words("placas?", "vehiculo", "auto", "automovil", "camioneta", "taxi", "moto", "motocicleta", "carro", "ambulancia", "unidad", "camion", "trailer", "atropellado")
    REACH = 70
    RULES = (
        rule(
            "labelled",
            r"(?<![a-z])placas?(?: de circulacion)?[^\w]{0,7}(?:(?:no\.?|num\.?|del|de la|con|son|es)(?![a-z]))?[^\w\n]{0,4}"
            r"(?P<v>(?=[a-z0-9 \-]{0,7}\d)(?=[a-z0-9 \-]{0,7}[a-z])[a-z0-9]{1,3}[ \-]?[a-z0-9]{2,5}(?:[ \-][a-z0-9]{1,3})?)(?![a-z0-9])",
            0.95,
        ),
        rule("long", r"(?<![a-z])placas?(?: de circulacion| federal(?:es)?)?[^\w]{0,7}(?P<v>[a-z0-9]{1,4}(?:-[a-z0-9]{1,4}){1,3})(?![a-z0-9])", 0.95),
        rule("unit", r"(?<![a-z])(?:patrulla|unidad|ambulancia|grua|aeronave|helicoptero|avioneta|economico)(?: no\.?| num\.?| de)?[ :]{1,2}(?P<v>[a-z]{1,4}-\d{2,5}(?:-[a-z0-9])?|x[a-c]-[a-z]{3})(?![a-z0-9])", 0.85),
        rule("aircraft", r"(?<![a-z0-9])x[a-c]-[a-z]{3}(?![a-z0-9])", 0.8),
        rule("shape", r"(?<![a-z0-9])[a-z]{3}-\d{2,3}-(?:\d{2}|[a-z])(?![a-z0-9])", 0.9),
        rule("moto", r"(?<![a-z0-9])(?:[a-z]\d{2}-?[a-z]{2,3}|[a-z]{2,3}-\d{3,4}-[a-z]|\d{2,3}-[a-z]{3}|[a-z]-\d{2}-[a-z]{3}|[a-z]{2}-\d{4,5})(?![a-z0-9])", 0.8, context=True),
    )

    def validate(self, value: str, rule: Rule, near: bool) -> float | None:
        """A plate has a digit and a letter."""
        if rule.name == "aircraft" or (rule.name == "unit" and value.startswith("x")):
            return rule.score
        if not (any(one.isdigit() for one in value) and any(one.isalpha() for one in value)):
            return None
        return super().validate(value, rule, near)


RECOGNIZERS = (PlateRecognizer,)
