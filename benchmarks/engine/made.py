"""The data of the engine's benchmark, made once a size and kept as arrays on the disk.

The events and profiles are those of `benchmarks.reference_data`, bit for bit: 20 events a customer
over 180 days; sign-ups fall into days 90 to 150. Every run maps the arrays that it needs.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks import reference_data
from benchmarks.reference_data import BUILD, DAY, T0, TYPES, TZ_MINUTES
from campaignspec.digests import Ids

EVENTS_A_CUSTOMER: Final = 20
SECOND: Final = 1_000_000
START: Final = (T0 + 90 * DAY) * SECOND
"""The journeys run after this instant, in microseconds since 1970, …"""
END: Final = (T0 + 180 * DAY) * SECOND
"""… up to and including this one."""

_DONE: Final = "made.json"
_Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Made:
    """The arrays of one size.

    Attributes:
        customers: How many there are; a customer is a row.
        folder: Where the arrays lie.
        zone: By customer, a place in ``TZ_MINUTES``.
        agrees_to_email: By customer, whether e-mail is agreed to.
        agrees_to_sms: By customer, whether SMS is agreed to.
        signup: By customer, when it signed up, in microseconds since 1970.
    """

    customers: int
    folder: Path
    zone: npt.NDArray[np.int32]
    agrees_to_email: npt.NDArray[np.bool_]
    agrees_to_sms: npt.NDArray[np.bool_]
    signup: _Integers

    def events(self, kind: str) -> tuple[_Integers, _Integers]:
        """Return instants by customer and time, and where each customer's begin: one more."""
        return _mapped(self.folder, f"{kind}-ts"), _mapped(self.folder, f"{kind}-offsets")


def made(customers: int, folder: Path = BUILD / "engine") -> Made:
    """Open the data of a size that was made before."""
    place = folder / str(customers)
    return Made(
        customers=customers,
        folder=place,
        **{
            name: _mapped(place, name)
            for name in ("zone", "agrees_to_email", "agrees_to_sms", "signup")
        },
    )


def make(customers: int, folder: Path = BUILD / "engine") -> None:
    """Make the data of a size, where they are not there yet."""
    place = folder / str(customers)
    if (place / _DONE).exists():
        return
    place.mkdir(parents=True, exist_ok=True)
    events, profiles = reference_data.make(customers, EVENTS_A_CUSTOMER * customers)
    for kind, name in enumerate(TYPES):
        mine = events.kind == kind
        counts = np.bincount(events.customer[mine] - 1, minlength=customers)
        _keep(place, f"{name}-ts", events.ts[mine] * SECOND)
        _keep(place, f"{name}-offsets", np.concatenate(([0], np.cumsum(counts))))
    zones = np.array(sorted(TZ_MINUTES))
    codes = np.array([TZ_MINUTES.index(minutes) for minutes in zones])
    places = codes[np.searchsorted(zones, profiles.tz_minutes)]
    _keep(place, "zone", places.astype(np.int32))
    _keep(place, "agrees_to_email", profiles.consent_email)
    _keep(place, "agrees_to_sms", profiles.consent_sms)
    _keep(place, "signup", profiles.signup * SECOND)
    (place / _DONE).write_text(json.dumps({"customers": customers}), encoding="utf-8")


def ids(customers: int) -> list[str]:
    """Return the customers' ids as texts, in their order."""
    return [f"c{row:08}" for row in range(1, customers + 1)]


def laid_out(customers: int) -> Ids:
    """Return the ids as a history has them at hand for draws."""
    found = Ids(ids(customers))
    lay_out(found)
    return found


def lay_out(found: Ids) -> None:
    """Lay ids out in memory, as they are hashed: what the first draws of many wait for."""
    found.keys("", np.arange(len(found)))


def main() -> None:
    """Make one size."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--customers", type=int, required=True)
    make(parser.parse_args().customers)


def _keep(place: Path, name: str, values: npt.NDArray[Any]) -> None:
    np.save(place / f"{name}.npy", values)


def _mapped(place: Path, name: str) -> Any:
    return np.asarray(np.load(place / f"{name}.npy", mmap_mode="r"))


if __name__ == "__main__":
    main()
