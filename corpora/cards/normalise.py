"""Text made comparable: case, accents, invisible characters, decimals, thousands, spellings of units.

The same folding is applied to card and source, so that «1,500 mL», «1 500 ml» and «1500 ml» are one figure.
"""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
NUMBER = r"\d+(?:\.\d+)?(?:/\d+(?:\.\d+)?)*"

UNIT_SPELLINGS: tuple[tuple[str, str], ...] = (
    (r"mm\s*hg\b", "mmhg"),
    (r"(?:µ|μ)g\b|\bmcg\b", "mcg"),
    (r"\bmicrogramos?\b", "mcg"),
    (r"\bmiligramos?\b", "mg"),
    (r"\bmililitros?\b", "ml"),
    (r"\bgramos?\b|\bgrs?\b", "g"),
    (r"\bkilogramos?\b|\bkilos?\b", "kg"),
    (r"\blitros?\b|\blts?\b", "l"),
    (r"\bhoras?\b|\bhrs?\b", "h"),
    (r"\bminutos?\b", "min"),
    (r"\bsegundos?\b", "s"),
    (r"\bunidades internacionales\b", "ui"),
    (r"\bunidades\b", "u"),
    (r"\bsemanas de gestacion\b|\bsdg\b", "semana"),
    (r"\bsemanas\b", "semana"),
    (r"\bdias\b", "dia"),
    (r"\bmeses\b", "mes"),
    (r"\banos\b", "ano"),
    (r"\bpuntos\b", "punto"),
    (r"\bveces\b", "vez"),
    (r"\bdosis\b", "dosis"),
    (r"\bcentimetros?\b", "cm"),
    (r"\bkilocalorias?\b", "kcal"),
    (r"\bpor ciento\b", "%"),
)
_UNITS = tuple((re.compile(pattern), spelling) for pattern, spelling in UNIT_SPELLINGS)


def fold(text: str) -> str:
    """Lower case without accents or invisible characters; one spelling for numbers and units. Lines are kept."""
    text = INVISIBLE.sub("", text).replace("µ", "μ")
    text = unicodedata.normalize("NFKC", text).replace("⩽", "≤").replace("⩾", "≥")
    text = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    text = text.replace("–", "-").replace("—", "-").replace("−", "-").replace("\\", "").replace("*", "")
    text = text.replace("≥ ", "≥").replace("≤ ", "≤").replace("< ", "<").replace("> ", ">")
    text = re.sub(r"(?<=\d) (?=000\b)", "", text)
    text = re.sub(r"(?<![\d.])([1-9]\d{0,2}),(?=\d{3}\b)", r"\1", text)
    text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    text = re.sub(r"(?<=\d)\s+%", "%", text)
    for pattern, spelling in _UNITS:
        text = pattern.sub(spelling, text)
    return re.sub(r"/?\s*1\.73\s*m(?:2|\b)", "/1.73m2", text)


def words(text: str) -> list[str]:
    """The folded words and numbers of a text."""
    return re.findall(r"[a-zñ0-9]+", fold(text))


def values(text: str) -> list[str]:
    """Numeric values of a text, «140/90» as one; trailing zeros after the point dropped."""
    return [canonical(value) for value in re.findall(rf"(?<![\w.]){NUMBER}(?![\d])", fold(text))]


def canonical(value: str) -> str:
    """«7.0» and «7» are one value; so are both sides of «130.0/80»."""
    return "/".join(re.sub(r"\.0+$", "", part) for part in value.split("/"))
