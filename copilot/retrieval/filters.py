"""Filters by population: a passage is left out only where it says that it is about somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from corpora.passages import AgeGroup, Population


@dataclass(frozen=True, slots=True)
class Filters:
    """What is known of the patient or the unit; None: not known, nothing is left out."""

    age_group: AgeGroup | None = None
    sex: Literal["M", "F"] | None = None
    pregnancy: bool | None = None
    level: int | None = None
    """Level of care of the unit (1, 2 or 3)."""
    keys: tuple[str, ...] = ()
    """Only these guidelines; empty: all."""

    @property
    def active(self) -> bool:
        """True where anything would be left out."""
        return bool(self.age_group or self.sex or self.pregnancy is not None or self.level or self.keys)

    def admits(self, key: str, population: Population) -> bool:
        """True where the passage may concern this patient."""
        if self.keys and key not in self.keys:
            return False
        if self.age_group and population.age_group and not _ages_meet(self.age_group, population.age_group):
            return False
        if self.sex and population.sex and self.sex != population.sex:
            return False
        if self.pregnancy is False and population.pregnancy:
            return False
        return not (self.level and population.level and self.level not in population.level)


_NEAR: dict[str, set[str]] = {
    "adulto": {"adulto", "adulto_mayor"},
    "adulto_mayor": {"adulto", "adulto_mayor"},
    "pediatria": {"pediatria", "recien_nacido"},
    "recien_nacido": {"pediatria", "recien_nacido"},
}


def _ages_meet(asked: str, stated: str) -> bool:
    return stated in _NEAR.get(asked, {asked})
