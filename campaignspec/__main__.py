"""Let ``python -m campaignspec`` behave like the ``campaignspec`` command."""

from __future__ import annotations

from campaignspec.cli import main

if __name__ == "__main__":
    main()
