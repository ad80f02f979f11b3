"""Writing a case as an author would, ready to be pasted under ``tests:``."""

from __future__ import annotations

from typing import Any

from campaignspec.spec.case import TestCase
from campaignspec.spec.write import write
from campaignspec.spec.yaml_text import flow_text, yaml_text


def as_test(case: TestCase) -> str:
    """Write a case as one entry of a list: a line a key, and a line an entry of its lists."""
    written: dict[str, Any] = write(case)
    lines = []
    for name, value in written.items():
        if isinstance(value, list):
            lines += [f"{name}:", *(f"  - {flow_text(item)}" for item in value)]
        elif isinstance(value, dict):
            lines.append(f"{name}: {flow_text(value)}")
        else:
            lines.append(yaml_text({name: value}).rstrip("\n"))
    first, *rest = lines
    return "".join(f"{line}\n" for line in (f"- {first}", *(f"  {line}" for line in rest)))
