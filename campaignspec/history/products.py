"""What products are like, known to every event that names one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import duckdb
import numpy as np

from campaignspec.errors import HistoryError
from campaignspec.history.column import NO_WORD, Column, Indices, Texts, concatenate
from campaignspec.history.fetching import column_from_arrow
from campaignspec.history.field import Field
from campaignspec.history.history import History
from campaignspec.history.opening import open_table
from campaignspec.history.place import Place
from campaignspec.history.preparing import Workshop, write_parquet
from campaignspec.history.reading import MOST_PROBLEMS, connect, stage
from campaignspec.history.source import AS_IT_IS, ReadAs, ValueKind
from campaignspec.history.sql import literal
from campaignspec.history.stream import Stream
from campaignspec.identity import fingerprint

PRODUCT: Final = "product"
"""The property of an event that names a product."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSource:
    """A table with one row a product.

    Attributes:
        file: The file or the database.
        read: How a file is read.
        product: The column of the product's id.
        attributes: Kind by column.
    """

    file: Place
    attributes: Mapping[str, ValueKind]
    read: ReadAs = AS_IT_IS
    product: str = "product"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Products:
    """The products of one source.

    Attributes:
        ids: Their ids, ascending.
        attributes: A column by attribute, with one more, missing, value for what is no product.
        fingerprint: Equal for equal products.
    """

    ids: Texts
    attributes: Mapping[str, Column]
    fingerprint: str


def load_products(source: ProductSource, workshop: Workshop) -> Products:
    """Read a source of products.

    Raises:
        HistoryError: The table cannot be read as declared, or has a product twice.
    """
    folder = workshop.prepared(source, partial(_prepare, source))
    file = literal(str(folder / "products.parquet"))
    with connect() as connection:
        table = connection.sql(f"SELECT * FROM read_parquet({file})").to_arrow_table()  # noqa: S608 (quoted)
    columns = {
        name: column_from_arrow(table.column(f"p{n}"), ValueKind(kind))
        for n, (name, kind) in enumerate(source.attributes.items())
    }
    return Products(
        ids=np.array(table.column(PRODUCT).to_pylist(), np.object_),
        attributes={
            name: concatenate([column, Column.absent(column.kind, 1)])
            for name, column in columns.items()
        },
        fingerprint=folder.name,
    )


def with_products(history: History, sources: Sequence[Products]) -> History:
    """Return a history in which events that name a product have its attributes.

    Nothing is looked up before it is asked for. Where an event or an earlier source has a
    property of the name already, that one stays.
    """
    if not sources:
        return history
    streams = {name: _joined(stream, sources) for name, stream in history.streams.items()}
    identity = [history.fingerprint, *(products.fingerprint for products in sources)]
    return replace(history, streams=streams, fingerprint=fingerprint({"products": identity}))


class _Joined(Mapping[str, Column]):
    """The properties of a stream, and the attributes of the products that it names."""

    def __init__(self, own: Mapping[str, Column], sources: Sequence[Products]) -> None:
        self._columns = dict(own)
        self._sources: dict[str, Products] = {}
        self._places: dict[int, Indices] = {}
        for products in sources:
            for name in products.attributes:
                if name not in own:
                    self._sources.setdefault(name, products)

    def __getitem__(self, name: str) -> Column:
        if name not in self._columns:
            products = self._sources[name]
            self._columns[name] = products.attributes[name].take(self._place(products))
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        yield from dict.fromkeys([*self._columns, *self._sources])

    def __len__(self) -> int:
        return len(self._columns.keys() | self._sources.keys())

    def __contains__(self, name: object) -> bool:
        return name in self._columns or name in self._sources

    def _place(self, products: Products) -> Indices:
        """Find the product of each event; one past the last where it is none that is known."""
        if id(products) not in self._places:
            named, none = self._columns[PRODUCT], len(products.ids)
            at = np.searchsorted(products.ids, named.words)
            known = np.append(products.ids, np.array([None], np.object_))[at] == named.words
            places = np.append(np.where(known, at, none), none)
            assert NO_WORD == -1  # noqa: S101 (a missing product takes the last entry)
            self._places[id(products)] = places[named.values]
        return self._places[id(products)]


def _joined(stream: Stream, sources: Sequence[Products]) -> Stream:
    named = stream.properties.get(PRODUCT)
    if named is None or named.kind is not ValueKind.TEXT:
        return stream
    return replace(stream, properties=_Joined(stream.properties, sources))


def _prepare(source: ProductSource, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    kinds = [(column, ValueKind(kind)) for column, kind in source.attributes.items()]
    fields = [
        Field(name=PRODUCT, column=source.product, required=True),
        *(Field(name=f"p{n}", column=column, kind=kind) for n, (column, kind) in enumerate(kinds)),
    ]
    columns = [field.column for field in fields]
    with open_table(connection, source.file, source.read, columns=columns) as table:
        stage(connection, "products", table, fields)
    _check_once(connection, source)
    listed = "".join(f", p{n}" for n in range(len(kinds)))
    write_parquet(
        connection,
        f"SELECT product{listed} FROM products ORDER BY product",  # noqa: S608 (own names)
        folder / "products.parquet",
    )


def _check_once(connection: duckdb.DuckDBPyConnection, source: ProductSource) -> None:
    repeated = connection.execute(
        "SELECT product, min(n), max(n) FROM products GROUP BY product "  # noqa: S608 (a number)
        f"HAVING count(*) > 1 ORDER BY 2 LIMIT {MOST_PROBLEMS}"
    ).fetchall()
    if repeated:
        problems = [
            f"{source.file}: row {second}: product {product!r} stands already in row {first}"
            for product, first, second in repeated
        ]
        raise HistoryError("\n".join(problems))
