"""Forty names that records could have: markup, scripts, what turns text around, and what is long."""

MARKUP = (
    "<b>bold</b>",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</main></body></html>",
    "<!-- comment",
    "-->",
    "<!-- shared -->",
    "<svg onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<style>*{display:none}</style>",
    "<a href='javascript:alert(1)'>here</a>",
    '"><input autofocus onfocus=alert(1)>',
    "<form action=//evil.example><button>",
    "<object data=x>",
    "<template><i>",
    "<![CDATA[x]]>",
    "<meta http-equiv=refresh content=0>",
    "<base href=//evil.example>",
    "&lt;b&gt; &amp; &#60;i&#62;",
)
SCRIPTS = (
    "${alert(1)}",
    "`+alert(1)+`",
    "';alert(1)//",
    '");alert(1);//',
    "{{constructor.constructor('alert(1)')()}}",
    "javascript:alert(1)",
    "__proto__",
    "constructor",
    "$& $1 $`",
    "=HYPERLINK(1)",
)
TURNED = (
    "משרד עורכי דין לוי ושות׳ בע״מ",
    "شركة النسر للتجارة",
    "Acme\u202egnp.exe",
    "\u2066Acme\u2069 \u200fLtd",
    "مأفה (2026) Ltd",
)
LONG = (
    "W" * 255,
    "lorem ipsum " * 20 + "end",
    "<b>" * 80,
    "ש" * 250,
    'a "quoted", comma name',
)
NAMES = (*MARKUP, *SCRIPTS, *TURNED, *LONG)
