from __future__ import annotations

import pytest

from campaignspec.measure.provenance import SENTENCES, Provenance, Quantity, provenance_of


@pytest.mark.parametrize(
    ("quantity", "rehearsal", "run"),
    [
        (Quantity.ENTRIES, Provenance.EXACT, Provenance.EXACT),
        (Quantity.TOUCHES, Provenance.UNTIL_FIRST_SEND, Provenance.EXACT),
        (Quantity.ANSWERS, Provenance.ASSUMED, Provenance.EXACT),
        (Quantity.BASELINE, Provenance.EXACT, Provenance.EXACT),
        (Quantity.CONVERSIONS, Provenance.ASSUMED, Provenance.EXACT),
        (Quantity.LIFT, Provenance.ASSUMED, Provenance.ESTIMATED),
    ],
)
def test_every_quantity_has_a_class(quantity, rehearsal, run):
    assert provenance_of(quantity, simulated=True) is rehearsal
    assert provenance_of(quantity, simulated=False) is run


def test_every_class_is_explained():
    assert set(SENTENCES) == set(Provenance)
