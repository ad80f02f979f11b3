"""Whatever a person's record holds, a message comes out whole or is not sent at all."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from campaignspec.connector import Limit, Measure
from campaignspec.content import Form, Lookups, RenderError, read_template
from campaignspec.content.lookups import Known

BODY = """
{% block subject %}{{ customer.name | default('friend') | truncate(40) }}{% endblock %}
{% block text %}
{% if segment('vip') %}{{ traits.spend | money('EUR') }}{% endif %}
{{ customer.born | date('%d.%m.') }} {{ offer('ten').code }} {{ offer('ten').valid_until }}
{{ link(customer.url, 'x') }} {% for item in customer.items %}{{ item }}, {% endfor %}
{% endblock %}
{% block html %}<a href="{{ customer.url }}">{{ customer.name }}</a>{% endblock %}
"""
CHECKED = read_template(
    BODY,
    file="email.j2",
    form=Form(
        escaped_parts=("html",),
        limits=(Limit(part="text", most=3, measure=Measure.SMS), Limit(part="subject", most=30)),
    ),
    variables={
        "customer": dict.fromkeys(("name", "born", "url", "items")),
        "traits": {"spend": None},
    },
    known=Known(segments={"vip": 1}, offers={"ten": 1}),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.dates(),
    st.datetimes(),
    st.sampled_from(["https://shop.example/ü?a=b#c", "javascript:alert(1)", "2017-01-01"]),
)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner)
)


@given(
    customer=st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("name", "born", "url", "items"), ANYTHING)
    ),
    spend=ANYTHING,
    offer=st.dictionaries(st.sampled_from(["code", "valid_until"]), ANYTHING),
    vip=st.booleans(),
)
def test_a_message_is_rendered_whole_or_refused(
    *, customer: dict[str, Any], spend: Any, offer: dict[str, Any], vip: bool
) -> None:
    template = CHECKED.value
    assert template is not None
    values = {"customer": customer, "traits": {"spend": spend}}
    lookups = Lookups(segments={"vip": vip}, offers={"ten": offer})

    try:
        parts = template.render(values, lookups)
    except RenderError:
        return

    assert set(parts) == {"subject", "text", "html"}
    assert all(parts.values())
    assert parts["subject"].isprintable() or not parts["subject"].isascii()
    assert not any(ord(each) < 32 or each in "\u2028\u2029" for each in parts["subject"])


def test_a_subject_cannot_begin_another_header() -> None:
    template = CHECKED.value
    assert template is not None
    customer = {
        "name": "Ann\r\nBcc: eve@x.example\x00\u2028\x85",
        "born": "2017-01-01",
        "url": "https://x.example/",
        "items": [],
    }

    parts = template.render(
        {"customer": customer, "traits": {}},
        Lookups(segments={"vip": False}, offers={"ten": {"code": "A", "valid_until": "B"}}),
    )

    assert parts["subject"] == "Ann Bcc: eve@x.example"
