# ruff: noqa: E501 - patterns and word lists stay on one line
"""Full calendar dates in the styles of Mexican notes; day first. Partial dates («marzo», «2019», «3/12», «hace 3 días»)
and hours are not personal data (decision table) and stay, except under the strict policy (label FECHA_PARCIAL)."""

from __future__ import annotations

import re

from guardrails.redaction.recognizers.base import FoldedRecognizer, Rule, rule

_MONTH = (
    r"(?:ene(?:ro)?|feb(?:rero)?|mar(?:zo)?|abr(?:il)?|may(?:o)?|jun(?:io)?|jul(?:io)?|ago(?:sto)?|sep(?:t(?:iembre)?)?"
    r"|set(?:iembre)?|oct(?:ubre)?|nov(?:iembre)?|dic(?:iembre)?|febreo|agto|novienbre|dicienbre|setienbre|septienbre)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_NUM_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:(?:19|20)\d{2}|\d{2})"
_YEAR4 = r"(?:19|20)\d{2}"
_UNITS = r"(?:uno|primero|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieci\w{3,6}|veinte|veinti\w{2,6}|treinta(?: y uno)?)"
_MONTH_LONG = r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre)"


class MexicanDateRecognizer(FoldedRecognizer):
    """Day, month and year; or day and month beside a word that makes it a calendar date."""

    LABEL = "FECHA"
    RULES = (
        rule("roman month", rf"(?<![\w,/\-]){_DAY}([\-/.])(?:i{{1,3}}|iv|vi{{0,3}}|ix|xi{{0,2}})\1{_YEAR}(?!\w|[/\-]\d)", 0.95),
        rule("iso", rf"(?<![\w.,/\-]){_YEAR4}([\-/.]){_NUM_MONTH}\1{_DAY}(?:t\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d{{1,6}})?)?(?:z|[+\-]\d{{2}}:?\d{{2}})?)?(?=$|\W|t\d|_)(?![/\-]\d)", 1.0),
        rule("numeric", rf"(?<![\w,/\-])(?<!\d\.){_DAY} ?([\-/.\\]) ?{_NUM_MONTH} ?\1 ?{_YEAR}(?!\w|[/\-]\d|[.,]\d)", 0.95),
        rule("mixed", rf"(?<![\w,/\-.])(?:{_DAY}[\-/.]{_NUM_MONTH}[\-/.]{_YEAR4}|(?:0[1-9]|[12]\d|3[01])[\-/.](?:0[1-9]|1[0-2])[\-/.]\d{{2}})(?!\w|[/\-]\d|[.,]\d)", 0.9),
        rule("american", rf"(?<![\w,/\-])(?<!\d\.){_NUM_MONTH}([\-/])(?:1[3-9]|2\d|3[01])\1{_YEAR4}(?!\w|[/\-]\d)", 0.9),
        rule("month name", rf"(?<![\w,/\-]){_DAY}(?:°|º)? ?[\-/. ,]{{0,2}}(?:de ?)?{_MONTH}\.?(?: ?[\-/.,] ?| ?de(?:l)?(?: ano)? ?| )?'?{_YEAR}(?!\w|[/\-]\d|[.,:]\d| ?(?:h|hrs?)\b)", 0.95),
        rule("of month", rf"(?<![\w,/\-])(?:1ro|1°|1º|primero|{_DAY}) (?:de )?{_MONTH_LONG}(?:,? (?:de(?:l)? )?(?:ano )?{_YEAR4})?(?!\w)", 0.9),
        rule("day month", rf"(?<![\w,/\-]){_DAY}[\-/ ]{_MONTH}(?!\w|[ \-/]\d)\.?", 0.8),
        rule("month day year", rf"(?<!\w){_MONTH}\.? {_DAY},? (?:de(?:l)? )?{_YEAR4}(?!\w)", 0.95),
        rule("in words", rf"(?<!\w){_UNITS} de {_MONTH_LONG}(?: de(?:l)?(?: ano)? (?:dos mil|mil novecientos|{_YEAR4})(?: (?:cero )?(?:{_UNITS}|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa)(?: y \w{{3,6}})?)?)?(?!\w)", 0.9),
        rule("days of the month", rf"(?<!\w)(?:{_DAY}|{_UNITS})(?: \(\w+\))? dias? del mes (?:de )?{_MONTH_LONG}(?: (?:de|del)(?: ano)?(?: de)? (?:{_YEAR4}|(?:dos mil|mil novecientos)(?: \w+(?: y \w+)?)?))?(?!\w)", 0.95),
        rule("said with numbers", rf"(?<!\w)(?:dia )?{_UNITS} del? (?:mes )?(?:de )?(?:{_UNITS}) del? (?:ano )?(?:dos mil )?(?:{_UNITS}|noventa y \w+|ochenta y \w+|setenta y \w+|sesenta y \w+|cincuenta y \w+)(?!\w)", 0.85),
        rule("day and year", rf"(?<!\w)\d{{1,2}} ?(?:de )?{_MONTH}\.? ?(?:de(?:l)? )?(?:ano )?{_YEAR4}(?!\w)", 0.95),
        rule("spaced", rf"(?<![\w.,/\-])(?:nac(?:imiento|io|id[oa])?|f\.? ?n\.?|fecha)[^\w\n]{{0,3}}(?P<v>{_DAY} {_NUM_MONTH} {_YEAR4})(?!\w)", 0.9),
        rule("compact", rf"(?<![\w.,/\-])(?P<v>{_YEAR4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?)(?![\w]|[.,]\d)", 0.85),
        rule("compact ddmmyyyy", rf"(?:fecha|nac(?:imiento)?|f\.? ?n\.?|fum|fur|ingreso|egreso)[^\w\n]{{0,4}}(?P<v>(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:{_YEAR4}|\d{{2}}))(?!\w)", 0.9),
        rule("range", rf"(?<![\w,/\-])(?:del? )?(?P<v>{_DAY} al? {_DAY} (?:de )?{_MONTH}(?:(?: de(?:l)?)? {_YEAR4})?)(?!\w)", 0.9),
        rule("weekday", rf"(?<!\w)(?:(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo),? |(?:vie|mie|sab|dom|jue)\.? ){_DAY}(?!\w|[:.,/\-]\d| ?(?:h|hrs?|horas|am|pm|a|al?|mg|dias|x|%)\b)", 0.6),
        rule("roman day month", rf"(?<![\w,/\-.]){_DAY}(?:-(?:i{{1,3}}|iv|vi{{0,3}}|ix|xi{{0,2}})|/(?:vii|viii|ix|xi{{0,2}}))(?!\w|[/\-.]\w)", 0.6),
        rule("of this month", rf"(?<!\w)(?:{_DAY}|{_UNITS}) (?:de este(?: mes)?|del mes (?:que entra|en curso|pasado)|del (?:actual|presente)(?: mes)?)(?!\w)", 0.7),
        rule("short day month", rf"(?<![\w,/\-.]){_DAY}[ \-/](?:mzo|abr|ene|ago|dic|feb|jun|jul|oct|sept?)(?!\w|[ \-/]\d)\.?", 0.7),
        rule(
            "label day month",
            rf"(?<![a-z])(?:fecha|cita|proxim[oa]|nac(?:imiento|io)?|f\.? ?n\.?|fum|fur|fpp|fup|ingreso|egreso|dia|a partir|desde|hasta|eco)[^\w\n]{{0,4}}(?:cita )?(?:de |el |para el |del )?(?P<v>{_DAY}/{_NUM_MONTH})(?!\w|[/\-.,%]\d|%| ?(?:puntos|de \d))",
            0.6,
        ),
    )

    def validate(self, value: str, rule: Rule, near: bool) -> float | None:
        """Readings that are clinical values are dropped."""
        if rule.name == "label day month" and int(value.split("/")[0]) <= int(value.split("/")[1]) and value.endswith(("/4", "/5", "/10", "/12")) and value[0] != "0":
            return None  # «3/10», «2/5» are scores, «3/12» three months
        if rule.name in ("numeric", "mixed") and "." in value:
            parts = re.split(r"\.", value)
            if len(parts) == 3 and len(parts[2].strip()) == 2 and any(len(one) == 1 for one in parts[:2]):
                return 0.7  # «1.2.24»: still a date
        if rule.name == "day month" and re.fullmatch(r"\d+ mar|\d+ sep|\d+ set|\d+ dic|\d+ ago|\d+ may|\d+ nov", value):
            return None
        return rule.score


class PartialDateRecognizer(FoldedRecognizer):
    """Month with year, redacted under the strict policy only."""

    LABEL = "FECHA_PARCIAL"
    RULES = (
        rule("month year", rf"(?<!\w){_MONTH_LONG}(?: de(?:l)?)?(?: ano)? {_YEAR4}(?!\w)|(?<![\w/\-.]){_NUM_MONTH}[/\-](?:19\d{{2}}|20[0-2]\d)(?!\w)", 0.6),
        rule("short month year", rf"(?<!\w){_MONTH}\.?[ /\-](?:de(?:l)? )?{_YEAR4}(?!\w)|(?<!\w)(?:{_MONTH_LONG}|(?:ene|feb|abr|jun|jul|ago|sept?|oct|nov|dic)\.?(?=[/\-]))[ /\-]\d{{2}}(?!\w|[:/\-.,]\d| ?(?:h|hrs?|mg|dias)\b)", 0.6),
    )


RECOGNIZERS = (MexicanDateRecognizer, PartialDateRecognizer)
