"""The search for keys finds one that is there: else all tests that find none would say nothing."""

import base64
import gzip
import json
from urllib.parse import quote

import pytest
from key_search import holding, ways

KEY = 'tsk_5ecret/"+5ecret5ecret'


@pytest.mark.fault("S01", "S02", "S03", "S04")
@pytest.mark.parametrize(
    "written",
    [
        KEY,
        json.dumps({"a": KEY}),
        f"https://a.example/?key={quote(KEY, safe='')}",
        KEY.encode("utf-16-le"),
        KEY.encode("utf-16-be"),
        KEY.encode().hex(),
        KEY.encode().hex().upper(),
        base64.urlsafe_b64encode(b"user:" + KEY.encode()),
        *(base64.b64encode(b"?" * before + KEY.encode() + b"!" * after) for before in range(4) for after in range(3)),
    ],
)
def test_a_planted_key_is_found(tmp_path, written):
    raw = written if isinstance(written, bytes) else written.encode()
    (tmp_path / "plain").write_bytes(b"before " + raw + b" after")
    (tmp_path / "packed").write_bytes(gzip.compress(raw))
    assert {name for name, _ in holding([tmp_path], KEY)} == {"plain", "packed"}
    assert ways(raw, KEY)


def test_nothing_is_found_where_there_is_nothing(tmp_path):
    (tmp_path / "plain").write_text("tsk_5ecret and no more")
    assert holding([tmp_path], KEY) == []
