from __future__ import annotations

from smtp_server import server, start_server

__all__ = ["server", "start_server"]
