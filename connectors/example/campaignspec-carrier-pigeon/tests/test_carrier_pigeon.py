"""The pigeon keeps the contract; this is all a connector's author has to write."""

from __future__ import annotations

from pathlib import Path

from campaignspec_carrier_pigeon import CarrierPigeon

from campaignspec.connector import Context, Idempotency
from campaignspec.testing.connectors import ConnectorContract


class TestCarrierPigeon(ConnectorContract):
    """The conformance kit, told how to build a pigeon and where its messages arrive."""

    idempotency = Idempotency.NATIVE
    address = "the north tower"
    bad_address = " "

    def make_connector(self, tmp_path: Path) -> CarrierPigeon:
        """Build a pigeon whose loft is in the test's folder."""
        return CarrierPigeon(
            Context(channel="pigeon", settings={"loft": "loft"}, base=str(tmp_path))
        )

    def sent_keys(self, tmp_path: Path) -> list[str]:
        """List the messages in the loft."""
        return [file.stem for file in (tmp_path / "loft").glob("*.txt")]

    def sent_parts(self, tmp_path: Path, key: str) -> dict[str, str]:
        """Read a message without its first two lines."""
        letter = (tmp_path / "loft" / f"{key}.txt").read_text(encoding="utf-8")
        return {"text": letter.split("\n\n", 1)[1]}
