"""Keeping people out of reports: values are shown so far as they tell nobody apart."""

from __future__ import annotations

import re
from typing import Final

_PERSONAL: Final = re.compile(
    r"name|patronym|mail|phone(?!_type)|mobile|address|street|passport|birth"
    r"|имя|фамил|отчеств|фио|почт|телефон|адрес|улиц|паспорт|рожд"
    r"|姓名|名字|邮箱|电话|手机|地址|生日",
    re.IGNORECASE,
)
_PHONE: Final = re.compile(r"[+(\d][\d\s().+-]{6,}")
_MASK: Final = "***"


def is_personal(column: str) -> bool:
    """Say whether a column's name tells that it holds what belongs to one person.

    `phone_type`, which identity gives, is no phone.
    """
    return _PERSONAL.search(column) is not None


def masked(value: str, *, personal: bool) -> str:
    """Show a value without telling whose it is: ``i***@x.ru``, ``***67``, ``I***``.

    Addresses of e-mail and phone numbers are masked wherever they stand.

    Args:
        value: What stands in the table.
        personal: Whether the column holds what belongs to one person.
    """
    name, at, domain = value.rpartition("@")
    if at and name:
        return f"{name[0]}{_MASK}@{domain}"
    if _PHONE.fullmatch(value) and (personal or _has_digits_of_phone(value)):
        return f"{_MASK}{value[-2:]}"
    return f"{value[:1]}{_MASK}" if personal and value else value


def _has_digits_of_phone(value: str) -> bool:
    """Tell a phone number from a date or an amount: ten digits at least."""
    return sum(letter.isdigit() for letter in value) >= 10
