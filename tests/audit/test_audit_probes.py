"""Probes in the manner of public transparency-log projects: proofs of the published eight-leaf tree, each spoiled.

Leaves and roots are those published with Certificate Transparency; the ways to spoil a proof are the classes that
verifiers of such logs are commonly tried with. Every refusal must be a :class:`ProofError` and nothing else.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
from test_audit_merkle import LEAVES, ROOTS

from guardrails.audit import merkle
from guardrails.audit.merkle import EMPTY_ROOT, ProofError

HASHES = [merkle.leaf_hash(leaf) for leaf in LEAVES]
OTHER = bytes.fromhex("ab" * 32)
WRAP = 2**64  # the counters of those projects are unsigned 64-bit numbers: 0 - 1 is the largest of them


class Inclusion(NamedTuple):
    """Arguments of ``verify_inclusion``."""

    place: int
    size: int
    leaf: bytes
    proof: list[bytes]
    root: bytes


class Consistency(NamedTuple):
    """Arguments of ``verify_consistency``."""

    size1: int
    size2: int
    root1: bytes
    root2: bytes
    proof: list[bytes]


def root(size: int) -> bytes:
    return bytes.fromhex(ROOTS[size - 1])


def flipped(proof: list[bytes], place: int, mask: int) -> list[bytes]:
    one = proof[place]
    return [*proof[:place], bytes([one[0] ^ mask]) + one[1:], *proof[place + 1 :]]


def spoiled_inclusion(good: Inclusion) -> dict[str, Inclusion]:
    index, size, _, proof, head = good
    probes = {
        "index - 1": good._replace(place=(index - 1) % WRAP),
        "index - 1 below zero": good._replace(place=index - 1 - size),
        "index + 1": good._replace(place=index + 1),
        "index xor 2": good._replace(place=index ^ 2),
        "size * 2": good._replace(size=size * 2),
        "size / 2": good._replace(size=size // 2),
        "size 0": good._replace(size=0),
        "wrong leaf": good._replace(leaf=b"WrongLeaf"),
        "empty leaf": good._replace(leaf=b""),
        "root of the empty tree": good._replace(root=EMPTY_ROOT),
        "other root": good._replace(root=OTHER),
        "empty root": good._replace(root=b""),
        "trailing garbage": good._replace(proof=[*proof, b""]),
        "trailing root": good._replace(proof=[*proof, head]),
        "preceding garbage": good._replace(proof=[b"", *proof]),
        "preceding root": good._replace(proof=[head, *proof]),
    }
    for place in range(len(proof)):
        probes[f"bit 3 of hash {place}"] = good._replace(proof=flipped(proof, place, 8))
    if proof:
        probes["removed hash"] = good._replace(proof=proof[:-1])
        probes["inserted hash"] = good._replace(proof=[proof[0], OTHER, *proof[1:]])
        probes["empty proof"] = good._replace(proof=[])
    return probes


def spoiled_consistency(good: Consistency) -> dict[str, Consistency]:
    size1, size2, root1, root2, proof = good
    probes = {
        "size1 - 1": good._replace(size1=size1 - 1),
        "size1 + 1": good._replace(size1=size1 + 1),
        "size1 xor 2": good._replace(size1=size1 ^ 2),
        "size2 * 2": good._replace(size2=size2 * 2),
        "size2 / 2": good._replace(size2=size2 // 2),
        "wrong root1": good._replace(root1=b"WrongRoot"),
        "wrong root2": good._replace(root2=b"WrongRoot"),
        "swapped roots": good._replace(root1=root2, root2=root1),
        "empty proof": good._replace(proof=[]),
        "trailing garbage": good._replace(proof=[*proof, b""]),
        "trailing root1": good._replace(proof=[*proof, root1]),
        "trailing root2": good._replace(proof=[*proof, root2]),
        "preceding garbage": good._replace(proof=[b"", *proof]),
        "preceding root1": good._replace(proof=[root1, *proof]),
        "preceding root2": good._replace(proof=[root2, *proof]),
        "preceding first hash": good._replace(proof=[proof[0], *proof]),
        "truncated proof": good._replace(proof=proof[:-1]),
    }
    for place in range(len(proof)):
        probes[f"bit 4 of hash {place}"] = good._replace(proof=flipped(proof, place, 16))
    return probes


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 8), (5, 8), (2, 3), (1, 5), (7, 8), (6, 7), (4, 5)])
def test_inclusion_probes(index: int, size: int) -> None:
    good = Inclusion(index, size, HASHES[index], merkle.inclusion_proof(HASHES, index, size), root(size))
    merkle.verify_inclusion(*good)
    for name, probe in spoiled_inclusion(good).items():
        with pytest.raises(ProofError):
            merkle.verify_inclusion(*probe)
            pytest.fail(name)


@pytest.mark.parametrize(("size1", "size2"), [(1, 8), (6, 8), (2, 5), (6, 7), (4, 8), (3, 7), (7, 8)])
def test_consistency_probes(size1: int, size2: int) -> None:
    good = Consistency(size1, size2, root(size1), root(size2), merkle.consistency_proof(HASHES, size1, size2))
    merkle.verify_consistency(*good)
    for name, probe in spoiled_consistency(good).items():
        with pytest.raises(ProofError):
            merkle.verify_consistency(*probe)
            pytest.fail(name)


ANY, ANOTHER = b"any root", b"another root"


@pytest.mark.parametrize(
    ("probe", "holds"),
    [
        (Consistency(1, 1, HASHES[0], HASHES[0], []), True),
        # Two equal sizes: the roots are compared and not examined further.
        (Consistency(0, 0, ANY, ANY, []), True),
        (Consistency(1, 1, ANY, ANY, []), True),
        (Consistency(0, 0, ANY, ANOTHER, []), False),
        (Consistency(1, 1, ANY, ANOTHER, []), False),
        (Consistency(0, 0, EMPTY_ROOT, ANOTHER, []), False),
        (Consistency(1, 1, EMPTY_ROOT, ANOTHER, []), False),
        (Consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [EMPTY_ROOT]), False),
        (Consistency(1, 1, EMPTY_ROOT, EMPTY_ROOT, [EMPTY_ROOT]), False),
        # Every tree extends the empty one: a proof of it says nothing.
        (Consistency(0, 1, EMPTY_ROOT, ANOTHER, []), False),
        (Consistency(0, 1, EMPTY_ROOT, HASHES[0], []), False),
        (Consistency(0, 1, EMPTY_ROOT, EMPTY_ROOT, [EMPTY_ROOT]), False),
        # Back in time; no proof.
        (Consistency(1, 0, ANY, ANOTHER, []), False),
        (Consistency(2, 1, ANY, ANOTHER, []), False),
        (Consistency(1, 2, ANY, ANOTHER, []), False),
        (Consistency(WRAP - 1, 1, ANY, ANOTHER, []), False),
    ],
)
def test_consistency_of_sizes_that_need_no_proof(probe: Consistency, holds: bool) -> None:
    if holds:
        merkle.verify_consistency(*probe)
        merkle.verify_consistency(*probe[:4], None)  # as JSON writes the empty proof of some projects
        return
    with pytest.raises(ProofError):
        merkle.verify_consistency(*probe)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (0, 1), (1, 0), (2, 1), (WRAP - 1, 1), (-1, 1), (-1, 0)])
@pytest.mark.parametrize(("leaf", "head"), [(OTHER, b""), (b"", EMPTY_ROOT), (OTHER, EMPTY_ROOT), (b"", b"")])
def test_inclusion_in_trees_without_it(index: int, size: int, leaf: bytes, head: bytes) -> None:
    with pytest.raises(ProofError):
        merkle.verify_inclusion(index, size, leaf, [], head)


def test_the_only_leaf_of_a_tree() -> None:
    merkle.verify_inclusion(0, 1, HASHES[0], [], HASHES[0])
    merkle.verify_inclusion(0, 1, HASHES[0], None, HASHES[0])
    merkle.verify_inclusion(0, 1, HASHES[0], (), HASHES[0])
    for leaf, head in ((HASHES[0], b""), (b"", HASHES[0]), (b"", b""), (HASHES[0], HASHES[1])):
        with pytest.raises(ProofError):
            merkle.verify_inclusion(0, 1, leaf, [], head)


@pytest.mark.parametrize("proof", ["", "ab", 7, {}, {"a": 1}, iter([]), [None], [7], [["x"]], [b"", b""], object()])
def test_a_proof_of_another_type(proof: object) -> None:
    for call in (
        lambda: merkle.verify_inclusion(0, 2, HASHES[0], proof, root(2)),  # type: ignore[arg-type]
        lambda: merkle.verify_consistency(1, 2, root(1), root(2), proof),  # type: ignore[arg-type]
        lambda: merkle.verify_consistency(2, 2, root(2), root(2), [*HASHES[:1], proof]),  # type: ignore[list-item]
    ):
        with pytest.raises(ProofError):
            call()
