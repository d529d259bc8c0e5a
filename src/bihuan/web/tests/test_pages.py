"""The base pages: landmarks, theme, languages, no inline style or script, every template compiles."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.http import HttpRequest
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import timezone
from django.utils.translation import override

from bihuan.web.components.samples import samples

TEMPLATES = Path(__file__).parent.parent / "templates"
STATIC = Path(__file__).parent.parent / "static/bihuan"
MINE = [*(TEMPLATES / "web/listing").glob("*.html"), *(TEMPLATES / "web/components").glob("*.html")]
SHELL = {
    "nav": [
        {
            "title": "",
            "items": [
                {
                    "title": "工单",
                    "url": "/cases/",
                    "icon": "clipboard-list",
                    "alert_count": 2,
                    "current": True,
                }
            ],
        }
    ],
    "unit_name": "江州分公司",
    "health": {"state": "normal", "text": "4 个进程运行正常"},
    "bell_count": 120,
    "person": {"name": "陈静"},
    "overdue_count": 2,
}


@pytest.fixture(autouse=True)
def _in_shanghai() -> Iterator[None]:
    with timezone.override("Asia/Shanghai"):
        yield


def request(**cookies: str) -> HttpRequest:
    made = RequestFactory().get("/admin/ui/")
    made.COOKIES.update(cookies)
    return made


def page(name: str = "web/gallery.html", theme: str = "", **context: Any) -> str:
    asked = request(bh_theme=theme) if theme else request()
    return render_to_string(name, {**SHELL, "request": asked, **samples(), **context})


@pytest.mark.parametrize(("language", "tag"), [("zh-hans", "zh-Hans"), ("en", "en")])
def test_the_gallery_stands_in_both_languages(language: str, tag: str) -> None:
    with override(language):
        html = page()
    assert f'<html lang="{tag}"' in html
    assert html.count("<main") == html.count("<h1>") == 1


@pytest.mark.parametrize(
    ("cookie", "theme"), [("dark", "dark"), ("light", "light"), ('x" onload="', "light")]
)
def test_the_cookie_decides_the_theme_and_nothing_else_gets_through(cookie: str, theme: str) -> None:
    html = page(theme=cookie)
    assert f'data-bs-theme="{theme}"' in html
    assert "onload" not in html


def test_the_page_says_what_is_wrong_in_its_title_and_menu() -> None:
    with override("zh-hans"):
        html = page()
    assert "<title>(2) 页面部件 · 闭环</title>" in html
    assert 'aria-current="page"' in html
    assert "99+" in html
    assert "4 个进程运行正常" in html


def test_nothing_inline_that_the_content_policy_would_stop() -> None:
    html = page()
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:", html)
    scripts = re.findall(r"<script(?![^>]*(?:src=|application/json))", html)
    assert scripts == []


def test_no_page_names_a_foreign_host() -> None:
    sources = [*TEMPLATES.rglob("*.html"), *STATIC.glob("*.js"), *STATIC.glob("*.css")]
    foreign = [
        path.name
        for path in sources
        if re.search(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", path.read_text().replace("//www.w3.org", ""))
    ]
    assert foreign == []


def test_every_icon_of_the_templates_is_in_the_sprite() -> None:
    listed = {
        line.strip()
        for line in (TEMPLATES.parent / "assets/icons.txt").read_text().splitlines()
        if line and not line.startswith("#")
    }
    used = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r"{% icon \"([a-z0-9-]+)\"", path.read_text())
    }
    assert used - listed == set()


def test_no_template_writes_a_style() -> None:
    assert [path.name for path in TEMPLATES.rglob("*.html") if re.search(r"\sstyle=", path.read_text())] == []


@pytest.mark.parametrize("code", ["400", "403", "404", "500"])
def test_an_error_page_needs_no_context_and_offers_a_way_on(code: str) -> None:
    with override("zh-hans"):
        html = get_template(f"{code}.html").render()
    assert f'<p class="bh-error-code">{code}</p>' in html
    assert 'href="/"' in html


def test_the_wall_is_dark_whatever_the_cookie_says() -> None:
    assert 'data-bs-theme="dark"' in page("web/base_wall.html", theme="light")


def listing(**changes: Any) -> SimpleNamespace:
    class Filter(forms.Form):
        q = forms.CharField(label="编号", required=False)
        a = forms.CharField(required=False)
        b = forms.CharField(required=False)
        c = forms.CharField(required=False)
        fifth = forms.CharField(required=False)
        view = forms.CharField(widget=forms.HiddenInput, required=False)

    values: dict[str, Any] = {
        "title": "工单",
        "filters": Filter(),
        "views": [{"label": "最急在前", "url": "?", "current": True, "count": 7}],
        "columns": [
            {"key": "subject", "label": "事项", "fluid": True, "sort_url": "?sort=subject", "sorted": "asc"},
            {"key": "signals", "label": "信号数", "numeric": True, "hide_url": "?hide=signals"},
        ],
        "rows": [
            {
                "id": 7,
                "url": "/cases/7/",
                "cells": [{"html": "离心机", "cls": "bh-fluid"}, {"html": "4", "cls": "bh-right"}],
            }
        ],
        "hidden_columns": [{"key": "place", "label": "位置", "url": "?hide="}],
        "count": 37,
        "count_text": "37",
        "first": 1,
        "last": 14,
        "pages": [{"number": n, "url": f"?page={n}", "current": n == 1} for n in (1, 2)],
        "scope_text": "江州分公司及以下",
        "export_url": "/cases/export/?",
        "csv_url": "/cases/export/?&format=csv",
        "import_url": "/cases/import/",
        "actions": [{"key": "assign", "label": "转派", "icon": "user-check", "kbd": "a"}],
        "density": "compact",
        "empty": {"sentence": "没有符合筛选的工单。", "label": "重置", "url": "?"},
        "primary": {"label": "新建工单", "url": "/cases/new/", "icon": "plus", "kbd": "c"},
        "facts": {"number": 2, "words": "件逾期", "more": ["今日到期 3 件"]},
        "reset_url": "?",
    }
    return SimpleNamespace(**{**values, **changes})


def test_a_table_has_search_views_tools_rows_and_scope() -> None:
    with override("zh-hans"):
        html = page("web/listing/page.html", listing=listing())
    for expected in (
        'aria-sort="ascending"',
        'id="row-7"',
        'data-label="信号数"',
        "数据范围：江州分公司及以下",
        "1–14，共 37",
        'data-density="compact"',
        'name="ids" value="7"',
        'href="/cases/import/"',
        'data-key="a"',
    ):
        assert expected in html
    assert html.count("bh-more-fields") == 1


def test_the_table_alone_can_be_swapped() -> None:
    html = page("web/listing/table.html", listing=listing())
    assert html.lstrip().startswith("<section")
    assert 'id="listing"' in html
    assert "<html" not in html


def test_a_table_without_rows_says_why_with_one_button() -> None:
    html = page("web/listing/table.html", listing=listing(rows=[]))
    assert "没有符合筛选的工单。" in html
    assert "<table" not in html


def test_a_table_without_actions_has_no_check_boxes() -> None:
    assert "bh-select-cell" not in page("web/listing/table.html", listing=listing(actions=[]))


def test_a_wrong_field_is_marked_said_and_described() -> None:
    class Login(forms.Form):
        username = forms.CharField(label="用户名", help_text="学号或工号")

    with override("zh-hans"):
        html = render_to_string("web/form.html", {"form": Login({})})
    assert 'aria-invalid="true"' in html
    assert "必填" in html
    assert "bh-field-error" in html
    assert "<svg" in html
    assert "学号或工号" in html


def test_the_styles_stay_small() -> None:
    lines = {path.name: len(path.read_text().splitlines()) for path in STATIC.glob("*.css")}
    assert lines["tokens.css"] <= 200
    assert max(lines.values()) <= 400


def test_every_module_stays_small() -> None:
    assert max(len(path.read_text().splitlines()) for path in STATIC.glob("*.js")) < 200
