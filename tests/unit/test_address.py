"""Where a key may go, and where a model file may come from."""

import socket

import pytest

from blender_addon.core.errors import NetworkError, ProviderError
from blender_addon.net import address
from blender_addon.net.address import check_base, check_result, is_loopback, is_public, origin, shown

PUBLIC, HERE = "https://api.example", "http://127.0.0.1:8080"


@pytest.fixture
def names(monkeypatch):
    """Names that this test's network knows, and the addresses behind them."""
    known: dict[str, list[str]] = {"cdn.example": ["93.184.216.34", "2606:2800:220:1::1"], "evil.example": ["10.0.0.1"]}
    known["localhost"] = ["127.0.0.1", "::1"]

    def look_up(host, port, type=0):
        try:
            found = known.get(host) or [host]
            for one in found:
                socket.inet_pton(socket.AF_INET6 if ":" in one else socket.AF_INET, one.partition("%")[0])
        except OSError as error:
            raise socket.gaierror(-2, "Name or service not known") from error
        return [(socket.AF_INET6 if ":" in one else socket.AF_INET, type, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(address.socket, "getaddrinfo", look_up)
    return known


@pytest.mark.parametrize(
    "link", ["https://cdn.example/a.glb?X=1", "HTTPS://CDN.EXAMPLE:443/a", "https://cdn.example:8443/a"]
)
@pytest.mark.parametrize("base_url", [PUBLIC, HERE])
@pytest.mark.fault("P25")
def test_https_to_the_public_is_fetched(names, link, base_url):
    check_result(link, base_url)


UNSAFE = [
    "http://cdn.example/a.glb",
    "https://127.0.0.1/a",
    "https://localhost/a",
    "http://127.0.0.1:8080/a",
    "https://10.0.0.1/a",
    "https://172.16.3.4/a",
    "https://192.168.1.1/a",
    "https://100.64.0.1/a",
    "https://169.254.169.254/latest/meta-data",
    "https://0.0.0.0/a",
    "https://224.0.0.1/a",
    "https://255.255.255.255/a",
    "https://[::1]/a",
    "https://[::]/a",
    "https://[fe80::1]/a",
    "https://[fe80::1%25eth0]/a",
    "https://[fd00::1]/a",
    "https://[ff02::1]/a",
    "https://[::ffff:127.0.0.1]/a",
    "https://[::ffff:10.0.0.1]/a",
    "https://[::ffff:a9fe:a9fe]/a",
    "https://[2002:7f00:1::]/a",
    "https://[64:ff9b::10.0.0.1]/a",
    "https://evil.example/a",
    "https://user@cdn.example/a",
    "https://user:word@cdn.example/a",
    "https://cdn.example@10.0.0.1/a",
    "https://cdn.example\\@10.0.0.1/a",
    "https://10.0.0.1\\.cdn.example/a",
    "https://cdn.exa\tmple/a",
    "https://cdn.example :443/a",
    "https://cdn.example:22/a",
    "https://cdn.example:0/a",
    "https://cdn.example:99999/a",
    "https://cdn.example:x/a",
    "https:///a",
    "https://",
    "//cdn.example/a",
    "",
    "cdn.example/a",
    "data:model/gltf-binary;base64,Z2xURg==",
    "file:///etc/passwd",
    "ftp://cdn.example/a",
    "javascript:x",
    "https://[::1",
]


@pytest.mark.parametrize("link", UNSAFE)
@pytest.mark.fault("P24", "S14")
def test_what_is_not_safe_is_refused(names, link):
    with pytest.raises(ProviderError, match="was not followed"):
        check_result(link, PUBLIC)


@pytest.mark.parametrize(
    "link", ["http://127.0.0.1:1/a", "http://localhost:99/a", "https://[::1]:5/a", "http://127.9.9.9/a"]
)
@pytest.mark.fault("P24", "S14")
def test_this_computer_is_fine_only_when_the_base_url_is_on_it(names, link):
    check_result(link, HERE)
    with pytest.raises(ProviderError):
        check_result(link, PUBLIC)


@pytest.mark.parametrize(
    "link", [one for one in UNSAFE if not any(x in one for x in ("127.0.0.1", "localhost", "[::1]"))]
)
@pytest.mark.fault("S14")
def test_a_base_url_on_this_computer_opens_nothing_else(names, link):
    with pytest.raises(ProviderError):
        check_result(link, HERE)


@pytest.mark.parametrize("link", ["http://me@127.0.0.1/a", "ftp://127.0.0.1/a", "file://localhost/etc/passwd"])
@pytest.mark.fault("S14")
def test_nor_other_ways_to_this_computer(names, link):
    with pytest.raises(ProviderError):
        check_result(link, HERE)


@pytest.mark.fault("S14")
def test_one_private_address_among_public_ones_is_enough_to_refuse(names):
    names["cdn.example"] += ["192.168.0.9"]
    with pytest.raises(ProviderError, match="private network"):
        check_result("https://cdn.example/a", PUBLIC)


def test_a_name_that_is_not_found_is_the_networks_fault_unless_a_proxy_looks_it_up(names):
    with pytest.raises(NetworkError, match=r"gone\.example was not found"):
        check_result("https://gone.example/a", PUBLIC)
    check_result("https://gone.example/a", PUBLIC, proxied=True)
    with pytest.raises(ProviderError):
        check_result("https://10.0.0.1/a", PUBLIC, proxied=True)


@pytest.mark.parametrize("text", ["8.8.8.8", "2606:4700::1", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8", "2002:808:808::1"])
def test_public_addresses_stay_public_however_they_are_written(text):
    assert is_public(text)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://api.example", ""),
        ("https://api.example/api/v1", ""),
        ("https://api.example:8443", ""),
        ("https://gateway.lan", ""),
        ("http://127.0.0.1:8080", ""),
        ("http://localhost:8080/x", ""),
        ("http://[::1]:1", ""),
        ("http://api.example", "must begin with https://"),
        ("http://192.168.0.2", "must begin with https://"),
        ("http://127.0.0.1.evil.example", "must begin with https://"),
        ("http://localhost.evil.example", "must begin with https://"),
        ("ftp://127.0.0.1", "must begin with https://"),
        ("https://me:word@api.example", "must hold neither a user name nor a query"),
        ("http://127.0.0.1@evil.example", "must hold neither a user name nor a query"),
        ("https://api.example?x=1", "must hold neither a user name nor a query"),
        ("https://api.example#x", "must hold neither a user name nor a query"),
        ("api.example", "is no address"),
        ("https://", "is no address"),
        ("https://api example", "is no address"),
        ("https://api.example:x", "is no address"),
        ("https://[::1", "is no address"),
        ("https://evil.example\\.api.example", "is no address"),
        ("", "is no address"),
    ],
)
def test_base_urls(url, problem):
    assert check_base(url) == problem


def test_origins():
    assert origin("HTTPS://Api.Example/x") == origin("https://api.example:443/y") == ("https", "api.example", 443)
    assert origin("http://api.example")[2] == 80


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1.example", "http://localhost.example", "https://api.example", "", "x", "http://[::1"]
)
def test_what_is_not_this_computer(url):
    assert not is_loopback(url)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://api.example.org/v1/", "https://api.example.org"),
        ("http://127.0.0.1:8123", "http://127.0.0.1:8123"),
        ("http://[::1]:80/x?key=secret", "http://[::1]:80"),
        ("https://user:secret@example.org/a", "https://example.org"),
        ("https://example.org:port", "which is no address"),
    ],
)
def test_an_address_in_a_sentence_holds_no_secret(url, told):
    assert shown(url) == told
