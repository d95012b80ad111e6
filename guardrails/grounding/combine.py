# ruff: noqa: E501  (long patterns are kept on one line)
"""Turns an alignment (and, where asked, the reader's probability) into one calibrated probability.

A logistic regression over named features; its coefficients are data (``data/combiner.json``), trained by
``python -m eval.grounding.train`` on the training pairs alone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from guardrails.grounding.align import Alignment
from guardrails.grounding.annotate import Annotation

PATH = Path(__file__).parent / "data" / "combiner.json"


_STUDIES = frozenset(
    ["rx", "tac", "rm", "usg", "doppler", "ecocardiograma", "holter", "mastografia", "colposcopia", "endoscopia", "colonoscopia", "espirometria", "eeg", "emg", "biopsia", "densitometria", "urocultivo", "hemocultivo", "coprocultivo", "cultivo", "coprologico", "ego", "gasometria", "prueba_vih", "prueba_covid", "anticuerpos", "puncion_lumbar", "papanicolaou", "grupo_rh", "carga_viral", "troponina", "perfil_tiroideo", "cateter", "intubacion", "ventilacion", "hemodialisis", "transfusion_proc", "colecistectomia", "apendicectomia", "histerectomia", "cesarea", "laparotomia", "laparoscopia", "legrado", "consentimiento", "interconsulta", "ayuno", "sonda_vesical", "sonda_nasogastrica", "incapacidad"]
)
"""Studies and procedures with a name of their own: one the source doesn't mention was hardly paraphrased."""
_VAGUE = frozenset(
    ["cita", "alta", "referencia", "medicion", "dieta", "ejercicio", "reposo", "hospitalizacion", "hidratacion", "higiene", "curacion", "retiro", "retirar", "parto", "reduccion_p", "laboratorios", "cirugia", "trabajo", "vivienda", "evacuaciones", "sintomas", "complicaciones", "lesion", "dolor", "molestias", "edema", "sangre", "sueno", "apetito", "tolera_oral", "gasto", "infeccion", "enfermedad_cronica"]
)
"""Concepts that many other words express."""


TAJANTES = {"valor_exacto": 2.5, "opuesto": 2.5, "opuesto_lista": 2.5, "orden_valores": 2.5, "de_otra_persona": 2.0, "unidad": 2.5, "unidad_dudosa": 1.0, "confirmado": 2.0, "side": 2.5,
            "contexto_lado": 1.0, "cruce:time": 2.0, "actor:firmar": 1.0, "signo": 2.5, "comparador": 2.5}  # fmt: skip
"""Reasons (and the weight from which) that were an error in at least 97 of 100 training pairs: found by exact
comparison, they can't be outvoted by the reader."""


DOUBTLESS = 0.1
"""What is left of the probability where there is such a reason; below every threshold."""


def features(alignment: Alignment, statement: Annotation) -> dict[str, float]:
    """Named features of one alignment: how much each sort of reason weighs, capped, and what stayed unexplained."""
    out: dict[str, float] = {}

    def add(name: str, value: float, cap: float = 4.0) -> None:
        out[name] = min(out.get(name, 0.0) + value, cap)

    contradiction = missing = 0.0
    for f in alignment.findings:
        detail = f.detail.split(":")[0]
        if detail in ("palabra", "ausente"):
            missing += f.weight
            name = f"{detail}:{f.concept_type}" if detail == "ausente" else detail
            if detail == "ausente" and f.concept in _STUDIES:
                name = "ausente:estudio"
            elif detail == "ausente" and f.concept in _VAGUE:
                name = "ausente:vago"
            add(name, 1.0, 3.0)
            continue
        contradiction = max(contradiction, f.weight)
        add(detail, f.weight)
        if f.weight >= TAJANTES.get(f.detail, 9.0):
            out["tajante"] = 1.0
        if f.detail.startswith(("cruce", "actor")):
            add(f.detail, f.weight)
        if detail == "polaridad":
            add(f"polaridad:{f.concept_type if f.concept_type in ('sx', 'dx', 'word', 'habit') else 'otro'}", f.weight)
        if detail == "sujeto" and f.weight >= 2.0:
            add("sujeto:dx", f.weight)
        if detail in ("cifra_ausente", "cifra_de_otro", "cifra_suelta"):
            add(f"{detail}:{'medida' if f.concept_type in ('drug', 'lab', 'vital') else 'otro'}", f.weight)
            if detail == "cifra_ausente" and f.source:
                add("cifra_contradicha", f.weight)
    out["contradiccion"] = contradiction
    out["faltante"] = min(missing, 6.0)
    content = sum(1 for m in statement.mentions if m.type != "state") + len(statement.quantities)
    # one strange word in what is otherwise a copy is an edit more often than a paraphrase
    strange = out.get("palabra", 0.0) + sum(v for k, v in out.items() if k.startswith("ausente"))
    out["extrano_en_copia"] = min(strange, 2.0) * max(0.0, alignment.literal - 0.5)
    out["cubierto"] = alignment.matched / max(1, alignment.mentions)
    out["especializado"] = float(min(alignment.specialised, 3))
    out["sin_enlace"] = alignment.unlinked / max(1, alignment.links)
    out["largo"] = min(content, 12) / 12
    out["literal"] = alignment.literal
    return out


@dataclass(frozen=True)
class Stage:
    """Final log-odds = scale · alignment + weight · reader + bias; supported from the threshold on."""

    scale: float = 1.0
    weight: float = 0.0
    bias: float = 0.0
    threshold: float = 0.5


@dataclass(frozen=True)
class Combiner:
    """Logistic combination with its thresholds: for alignment alone, and with each of the readers by its name."""

    weights: Mapping[str, float]
    bias: float = 1.6
    alone: Stage = field(default_factory=Stage)
    readers: Mapping[str, Stage] = field(default_factory=dict)
    doubt: tuple[float, float] = (0.02, 0.985)

    @classmethod
    def load(cls, path: Path = PATH) -> Combiner:
        """Read the trained coefficients; without the file, the weights of the reasons decide."""
        if not path.is_file():
            return cls({"contradiccion": -1.4, "faltante": -0.5, "sin_enlace": -0.4})
        data = json.loads(path.read_text(encoding="utf-8"))
        readers = {name: Stage(**stage) for name, stage in data["readers"].items()}
        return cls(data["weights"], data["bias"], Stage(**data["alone"]), readers, tuple(data["doubt"]))

    def aligned(self, values: Mapping[str, float]) -> float:
        """Log-odds by alignment."""
        return self.bias + sum(self.weights.get(name, 0.0) * value for name, value in values.items())

    def probability(
        self, values: Mapping[str, float], read: float | None = None, reader: str = ""
    ) -> tuple[float, bool]:
        """Calibrated probability that the statement is supported, and whether it passes the threshold.

        ``read``: the probability by the reader of that name, if it was asked.
        """
        stage = self.alone if read is None else self.readers.get(reader, Stage(weight=1.0))
        logit = stage.scale * self.aligned(values) + stage.bias
        if read is not None:
            p = min(max(read, 1e-4), 1 - 1e-4)
            logit += stage.weight * math.log(p / (1 - p))
        score = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
        if values.get("tajante"):
            score *= DOUBTLESS
        return score, score >= stage.threshold

    def in_doubt(self, values: Mapping[str, float]) -> bool:
        """Whether alignment leaves the verdict open."""
        score, _ = self.probability(values)
        return self.doubt[0] < score < self.doubt[1]
