"""What Tripo's simulator charges, against its document."""

import pytest
from simulators.tripo_rules import price
from test_simulator_tripo import BARE

PRICES = [
    (30, {}),
    (30, {"pbr": False}),
    (30, {"texture": False}),
    (20, BARE),
    (40, {"texture_quality": "detailed"}),
    (50, {"geometry_quality": "detailed"}),
    (40, {"smart_low_poly": True}),
    (35, {"quad": True}),
    (40, {"generate_parts": True, **BARE}),
    (40, {"geometry_quality": "detailed", **BARE}),
    (30, {"texture_quality": "detailed", **BARE}),
    (75, {"texture_quality": "detailed", "geometry_quality": "detailed", "smart_low_poly": True, "quad": True}),
    (30, {"texture_quality": "standard", "geometry_quality": "standard", "quad": False, "generate_parts": False}),
]


@pytest.mark.parametrize(("credits", "body"), PRICES)
def test_prices(credits, body):
    assert price(body) == credits
