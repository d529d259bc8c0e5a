from pathlib import Path

import pytest

from tools import assets, proc


def test_remote_addresses_in_a_sheet_are_seen() -> None:
    sheet = "@import 'https://fonts.example/x.css';a{background:url(//cdn.example/a.png)}"
    assert assets.foreign_urls(sheet) == ["https://fonts.example/x.css", "//cdn.example/a.png"]
    assert (
        assets.foreign_urls("a{background:url(\"data:image/svg+xml,<svg xmlns='http://x.example'/>\")}") == []
    )


def test_sprite_has_each_icon_under_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, shape in (("outline", "M5 12h14"), ("filled", "M17 3z")):
        folder = tmp_path / "@tabler/icons/icons" / kind
        folder.mkdir(parents=True)
        drawing = (
            f'<svg xmlns="{assets.SVG}"><path stroke="none" d="M0 0h24v24H0z"/><path d="{shape}"/></svg>'
        )
        (folder / "check.svg").write_text(drawing, encoding="utf-8")
    monkeypatch.setattr(assets, "MODULES", tmp_path)
    sprite = assets.sprite(["check", "check-filled"])
    assert '<symbol id="check" viewBox="0 0 24 24" fill="none" stroke="currentColor"' in sprite
    assert (
        '<symbol id="check-filled" viewBox="0 0 24 24" fill="currentColor"><path d="M17 3z"/></symbol>'
        in sprite
    )
    assert "M0 0h24v24H0z" not in sprite


def test_unknown_icon_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "MODULES", tmp_path)
    with pytest.raises(proc.Failed, match="no outline icon named microscop"):
        assets.symbol("microscop")


def test_program_that_is_no_node_counts_as_none() -> None:
    assert assets.node_major("/nonexistent/node") == 0
    assert assets.node_major("/bin/echo") == 0
