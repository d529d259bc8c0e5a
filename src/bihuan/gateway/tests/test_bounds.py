import pytest

from bihuan.gateway.bounds import Bounds
from bihuan.inputs import BadInput


def test_connections_an_address_can_be_set() -> None:
    assert Bounds.read({}).connections_an_address == 64
    assert Bounds.read({"BIHUAN_GATEWAY_CONNECTIONS": "200"}).connections_an_address == 200


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5"])
def test_number_that_is_none_is_named(text: str) -> None:
    with pytest.raises(BadInput, match="BIHUAN_GATEWAY_CONNECTIONS"):
        Bounds.read({"BIHUAN_GATEWAY_CONNECTIONS": text})
