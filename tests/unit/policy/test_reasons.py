"""Every rule says in words what it means that it objects."""

from __future__ import annotations

from campaignspec.policy import SENTENCES, Reason


def test_every_reason_has_a_sentence_of_its_own() -> None:
    assert set(SENTENCES) == set(Reason) - {Reason.NONE}
    assert len(set(SENTENCES.values())) == len(SENTENCES)
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())
