"""What the pages of ``kmigrate`` share: a light and a dark look, and a header that stays."""

from __future__ import annotations

from collections.abc import Mapping

from kmigrate.report.cards import variables

#: The header, with links and buttons; the colours are custom properties.
HEADER_STYLE = """
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,sans-serif}
header{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;gap:4px 18px;align-items:center;padding:10px 24px;
background:var(--page);border-bottom:1px solid var(--edge)}
header b{font-size:17px}header a{color:var(--last)}header a.wrong{color:var(--error);font-weight:600}
button{font:inherit;font-size:13px;color:var(--text);background:var(--box);border:1px solid var(--edge);
border-radius:6px;padding:2px 10px;cursor:pointer}
header .tools{margin-left:auto;display:flex;gap:8px}
"""

#: What the button ``look`` does: it goes from the light look to the dark one, and back.
LOOK_SCRIPT = """
document.getElementById('look').addEventListener('click',()=>{const root=document.documentElement;
const dark=root.dataset.theme?root.dataset.theme==='dark':matchMedia('(prefers-color-scheme:dark)').matches;
root.dataset.theme=dark?'light':'dark'});
"""


def themes(light: Mapping[str, str], dark: Mapping[str, str]) -> str:
    """The style sheet of both looks: that of the system, unless ``data-theme`` of the root element says another."""
    day, night = variables(light), variables(dark)
    return (
        f":root{{color-scheme:light;{day}}}@media(prefers-color-scheme:dark){{:root:not([data-theme=light])"
        f"{{color-scheme:dark;{night}}}}}:root[data-theme=dark]{{color-scheme:dark;{night}}}"
    )
