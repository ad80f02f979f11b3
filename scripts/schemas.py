"""Write the published schemas from the types: ``python scripts/schemas.py``."""

from __future__ import annotations

from pathlib import Path

from campaignspec.spec.schema import write_schemas

if __name__ == "__main__":
    write_schemas(Path(__file__).parent.parent / "schemas")
