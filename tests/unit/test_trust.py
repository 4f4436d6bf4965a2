"""Secure connections on real sockets: always checked, with a company's certificates where they are named."""

import datetime

import pytest
from secure import Company, SecureServer
from shop import CREATE, POLL

from blender_addon.core.errors import NetworkError, UnconfirmedError
from blender_addon.core.halt import Halt
from blender_addon.core.provider import Auth
from blender_addon.net import http, trust
from blender_addon.net.http import HttpTransport

KEY = "key-of-the-test-0123456789"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    """Leave nothing of this machine's: no proxy, no certificates of its own."""
    monkeypatch.setattr(http, "PAUSES_S", (0.01, 0.01, 0.01, None))
    for name in (*trust.NAMES, "PYTHONHTTPSVERIFY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def company(tmp_path):
    return Company(tmp_path / "company")


def send(url, request=POLL):
    return HttpTransport("Shop", url, KEY, Auth(), lambda: True).send(request, Halt()).body


def refused(server, request=CREATE):
    """Nothing is told to a server that is not checked; return what people read."""
    with pytest.raises(NetworkError, match="nothing was charged") as caught:
        send(server.url, request)
    assert not isinstance(caught.value, UnconfirmedError) and server.requests == []
    return caught.value.message


@pytest.mark.fault("N10")
def test_a_certificate_of_nobody_is_refused(company):
    with SecureServer(company.context("127.0.0.1")) as server:
        assert "could not be verified; a proxy or virus scanner may stand in between" in refused(server)


@pytest.mark.fault("N10")
def test_a_certificate_of_another_host_is_refused(company, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(company.bundle))
    with SecureServer(company.context("api.example.org")) as server:
        assert "could not be verified" in refused(server)


@pytest.mark.fault("N10", "P25")
@pytest.mark.parametrize("name", trust.NAMES)
def test_a_companys_certificate_is_trusted_where_a_variable_names_it(company, monkeypatch, name, tmp_path):
    monkeypatch.setenv(name, str(company.folder if name == "SSL_CERT_DIR" else company.bundle))
    with SecureServer(company.context("127.0.0.1")) as server:
        assert send(server.url) == {"status": "running"}
        transport = HttpTransport("Shop", server.url, KEY, Auth(), lambda: True)
        assert transport.download(server.url + "/m", tmp_path / "m", Halt(), lambda _: None) == 21
        assert KEY.encode() not in server.requests[-1], "nor is a file asked for with the key"


@pytest.mark.fault("N10", "S20")
def test_a_companys_proxy_that_reads_along_works_with_its_certificate_only(company, monkeypatch):
    monkeypatch.setenv("https_proxy", "set below")
    with SecureServer(company.context("api.example.org"), proxy=True) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        with pytest.raises(NetworkError, match="could not be verified"):
            send("https://api.example.org", CREATE)
        assert not any(KEY.encode() in one for one in proxy.requests)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(company.bundle))
        assert send("https://api.example.org") == {"status": "running"}
        assert KEY.encode() in proxy.requests[-1]


@pytest.mark.fault("N31")
@pytest.mark.parametrize("days", [(-3, -1), (1, 3)], ids=["expired", "not yet valid"])
def test_a_clock_that_is_wrong_is_said(company, monkeypatch, days):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(company.bundle))
    with SecureServer(company.context("127.0.0.1", days=days)) as server:
        message = refused(server)
    assert "out of date by this computer's clock" in message and str(datetime.date.today()) in message
    assert "Correct the clock if it is wrong" in message


ODD = {
    "missing": ("REQUESTS_CA_BUNDLE", "/nowhere/at/all.pem"),
    "off": ("REQUESTS_CA_BUNDLE", "0"),
    "false": ("SSL_CERT_FILE", "false"),
    "no certificate": ("SSL_CERT_FILE", __file__),
    "no folder": ("SSL_CERT_DIR", "/nowhere"),
    "letters": ("REQUESTS_CA_BUNDLE", "\u00e4\u4e2d"),
}


@pytest.mark.fault("S19")
@pytest.mark.parametrize(("name", "value"), ODD.values(), ids=ODD)
def test_an_odd_variable_leaves_the_checks_on_and_is_said(company, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with SecureServer(company.context("127.0.0.1")) as server:
        message = refused(server)
        assert f"{name} names {value}, where no certificates are; it is ignored, and the checks stay on." in message
        assert ".." not in message
        monkeypatch.setenv("CURL_CA_BUNDLE", str(company.bundle))
        assert send(server.url) == {"status": "running"}, "what another variable names still counts"


@pytest.mark.fault("S19")
@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_variable_is_none(company, monkeypatch, value):
    for name in trust.NAMES:
        monkeypatch.setenv(name, value)
    with SecureServer(company.context("127.0.0.1")) as server:
        assert "names" not in refused(server)


@pytest.mark.fault("S19")
def test_checks_cannot_be_switched_off_by_the_environment(company, monkeypatch):
    monkeypatch.setenv("PYTHONHTTPSVERIFY", "0")
    with SecureServer(company.context("127.0.0.1")) as server:
        assert "PYTHONHTTPSVERIFY is not followed: connections are always checked." in refused(server)


def test_a_bundle_that_is_repaired_is_read_again(company, monkeypatch, tmp_path):
    path = tmp_path / "bundle.pem"
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    with SecureServer(company.context("127.0.0.1")) as server:
        refused(server)
        path.write_bytes(company.bundle.read_bytes())
        assert send(server.url) == {"status": "running"}


def test_the_public_authorities_are_trusted_besides(company, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(company.bundle))
    assert len(trust.context().get_ca_certs()) > 100
