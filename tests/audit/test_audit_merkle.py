"""RFC 6962 trees: few proofs that must pass, many that must not."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.audit import merkle
from guardrails.audit.merkle import ProofError

LEAVES = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                     "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
"""Leaves of the test vectors published with Certificate Transparency."""
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def tree(size: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(size)]


def slow_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962 word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + slow_root(leaves[:split]) + slow_root(leaves[split:])).digest()


def test_published_roots() -> None:
    for size, expected in enumerate(ROOTS, start=1):
        assert merkle.root([merkle.leaf_hash(leaf) for leaf in LEAVES[:size]]).hex() == expected
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 34))
def test_every_proof_of_small_trees_holds_and_no_other_place_does(size: int) -> None:
    leaves = tree(size)
    root = slow_root(leaves)
    assert merkle.root(leaves) == root
    for index in range(size):
        proof = merkle.inclusion_proof(leaves, index, size)
        merkle.verify_inclusion(index, size, leaves[index], proof, root)
        for other in range(size + 2):
            if other != index:
                with pytest.raises(ProofError):
                    merkle.verify_inclusion(other, size, leaves[index], proof, root)
    for old in range(1, size + 1):
        proof = merkle.consistency_proof(leaves, old, size)
        merkle.verify_consistency(old, size, slow_root(leaves[:old]), root, proof)
        for wrong in range(size + 2):
            if wrong != old:
                with pytest.raises(ProofError):
                    merkle.verify_consistency(wrong, size, slow_root(leaves[:old]), root, proof)


def corruptions(proof: list[bytes]) -> dict[str, list[bytes]]:
    """Named ways to spoil a list of hashes."""
    extra = b"\x11" * 32
    spoiled = {
        "trailing hash": [*proof, extra],
        "leading hash": [extra, *proof],
        "trailing empty": [*proof, b""],
    }
    if proof:
        spoiled |= {
            "missing last": proof[:-1],
            "missing first": proof[1:],
            "short hash": [proof[0][:-1], *proof[1:]],
            "long hash": [proof[0] + b"\0", *proof[1:]],
            "last repeated": [*proof, proof[-1]],
            "empty proof": [],
        }
        for place in range(len(proof)):
            flipped = bytes([proof[place][0] ^ 1]) + proof[place][1:]
            spoiled[f"bit flip at {place}"] = [*proof[:place], flipped, *proof[place + 1 :]]
        if len(proof) > 1:
            spoiled["reversed"] = proof[::-1]
    return {name: one for name, one in spoiled.items() if one != proof}


@given(st.integers(1, 200), st.data())
def test_a_spoiled_inclusion_proof_is_refused(size: int, data: st.DataObject) -> None:
    leaves = tree(size)
    index = data.draw(st.integers(0, size - 1))
    proof, root = merkle.inclusion_proof(leaves, index, size), merkle.root(leaves)
    merkle.verify_inclusion(index, size, leaves[index], proof, root)
    for name, wrong in corruptions(proof).items():
        with pytest.raises(ProofError):
            merkle.verify_inclusion(index, size, leaves[index], wrong, root)
            pytest.fail(name)
    for bad_root in (b"", root[:-1], root + b"\0", merkle.EMPTY_ROOT, b"\0" * 32):
        with pytest.raises(ProofError):
            merkle.verify_inclusion(index, size, leaves[index], proof, bad_root)
    for bad_leaf in (b"", leaves[index][:-1], leaves[index] + b"\0", merkle.leaf_hash(leaves[index])):
        with pytest.raises(ProofError):
            merkle.verify_inclusion(index, size, bad_leaf, proof, root)
    for other in (size + 1, size - 1, 2 * size + 1):
        if len(merkle_path(index, other)) != len(proof):
            with pytest.raises(ProofError):
                merkle.verify_inclusion(index, other, leaves[index], proof, root)


def merkle_path(index: int, size: int) -> list[object]:
    return list(merkle.inclusion_nodes(index, size)) if index < size else [None] * 99


@given(st.integers(1, 200), st.data())
def test_a_spoiled_consistency_proof_is_refused(size2: int, data: st.DataObject) -> None:
    leaves = tree(size2)
    size1 = data.draw(st.integers(1, size2))
    root1, root2 = merkle.root(leaves[:size1]), merkle.root(leaves)
    proof = merkle.consistency_proof(leaves, size1, size2)
    merkle.verify_consistency(size1, size2, root1, root2, proof)
    for name, wrong in corruptions(proof).items():
        with pytest.raises(ProofError):
            merkle.verify_consistency(size1, size2, root1, root2, wrong)
            pytest.fail(name)
    if size1 != size2:
        with pytest.raises(ProofError):  # swapped roots
            merkle.verify_consistency(size1, size2, root2, root1, proof)
        with pytest.raises(ProofError):  # back in time
            merkle.verify_consistency(size2, size1, root2, root1, proof)
        with pytest.raises(ProofError):
            merkle.verify_consistency(size1, size2, root1, root1, proof)
    with pytest.raises(ProofError):
        merkle.verify_consistency(size1, size2, b"", root2, proof)
    with pytest.raises(ProofError):
        merkle.verify_consistency(size1, size2, root1, merkle.EMPTY_ROOT, proof)


def test_the_empty_tree() -> None:
    empty, one = merkle.EMPTY_ROOT, tree(1)[0]
    merkle.verify_consistency(0, 0, empty, empty, [])
    for arguments in (
        (0, 0, empty, one, []),
        (0, 0, empty, empty, [one]),
        (0, 1, empty, one, []),  # says nothing, so it proves nothing
        (0, 1, empty, one, [one]),
        (1, 1, one, empty, []),
        (1, 1, one, one, [one]),
        (1, 0, one, empty, []),
        (1, 2, one, one, []),
    ):
        with pytest.raises(ProofError):
            merkle.verify_consistency(*arguments)
    for index, size in ((0, 0), (1, 1), (1, 0), (0, 2**64), (2**64, 2**64 + 1)):
        with pytest.raises(ProofError):
            merkle.verify_inclusion(index, size, one, [], one)
    merkle.verify_inclusion(0, 1, one, [], one)
    with pytest.raises(ProofError):
        merkle.verify_inclusion(0, 1, b"", [], b"")
    with pytest.raises(ProofError):
        merkle.consistency_proof([], 0, 0)


@pytest.mark.parametrize("bad", [True, False, -1, 1.0, "1", None, 2**64])
def test_numbers_of_the_wrong_kind_are_refused(bad: object) -> None:
    one = tree(1)[0]
    with pytest.raises(ProofError):
        merkle.verify_inclusion(bad, 3, one, [], one)  # type: ignore[arg-type]
    with pytest.raises(ProofError):
        merkle.verify_inclusion(0, bad, one, [], one)  # type: ignore[arg-type]
    with pytest.raises(ProofError):
        merkle.verify_consistency(bad, 3, one, one, [])  # type: ignore[arg-type]
    with pytest.raises(ProofError):
        merkle.verify_consistency(1, bad, one, one, [])  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [None, "x" * 32, 7, [b"x" * 32], bytearray(32), b"x" * 31])
def test_hashes_of_the_wrong_kind_are_refused(bad: object) -> None:
    leaves = tree(3)
    root, proof = merkle.root(leaves), merkle.inclusion_proof(leaves, 1)
    with pytest.raises(ProofError):
        merkle.verify_inclusion(1, 3, bad, proof, root)  # type: ignore[arg-type]
    with pytest.raises(ProofError):
        merkle.verify_inclusion(1, 3, leaves[1], proof, bad)  # type: ignore[arg-type]
    with pytest.raises(ProofError):
        merkle.verify_inclusion(1, 3, leaves[1], [bad, *proof[1:]], root)  # type: ignore[list-item]
    with pytest.raises(ProofError):
        merkle.verify_consistency(2, 3, merkle.root(leaves[:2]), root, bad)  # type: ignore[arg-type]


def test_huge_sizes_are_decided_at_once() -> None:
    one = tree(1)[0]
    size = 2**64 - 1
    with pytest.raises(ProofError):
        merkle.verify_inclusion(size - 1, size, one, [one] * 63, one)
    with pytest.raises(ProofError):
        merkle.verify_consistency(2**63, size, one, one, [one] * 63)


def test_the_frontier_gives_every_root_without_the_leaves() -> None:
    frontier, leaves = merkle.Frontier(), tree(300)
    for size, leaf in enumerate(leaves, start=1):
        frontier.append(leaf)
        if size % 37 == 0 or size < 20:
            assert frontier.root() == slow_root(leaves[:size])
            with pytest.raises(ProofError):
                merkle.Frontier(size + 1, [*frontier._peaks, b"x" * 31])
