"""What is done to the log on a written order: erasing payloads and putting new keys in force."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from guardrails.audit import keys as key_files
from guardrails.audit.encode import encode
from guardrails.audit.entry import Action
from guardrails.audit.erasing import KEPT_ACTIONS, batched, erase_rows, purge, ranges
from guardrails.audit.errors import AuditEntryError, AuditNotFound
from guardrails.audit.interaction import Receipt
from guardrails.audit.reading import Reader
from guardrails.audit.standalone_verify import rotation_text
from guardrails.audit.writing import LAST, Writer

_RANGES = 200
"""Intervals one order entry names; the trigger looks through them for each row, so a long list goes in several."""


def erase(log: Writer, indices: Sequence[int], reason: str, order: str, reader: Reader) -> Receipt | None:
    """See :meth:`guardrails.audit.AuditLog.erase`."""
    if not order.strip():
        raise AuditEntryError("Falta la referencia de la orden de borrado.")
    store = log.store
    with log.transaction() as cursor:
        targets = []
        for index in sorted(set(indices)):
            cursor.execute(store.sql("SELECT action, content IS NULL FROM entry WHERE idx = ?"), (index,))
            row = cursor.fetchone()
            if row is None:
                raise AuditNotFound(f"No hay ninguna entrada con el número {index}.")
            if row[0] not in KEPT_ACTIONS and not row[1]:
                targets.append(index)
        if not targets:
            return None
        entry = reader.entry("borrado").model_copy(update={"action": Action.ERASE, "detail": {}})
        for part in batched(ranges(targets), _RANGES):
            erasure = {"entries": list(part), "reason": reason, "order": order.strip()}
            receipt = log.insert(cursor, encode(entry, log.keys.pseudonyms, erasure=erasure))
            erase_rows(store, cursor, [one for a, b in part for one in range(a, b + 1)], receipt.index)
    purge(store)
    return receipt


def rotate(log: Writer, reader: Reader, checkpoint: bool, pseudonyms: bool) -> Receipt:
    """See :meth:`guardrails.audit.AuditLog.rotate`."""
    folder, origin = log.keys_dir, log.origin
    with log.mutex:
        with log.transaction() as cursor:
            cursor.execute(LAST)
            log.frontier_at(cursor, cursor.fetchone())  # loads the keys another process put in force
            old = log.keys
            new = key_files.prepare(folder, origin, checkpoint=checkpoint, pseudonyms=pseudonyms)
            names: dict[str, str] = {}
            if checkpoint:
                before, after = str(old.signer.verifier), str(new.signer.verifier)
                signature = old.signer.sign(rotation_text(before, after))
                names |= {"previous": before, "checkpoint": after}
                names["signature"] = base64.b64encode(signature).decode()
            if pseudonyms:
                names["pseudonym"] = new.pseudonyms.key_id
            entry = reader.entry("llaves").model_copy(update={"action": Action.KEY_ROTATION, "detail": {}})
            receipt = log.insert(cursor, encode(entry, old.pseudonyms, keys=names))
        key_files.install(folder, old)
        log.keys = key_files.load(folder, origin)
        key_files.publish(folder, log.keys.signer)
    return receipt
