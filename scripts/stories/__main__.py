"""Write the histories of the stories: ``python -m scripts.stories [FOLDER]``."""

from __future__ import annotations

import sys
from pathlib import Path

from scripts.stories.fashion import fashion
from scripts.stories.freight import freight
from scripts.stories.optics import optics

FOLDER = Path(__file__).parents[2] / ".history"
"""Where the projects of the stories read their tables."""

SHOPS = (optics, freight, fashion)


def main() -> None:
    """Write every shop's tables, and say how much is in them."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else FOLDER
    for make in SHOPS:
        shop = make()
        shop.write(folder / make.__name__)
        print(f"{make.__name__}: {len(shop.customers):,} customers, {len(shop.events):,} events")


if __name__ == "__main__":
    main()
