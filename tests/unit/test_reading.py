"""What can be read in an answer, which may hold anything."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blender_addon.core.flow import Response
from blender_addon.core.reading import DECIMALS, LARGEST, amount, held, percent, said, seen


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0.0"),
        (30.5, "30.5"),
        (" 7.25 ", "7.25"),
        ("1e3", "1000"),
        (LARGEST - 1, "999999999"),
        ("0.1234564", "0.123456"),
        (1e-9, "0.000000"),
        (0.1 + 0.2, "0.300000"),
        ("120.50", "120.50"),
    ],
)
def test_an_amount_is_written_as_people_write_it(value, text):
    assert str(amount(value)) == text


NO_AMOUNTS = [
    *(None, True, False, "", "many", "1,5", [], {}, [1], -1, "-0.01"),
    *(LARGEST, 1e300, "1e999999", float("nan"), float("inf"), "nan", "sNaN", "-inf", "0." + "1" * 100),
    pytest.param(10**5000, id="longer than Python writes"),
]


@pytest.mark.parametrize("value", NO_AMOUNTS)
def test_everything_else_is_no_amount(value):
    assert amount(value) is None
    assert held(value) == ""


ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.decimals().map(str) | st.binary()


@given(ANYTHING)
def test_an_amount_is_always_one_that_can_be_kept(value):
    number = amount(value)
    assert number is None or (0 <= number < LARGEST and -number.as_tuple().exponent <= max(DECIMALS, len(str(value))))
    assert number is None or abs(number - Decimal(str(value).strip())) <= Decimal(10) ** -DECIMALS
    assert percent(value) is None or 0 <= percent(value) <= 100


@pytest.mark.parametrize(
    ("value", "number"), [(0, 0), ("40%", 40), (" 33.3 % ", 33.3), (250, 100), (-3, None), ("N/A", None), ("%", None)]
)
def test_percent(value, number):
    assert percent(value) == number


def test_what_is_held_is_a_note():
    assert held("120.00") == "120 more are held for tasks that are running"
    assert held(1200) == "1200 more are held for tasks that are running"
    assert held(0) == held(None) == ""


PAGE = "\ufeff \n<!DOCTYPE html>"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("No.", "No."),
        (PAGE, None),
        (None, None),
        (7, None),
        ([1], None),
        ({}, None),
        ({"message": "", "detail": "No."}, ["No.", None]),
        ({"message": PAGE, "error": {"seed": ["bad"]}}, [{"seed": ["bad"]}, None]),
        ({"message": "No.", "suggestion": "Wait."}, ["No.", "Wait."]),
        ({"message": PAGE, "suggestion": "Wait."}, None),
        ({"suggestion": "Wait."}, None),
    ],
)
def test_what_is_said_is_never_a_web_page(body, words):
    assert said(body) == words


def test_the_fields_are_looked_through_in_the_order_given():
    assert said({"a": "one", "b": "two"}, ("c", "b", "a")) == ["two", None]


def test_what_was_seen_is_for_a_bug_report():
    assert seen(Response(200, {"a": ["b", 1]}, {"X-Request-ID": "r"})) == "HTTP 200, X-Request-ID r: b; 1"
    assert len(seen(Response(200, "x" * 10_000))) < 1100
