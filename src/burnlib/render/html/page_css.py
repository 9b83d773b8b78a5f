"""The page's style sheet. Every rule is below ``.burn-page``, so that it cannot reach a host."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypeAlias

from burnlib.render.theme import DARK, LIGHT, Theme, burn_css

__all__ = ["Colours", "document_css", "page_css"]

Colours: TypeAlias = Literal["light", "dark", "auto"]
"""Fixed colours, or those that the reader prefers."""

# Containers are asked for their width, not the window: a page that is put into a narrow column of
# another dashboard is then as readable as on a phone.
_NARROW = "@container burn (max-width:599.98px)"
# A column a source in every digit needs more room than a chart; still more sources may use the
# space to the right of the page, and then they scroll.
_SHORT = "@container burn (max-width:759.98px)"

# On paper it is always light.
_DARK = "@media screen and (prefers-color-scheme:dark)"

_BASE = """
.burn-page{container:burn/inline-size;padding:1rem;background:var(--burn-page);color:var(--burn-ink);\
font:15px/1.45 system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;\
font-variant-numeric:tabular-nums lining-nums;text-align:left;overflow-wrap:break-word}
.burn-page *{box-sizing:border-box}
.burn-page>div{max-width:800px;margin:0 auto}
.burn-page .burn-h{font-size:24px;line-height:1.2;font-weight:600;margin:.2em 0 .4em}
.burn-page .burn-h2{font-size:16px;font-weight:600;margin:2.6em 0 .5em}
.burn-page p{margin:.3em 0}
.burn-page .burn-note,.burn-page small{color:var(--burn-muted)}
.burn-page .burn-note{font-size:13px}
.burn-page .burn-head b{font-size:26px;font-weight:600;line-height:1.2}
.burn-page em{color:var(--burn-muted);font-style:italic}
.burn-page .burn-made-up{border:2px solid var(--burn-accent);padding:.4em .8em;font-weight:600;\
margin:.8em 0}
.burn-page .burn-hidden{position:absolute;width:1px;height:1px;overflow:hidden;\
clip-path:inset(50%);white-space:nowrap}
.burn-page .burn-svg svg{display:block;max-width:100%;height:auto}
.burn-page path{fill-rule:evenodd}
.burn-page .burn-narrow{display:none}
.burn-page .burn-narrow svg{width:100%;max-width:480px}
"""

_SWITCH = """
.burn-page fieldset{display:flex;flex-wrap:wrap;border:0;margin:.8em 0 0 -.8em;padding:0;\
min-width:0}
.burn-page label{position:relative;cursor:pointer}
.burn-page label input{position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;\
cursor:pointer}
.burn-page label span{display:flex;align-items:center;justify-content:center;min-height:44px;\
min-width:44px;padding:0 .8em;color:var(--burn-muted);border-bottom:2px solid transparent}
.burn-page label:hover span{color:var(--burn-ink)}
.burn-page input:checked+span{color:var(--burn-ink);font-weight:600;\
border-bottom-color:var(--burn-accent)}
.burn-page input:focus-visible+span{outline:2px solid var(--burn-accent);outline-offset:-2px}
.burn-page .burn-view{display:none}
"""

_FIGURES = """
.burn-page .burn-windows{display:grid;grid-template-columns:repeat(auto-fill,minmax(7em,1fr));\
gap:.6em 1em;margin:1em 0 0}
.burn-page dt{color:var(--burn-muted);font-size:13px}
.burn-page dd{margin:0}
.burn-page .burn-windows dd{font-weight:600}
.burn-page .burn-windows small{display:block;font-weight:400;font-size:12px}
.burn-page .burn-scale{list-style:none;margin:0;padding:0}
.burn-page .burn-scale li{display:grid;grid-template-columns:6.5em 1fr;column-gap:.8em;\
margin:0 0 .5em}
.burn-page .burn-scale b{text-align:right;font-weight:600}
.burn-page .burn-scale small{grid-column:2;font-size:13px}
.burn-page footer{margin-top:3em;padding-top:.8em;border-top:1px solid var(--burn-rule);\
font-size:13px;color:var(--burn-muted)}
.burn-page footer dl{display:grid;grid-template-columns:max-content 1fr;gap:.2em .8em;margin:0}
.burn-page footer dt{color:var(--burn-ink)}
"""

_TABLE = """
.burn-page .burn-scroll{overflow-x:auto;width:fit-content;min-width:100%;\
max-width:min(100cqi,50cqi + 400px)}
.burn-page .burn-scroll:focus-visible{outline:2px solid var(--burn-accent)}
.burn-page table{border-collapse:collapse;width:100%;font-size:13px;line-height:1.3}
.burn-page caption{position:absolute;width:1px;height:1px;overflow:hidden;\
clip-path:inset(50%)}
.burn-page th,.burn-page td{padding:.28em 0 .28em .7em;text-align:right;font-weight:400;\
vertical-align:top;white-space:nowrap}
.burn-page th:first-child{text-align:left;padding-left:0}
.burn-page thead th{color:var(--burn-muted);vertical-align:bottom;white-space:normal;\
border-bottom:1px solid var(--burn-faint)}
.burn-page table small{display:block;font-size:11px;overflow:hidden;text-overflow:ellipsis}
.burn-page th small{max-width:12em}
.burn-page td i{font-style:normal;font-size:11px;color:var(--burn-muted);margin-left:.3em}
.burn-page sup{font-size:.75em;line-height:0}
.burn-page .burn-mon>*{border-bottom:1px solid var(--burn-rule)}
.burn-page tfoot>tr>*{border-top:1px solid var(--burn-faint)}
.burn-page tfoot th{font-weight:600}
.burn-page tfoot small{font-weight:400}
.burn-page .burn-n{display:none}
"""

_WHEN_NARROW = """
.burn-page .burn-wide{display:none}
.burn-page .burn-narrow{display:block}
.burn-page .burn-scale li{grid-template-columns:5em 1fr}
.burn-page footer dl{display:block}
.burn-page footer dd{margin:0 0 .4em}
"""

_WHEN_SHORT = """
.burn-page tr>:not(:first-child,:last-child,.burn-n){display:none}
.burn-page .burn-n{display:table-cell}
"""

_TINY = "@container burn (max-width:339.98px)"
_WHEN_TINY = """
.burn-page table{font-size:12px}
.burn-page th,.burn-page td{padding-left:.4em}
.burn-page td i{display:block}
"""

_PRINT = """
.burn-page fieldset{display:none}
.burn-page .burn-h2{break-after:avoid}
.burn-page svg,.burn-page tr,.burn-page li{break-inside:avoid}
.burn-page .burn-scroll{overflow:visible}
.burn-page{padding:0;background:none}
.burn-page table{font-size:11px}
"""


def page_css(count: int, *, classes: Collection[int], theme: Colours = "auto") -> str:
    """Return the rules of a page whose switch has *count* ranges, and its colours.

    *classes* are the numbers of colour classes that its calendars have.
    The rules name no page: any number of pages in one document share them. Those for colours name
    the theme, since the pages may have different ones.
    """
    shown = "".join(_shown(index) for index in range(count))
    # Without :has() the switch could not work, so it goes, and the opening range stays.
    old = ".burn-page .burn-opens{display:block}.burn-page fieldset{display:none}"
    rules = "".join(
        [
            _colours(classes, theme),
            _BASE,
            _SWITCH,
            _FIGURES,
            _TABLE,
            shown,
            f"@supports not selector(:has(a)){{{old}}}",
            f"@media screen{{{_SHORT}{{{_WHEN_SHORT}}}{_NARROW}{{{_WHEN_NARROW}}}",
            f"{_TINY}{{{_WHEN_TINY}}}}}",
            f"@media print{{{_PRINT}}}",
        ]
    )
    return _fixed(rules.replace("\n", ""), theme)


def document_css(theme: Colours = "auto") -> str:
    """Return the rules for a document that holds nothing else: the space around the page."""
    scheme = "light dark" if theme == "auto" else theme
    rules = (
        f":root{{color-scheme:{scheme};-webkit-text-size-adjust:100%}}"
        f"body{{margin:0;background:{LIGHT.page}}}"
        f"{_DARK}{{body{{background:{DARK.page}}}}}"
        "@media print{:root{color-scheme:light}body{background:none}}"
    )
    return _fixed(rules, theme)


def _fixed(rules: str, theme: Colours) -> str:
    """Return *rules* with the reader's preference replaced, where the theme is a fixed one.

    Paper stays light in any case.
    """
    where = {"auto": _DARK, "dark": "@media screen", "light": "@media not all"}[theme]
    return rules.replace(_DARK, where)


def _shown(index: int) -> str:
    checked = f".burn-page:has(.burn-r{index}:checked)"
    return f"{checked} .burn-v{index}{{display:block}}"


def _colours(classes: Collection[int], theme: Colours) -> str:
    # Two classes, so that a host's own burn_css(), which has one, cannot reach a page.
    root = f".burn-page.burn-page-{theme}"
    return f"{root}{{{_variables(LIGHT)}}}{_DARK}{{{root}{{{_variables(DARK)}}}}}" + burn_css(
        prefix=root, classes=sorted(classes)
    )


def _variables(theme: Theme) -> str:
    names = ("page", "ink", "muted", "faint", "rule", "accent")
    return ";".join(f"--burn-{name}:{theme.colour(name)}" for name in names)
