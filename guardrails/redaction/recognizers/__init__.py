"""The recognizers, one small file each; :func:`all_recognizers` is the list the engine runs."""

from __future__ import annotations

from guardrails.redaction.presidio import EntityRecognizer


def all_recognizers() -> list[EntityRecognizer]:
    """A fresh instance of every recognizer, in no special order."""
    from guardrails.redaction.recognizers import (
        address,
        age,
        agregado,
        blob,
        clabe,
        curp,
        date,
        email,
        employer,
        folio,
        form,
        handle,
        ine,
        license_,
        listed,
        maker,
        name,
        nss,
        passport,
        phone,
        place,
        plate,
        postcode,
        rfc,
        spoken,
        trained,
        unit,
    )

    modules = (
        address, age, agregado, blob, clabe, curp, date, email, employer, folio, form, handle, ine, license_, listed,
        maker, name, nss, passport, phone, place, plate, postcode, rfc, spoken, trained, unit,
    )  # fmt: skip
    return [recognizer() for module in modules for recognizer in module.RECOGNIZERS]
