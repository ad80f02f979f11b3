from __future__ import annotations

from ledgers import ledger_database as ledger_database  # noqa: PLC0414 (a fixture)
from ledgers import place as place  # noqa: PLC0414 (a fixture)
from ledgers import server_place as server_place  # noqa: PLC0414 (a fixture)
