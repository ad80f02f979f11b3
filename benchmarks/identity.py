"""A million dirty records made people: normalised, matched and merged through the real path.

Run it with ``make bench-identity``. The file is made from a seed before the clock starts; what is
measured is `load_history` with rules about identity, from the CSV file to people in columns. Beside
it stands the loop that most scripts have, pandas and phonenumbers row by row, on a sample of the
same file; it normalises phones and e-mails and drops duplicates, and merges nothing.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv

from campaignspec.history import CustomerSource, ValueKind
from campaignspec.history.load import load_history
from campaignspec.people import Identity

_FAMILIES = ("Иван", "Петр", "Сидор", "Кузнец", "Сокол", "Лебед", "Козл", "Нов", "Мороз", "Волк")
_GIVEN = ("Иван", "Пётр", "Алексей", "Анна", "Мария", "Елена", "Сергей", "Ольга")
_FATHERS = ("Иванович", "Петровна", "Сергеевич", "Николаевна")
_LETTERS = "абвгдезиклмнопрст"
_SAMPLE = 20_000


def write_records(file: Path, *, records: int, seed: int) -> None:
    """Write records of three humans for every four rows, their phones spelled in eight ways."""
    dice = np.random.default_rng(seed)
    human = dice.integers(0, max(records * 3 // 4, 1), records)
    digits = np.char.zfill(((human * 7919) % 10**7).astype(str), 7)
    area = np.char.mod("%d", 900 + human // 10**7 % 80 + 10)
    a, b, c = (np.array([d[at] for d in digits]) for at in (slice(0, 3), slice(3, 5), slice(5, 7)))
    local = _joined(area, digits)
    spellings = [
        _joined("+7", local),
        _joined("8", local),
        _joined("7", local),
        _joined("8 (", area, ") ", a, "-", b, "-", c),
        _joined("+7 ", area, " ", a, " ", b, c),
        _joined("8-", area, "-", a, "-", b, "-", c),
        _joined(local, ".0"),
        _joined("7", local, ".0"),
    ]
    phone = np.choose(dice.integers(0, 8, records), spellings)
    phone = np.where(dice.random(records) < 0.03, "уточнить", phone)
    email = _joined("user", human.astype(str), np.array(["@mail.ru", "@YANDEX.ru "])[human % 2])
    email = np.where(dice.random(records) < 0.3, "", email)
    email = np.where(dice.random(records) < 0.01, "no@mail.ru", email)
    stems = np.array([f"{a}{b}{c}" for a in _LETTERS for b in _LETTERS for c in _LETTERS])
    family = _joined(np.array(_FAMILIES)[human % 10], stems[human % len(stems)], "ов")
    given = np.array(_GIVEN)[human % 8]
    father = np.array(_FATHERS)[human % 4]
    orders = [
        _joined(family, " ", given, " ", father),
        _joined(given, " ", father, " ", family),
        _joined(family, " ", given),
    ]
    name = np.choose(dice.integers(0, 3, records), orders)
    born = np.datetime64("1960-01-01") + (human % 15_000).astype("timedelta64[D]")
    birthday = np.where(dice.random(records) < 0.4, "", born.astype(str))
    table = {
        "customer": np.char.mod("%d", np.arange(records)),
        "name": name,
        "email": email,
        "phone": phone,
        "birthday": birthday,
    }
    csv.write_csv(pa.table({key: pa.array(values) for key, values in table.items()}), file)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """How long it took: on the clock, and of the processor's time; and what came out."""

    seconds: float
    busy_seconds: float
    people: int
    rejected: int


def measure(file: Path) -> Measured:
    """Make people of the records."""
    source = CustomerSource(
        file=file,
        timezone=None,
        names={"full": "name"},
        addresses={"email": "email", "phone": "phone"},
        attributes={"birthday": ValueKind.DATE},
        name="crm",
    )
    rules = Identity(
        region="RU",
        match=(("phone",), ("email",), ("family_name", "given_name", "birthday")),
        differ=("birthday",),
    )
    start, busy = time.perf_counter(), time.process_time()
    history = load_history([source], [], identity=rules)
    seconds, busy_seconds = time.perf_counter() - start, time.process_time() - busy
    assert history.resolution is not None
    return Measured(
        seconds=seconds,
        busy_seconds=busy_seconds,
        people=len(history.customers),
        rejected=history.resolution.rejections.num_rows,
    )


def measure_by_hand(file: Path, rows: int) -> float:
    """Return the processor's seconds that the usual loop takes for the first rows."""
    import pandas as pd
    import phonenumbers

    frame = pd.read_csv(file, dtype=str, nrows=rows, keep_default_na=False)

    def phone_of(text: str) -> str | None:
        try:
            number = phonenumbers.parse(text.removesuffix(".0"), "RU")
        except phonenumbers.NumberParseException:
            return None
        if not phonenumbers.is_valid_number(number):
            return None
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    start = time.process_time()
    frame["phone"] = frame["phone"].map(phone_of)
    frame["email"] = frame["email"].map(lambda text: text.strip().lower())
    frame.drop_duplicates(subset=["phone", "email"])
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "crm.csv"
        _in_another_process(file, options.records, options.seed)
        made = measure(file)
        peak = _peak()
        sample = min(_SAMPLE, options.records)
        by_hand = measure_by_hand(file, sample)
    speed, slow = options.records / made.busy_seconds, sample / by_hand
    print(f"{options.records:,} records → {made.people:,} people, {made.rejected:,} rejections")
    print(
        f"campaignspec   {made.busy_seconds:7.2f} s of one processor   {speed:10,.0f} rows/s   "
        f"({made.seconds:.2f} s on the clock; {peak:,} MiB at the peak)"
    )
    print(
        f"pandas loop    {options.records / slow:7.2f} s of one processor   {slow:10,.0f} rows/s   "
        f"(scaled from {sample:,} rows; phones and e-mails only, nothing merged)"
    )
    print(f"{speed / slow:.1f} times as fast")


def _joined(*parts: Any) -> Any:
    """Join columns of text, and single texts, row by row."""
    whole = np.asarray(parts[0])
    for part in parts[1:]:
        whole = np.char.add(whole, part)
    return whole


def _in_another_process(file: Path, records: int, seed: int) -> None:
    """Make the file where it leaves no mark on this process's peak of memory."""
    maker = get_context("spawn").Process(
        target=write_records, args=(file,), kwargs={"records": records, "seed": seed}
    )
    maker.start()
    maker.join()


def _peak() -> int:
    """Return the most memory that was in use so far, MiB."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used // (1024 if sys.platform != "darwin" else 1024 * 1024)


if __name__ == "__main__":
    main()
