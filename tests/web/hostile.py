"""Sixty names, notes and answers that try to be more than text, or to break the layout."""

from html.parser import HTMLParser

MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title><script>alert(2)</script>",
    "</style><script>alert(3)</script>",
    "<iframe src=//evil.example>",
    "<a href=javascript:alert(1)>x</a>",
    "<b>bold</b>&amp;&lt;",
    "<!-- comment -->",
    "]]><script>alert(4)</script>",
    "&#60;script&#62;alert(5)&#60;/script&#62;",
    "<style>*{display:none}</style>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0>",
    "<form action=//evil.example><input name=a>",
    "<details open ontoggle=alert(1)>",
    '<math><mtext></form><form><mglyph><style></math><img src onerror="alert(1)">',
    "<foreignObject><body onload=alert(1)>",
    '<use href="data:image/svg+xml,<svg/>"/>',
    "<animate onbegin=alert(1) attributeName=x dur=1s>",
)
TEMPLATES = (
    "{{ 7 * 7 }}",
    "{% raw %}{{ config }}{% endraw %}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{{ ''.__class__.__mro__ }}",
    "%s%n%d",
    "%00",
    "..%2f..%2fetc%2fpasswd",
    "../../etc/passwd",
)
FORMULAS = (
    "=HYPERLINK(1)",
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1,2)",
    "|pipe|pipe|",
    "[link](javascript:alert(1))",
    "![img](//evil.example/x.png)",
    "`code` **bold** _it_ ~~no~~",
    "# heading",
)
SCRIPTS = (
    "مرحبا بالعالم",
    "שלום עולם",
    "日本語のモデル名",
    "한국어 모델",
    "ไทยไม่มีช่องว่าง" * 6,
    "Ωμέγα Ελληνικά",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!",
    "👩\u200d👩\u200d👧\u200d👦 family",
    "🦉" * 60,
    "🏴\u200d☠️🇵🇪🇵🇪",
)
LONG = (
    "W" * 120,
    "i" * 120,
    "word " * 24,
    "a/b/c?d=e&f=g#h;i=j",
    "null",
    "undefined",
    "NaN",
    "0",
    "-",
    "'",
)
NAMES = (*MARKUP, *TEMPLATES, *FORMULAS, *SCRIPTS, *LONG)
"""Sixty, each no longer than a model's name may be."""

ODD_ANSWERS = (
    "left\u202eright\u2066isolate",
    "zero\u200bwidth\u200djoiner\ufeff",
    "line\u2028separator\u2029",
    "tab\tand\nnew\r\nlines",
    "bell\x07 escape\x1b[31m delete\x7f",
    "private \ue000 use",
    "x" * 5_000,
)
"""Answers may hold what names may not."""


_NEVER = {"iframe", "base", "object", "embed", "foreignobject", "animate", "math", "style"}


class _Elements(HTMLParser):
    """What a browser would make of a page: every element with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Writes down whatever could run, load or lead elsewhere."""
        values = {name: value or "" for name, value in attrs}
        if tag in {
            "iframe",
            "base",
            "object",
            "embed",
            "foreignobject",
            "animate",
            "math",
            "style",
        }:
            self.bad.append(tag)
        if tag == "script" and not values.get("src", "").startswith("/static/"):
            self.bad.append("script")
        if tag == "meta" and "http-equiv" in values:
            self.bad.append("meta")
        for name, value in values.items():
            if name.startswith("on") or name == "style":
                self.bad.append(f"{tag} {name}")
            if name in {"href", "src", "action", "data"} and not value.startswith(("/", "#", "?")):
                self.bad.append(f"{tag} {name}={value}")
            if name in {"href", "src", "action"} and value.startswith("//"):
                self.bad.append(f"{tag} {name}={value}")


def harm(page: str) -> list[str]:
    """Everything on a page that could run, load from elsewhere or lead there; none is expected."""
    reader = _Elements()
    reader.feed(page)
    return reader.bad
