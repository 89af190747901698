"""The look and the behaviour of the review page: style sheet, script and what the keys do."""

from __future__ import annotations

from kmigrate.report.page import themes

_LIGHT = {
    "page": "#f6f7f9", "card": "#ffffff", "soft-card": "#f6f8fa", "text": "#1f2328", "soft": "#5a636e",
    "edge": "#d5dae1", "accent": "#0860ca", "add": "#e8fbee", "add-mark": "#a6eeba", "del": "#fff0ee",
    "del-mark": "#ffc4be", "void": "#f3f4f6", "safe": "#1a7f37", "unsafe": "#9a6700", "hand": "#cf222e",
    "remark": "#5a636e", "keyword": "#a8253b", "string": "#0a3069", "comment": "#656d76", "number": "#0550ae",
    "shape": "#6639ba", "now": "#0860ca",
}  # fmt: skip
_DARK = {
    "page": "#0d1117", "card": "#151b23", "soft-card": "#1b222c", "text": "#e6edf3", "soft": "#9aa4af",
    "edge": "#313943", "accent": "#58a6ff", "add": "#12261e", "add-mark": "#1f6b36", "del": "#2d181c",
    "del-mark": "#8c2f32", "void": "#10151c", "safe": "#4ac26b", "unsafe": "#d8a13a", "hand": "#ff7b72",
    "remark": "#9aa4af", "keyword": "#ff7b72", "string": "#a5d6ff", "comment": "#8b949e", "number": "#79c0ff",
    "shape": "#d2a8ff", "now": "#58a6ff",
}  # fmt: skip


_RULES = """
*{box-sizing:border-box}[hidden]{display:none!important}
html{scroll-padding-top:64px}
body{margin:0;background:var(--page);color:var(--text);font:14px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
code,pre,.hunk,.path,.would,.layers{font-family:ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",Consolas,
monospace}
a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
button,input{font:inherit;color:inherit}
header{position:sticky;top:0;z-index:5;display:flex;flex-wrap:wrap;align-items:center;gap:6px 16px;padding:9px 20px;
background:var(--card);border-bottom:1px solid var(--edge)}
header h1{font-size:16px;margin:0}header .sum{color:var(--soft)}
.tools{margin-left:auto;display:flex;align-items:center;gap:8px}
.tools button,.chip{background:var(--soft-card);border:1px solid var(--edge);border-radius:6px;padding:3px 10px;
font-size:13px;cursor:pointer}
.tools button:hover,.chip:hover{border-color:var(--accent)}
.where{color:var(--soft);font-size:13px;min-width:6.5em;text-align:right}
.body{display:grid;grid-template-columns:268px minmax(0,1fr);gap:20px;padding:16px 20px 60px;max-width:2100px;
margin:auto}
nav{position:sticky;top:66px;align-self:start;max-height:calc(100vh - 82px);overflow:auto;font-size:13px}
nav h2{font-size:11.5px;letter-spacing:.06em;text-transform:uppercase;color:var(--soft);margin:16px 0 6px}
nav input{width:100%;padding:6px 10px;border:1px solid var(--edge);border-radius:6px;background:var(--card)}
nav input:focus,button:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
.chips{display:flex;flex-wrap:wrap;gap:6px}.chip{display:inline-flex;gap:7px;align-items:baseline}
.chip b{font-weight:600}.chip i{font-style:normal;color:var(--soft);font-size:12px}
.chip[aria-pressed=true]{background:var(--accent);border-color:var(--accent);color:var(--card)}
.chip[aria-pressed=true] *{color:inherit}
.files{list-style:none;margin:0;padding:0}.files a{display:flex;justify-content:space-between;gap:10px;
padding:3px 8px;
border-radius:6px;color:inherit}.files a:hover{background:var(--soft-card);text-decoration:none}
.files span{overflow-wrap:anywhere;min-width:0}.files i{font-style:normal;color:var(--soft);flex:none}
.file{margin:0 0 26px}.file>h2{display:flex;flex-wrap:wrap;gap:4px 14px;align-items:baseline;margin:0 0 8px;
font-size:15px}
.file>h2 .path{overflow-wrap:anywhere}.file>h2 small{color:var(--soft);font-weight:400;font-size:12.5px}
.cellname{font-size:12.5px;color:var(--soft);margin:12px 0 4px}
.part{display:grid;grid-template-columns:minmax(0,1fr) 348px;margin:0 0 12px;border:1px solid var(--edge);
border-radius:8px;background:var(--card);overflow:clip;scroll-margin-top:70px}
.part.now{border-color:var(--now);box-shadow:0 0 0 1px var(--now)}
.hunk{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);align-content:start;font-size:12.5px;
line-height:1.55;tab-size:4;padding:4px 0;position:sticky;top:64px;align-self:start;
background:linear-gradient(var(--edge),var(--edge)) 50% 0/1px 100% no-repeat}
.l{grid-row:var(--r);display:grid;grid-template-columns:46px minmax(0,1fr);white-space:pre-wrap;
overflow-wrap:anywhere;
min-height:1.55em}
.l::before{content:attr(data-n);text-align:right;padding-right:12px;color:var(--soft);opacity:.75;user-select:none}
.l code{font:inherit;padding:0 10px 0 14px;position:relative}
.o{grid-column:1}.n{grid-column:2}
.v{grid-row:var(--r);background:var(--void)}
.del{background:var(--del)}.add{background:var(--add)}
.del code::before,.add code::before{position:absolute;left:2px;user-select:none;color:var(--soft)}
.del code::before{content:"−"}.add code::before{content:"+"}
mark{color:inherit;border-radius:3px;padding:1px 0}.del mark{background:var(--del-mark)}.add mark{
background:var(--add-mark)}
.inline .hunk{grid-template-columns:minmax(0,1fr);background:none}.inline .l{grid-row:auto;grid-column:1;
border-left:0;
grid-template-columns:88px minmax(0,1fr)}.inline .l::before{content:attr(data-b);white-space:pre}
.inline .n.same,.inline .v{display:none}
.k{color:var(--keyword)}.s{color:var(--string)}.c{color:var(--comment);font-style:italic}.d{color:var(--number)}
.odd{background:var(--hand);color:var(--card);border-radius:3px;padding:0 3px;font-size:.85em}
.notes{border-left:1px solid var(--edge);padding:10px 12px;background:var(--soft-card);display:flex;
flex-direction:column;
gap:10px;min-width:0;font-size:13px}
.note{border-left:3px solid var(--kind);padding:0 0 0 10px;min-width:0;overflow-wrap:anywhere}
.note p{margin:2px 0 0}.note header{all:unset;display:flex;flex-wrap:wrap;gap:2px 8px;align-items:baseline;
font-size:12px}
.note header b{font-size:13px}.note .kind{color:var(--kind);font-weight:600}.note .at{color:var(--soft)}
.safe{--kind:var(--safe)}.unsafe{--kind:var(--unsafe)}.hand{--kind:var(--hand)}.remark{--kind:var(--remark)}
.note .rests{color:var(--soft);font-size:12px}.note code{font-size:12px;background:var(--page);border-radius:4px;
padding:0 3px}
.would{margin:5px 0 0;font-size:11.5px;line-height:1.5;border:1px solid var(--edge);border-radius:5px;overflow:hidden;
white-space:pre-wrap;background:var(--card)}
.would>div{padding:0 6px}
.about summary{cursor:pointer;color:var(--soft);font-size:12px;margin-top:3px;width:fit-content}
.about summary:hover{color:var(--accent)}
.rule h3{font-size:13.5px;margin:6px 0}.rule p{margin:6px 0}.rule pre{margin:6px 0;padding:8px 10px;overflow:auto;
white-space:pre-wrap;background:var(--card);border:1px solid var(--edge);border-radius:6px;font-size:11.5px;
line-height:1.45}
.layers{font-size:11.5px;border-top:1px dashed var(--edge);padding-top:8px;display:grid;
grid-template-columns:auto minmax(0,1fr);gap:1px 10px}
.layers b{grid-column:1/-1;font:600 12px system-ui,sans-serif;color:var(--shape)}.layers span{color:var(--soft)}
.quiet{color:var(--soft);margin:0}
.empty{padding:40px;text-align:center;color:var(--soft)}
#rules{border-top:1px solid var(--edge);margin-top:36px;padding-top:8px}#rules>h2{font-size:16px}
#rules .rule{max-width:860px;border:1px solid var(--edge);border-radius:8px;background:var(--soft-card);
padding:4px 16px 10px;
margin:0 0 12px;scroll-margin-top:70px}
dialog{border:1px solid var(--edge);border-radius:10px;background:var(--card);color:var(--text);padding:18px 26px}
dialog::backdrop{background:#0008}dialog h2{font-size:15px;margin:0 0 10px}
dl{display:grid;grid-template-columns:auto 1fr;gap:5px 16px;margin:0}dd{margin:0}
kbd{font:12px ui-monospace,Menlo,"DejaVu Sans Mono",monospace;border:1px solid var(--edge);border-bottom-width:2px;
border-radius:4px;padding:1px 6px;background:var(--soft-card)}
@media(max-width:1250px){.part{grid-template-columns:minmax(0,1fr)}.notes{border-left:0;
border-top:1px solid var(--edge)}}
@media(max-width:860px){.body{grid-template-columns:minmax(0,1fr);padding:12px}nav{position:static;max-height:none}
.files{max-height:30vh;overflow:auto}}
@media print{header .tools,nav{display:none}header{position:static}.body{display:block}.part{break-inside:avoid-page}}
"""

STYLE = themes(_LIGHT, _DARK) + _RULES

#: Key -> what it does, as the page says it.
KEYS = {
    "j k": "next, previous change",
    "n p": "next, previous file",
    "f": "filter: a rule, a word, part of a path (Esc leaves the field)",
    "d": "the rules of this change: show, hide",
    "s": "side by side, or inline",
    "t": "light, or dark",
    "r": "take all filters off",
    "?": "this list",
}

SCRIPT = """
'use strict';
const all=(css,of=document)=>[...of.querySelectorAll(css)],find=id=>document.getElementById(id);
const root=document.documentElement;
const files=all('.file'),parts=all('.part'),words=find('words'),where=find('where'),help=find('help');
for(const part of parts)part.notes=all('.note',part).map(node=>({node,code:node.dataset.code,kind:node.dataset.kind,
text:(node.dataset.code+' '+node.textContent+' '+part.closest('.file').dataset.path).toLowerCase()}));
let now=null;
const pressed=name=>new Set(all(`.chip[data-${name}][aria-pressed=true]`).map(chip=>chip.dataset[name]));
const visible=()=>parts.filter(part=>!part.hidden&&!part.closest('.file').hidden);
function filter(){
  const codes=pressed('rule'),kinds=pressed('safety'),asked=words.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const active=codes.size||kinds.size||asked.length;
  for(const part of parts){
    let any=!active;
    for(const note of part.notes){
      const fits=(!codes.size||codes.has(note.code))&&(!kinds.size||kinds.has(note.kind))&&
        asked.every(word=>note.text.includes(word));
      note.node.hidden=!fits;any=any||fits;
    }
    part.hidden=!any;
  }
  for(const file of files){
    file.hidden=!all('.part',file).some(part=>!part.hidden);
    const link=find('to-'+file.id);if(link)link.hidden=file.hidden;
  }
  for(const name of all('.cellname'))name.hidden=!all('.part',name.parentElement).some(part=>!part.hidden);
  find('nothing').hidden=visible().length>0;
  if(now&&!visible().includes(now))mark(null);
  tell();
}
function tell(){
  const seen=visible(),at=seen.indexOf(now);
  where.textContent=(at<0?'':(at+1)+' of ')+seen.length+(seen.length===1?' place':' places');
}
function mark(part){now?.classList.remove('now');now=part;now?.classList.add('now');tell()}
function go(part){if(part){mark(part);part.scrollIntoView({block:'start'})}}
function step(by){
  const seen=visible();if(!seen.length)return;
  let at=seen.indexOf(now);
  if(at<0){at=seen.findIndex(part=>part.getBoundingClientRect().bottom>80);at=at<0?seen.length-1:at;
    if(by<0)at=Math.max(at-1,0)}
  else at=Math.min(Math.max(at+by,0),seen.length-1);
  go(seen[at]);
}
function turn(by){
  const seen=files.filter(file=>!file.hidden);if(!seen.length)return;
  let at=now?seen.indexOf(now.closest('.file'))+by:by>0&&scrollY<40?0:by>0?1:0;
  at=Math.min(Math.max(at,0),seen.length-1);
  mark(visible().find(part=>part.closest('.file')===seen[at]));seen[at].scrollIntoView({block:'start'});
}
function about(details){
  if(!details.open||details.dataset.full)return;
  const rule=find(details.dataset.code);if(!rule)return;
  const copy=rule.cloneNode(true);copy.removeAttribute('id');
  details.dataset.full=1;details.querySelector('.rule-text').replaceChildren(copy);
}
function sides(){
  const inline=document.body.classList.toggle('inline');find('sides').textContent=inline?'Side by side':'Inline';
  if(now)now.scrollIntoView({block:'start'});
}
function theme(){
  const dark=root.dataset.theme?root.dataset.theme==='dark':matchMedia('(prefers-color-scheme:dark)').matches;
  root.dataset.theme=dark?'light':'dark';
}
function clear(){words.value='';for(const chip of all('.chip'))chip.setAttribute('aria-pressed','false');filter()}
function docs(){
  if(!now)step(1);
  const found=all('.about',now??document).filter(item=>item.closest('.note')&&!item.closest('.note').hidden);
  const open=found.some(item=>!item.open);for(const item of found)item.open=open;
}
const keys={j:()=>step(1),k:()=>step(-1),n:()=>turn(1),p:()=>turn(-1),f:()=>{words.focus();words.select()},
  s:sides,t:theme,d:docs,r:clear,'?':()=>help.open?help.close():help.showModal()};
document.addEventListener('keydown',event=>{
  if(event.ctrlKey||event.metaKey||event.altKey)return;
  if(event.target===words){if(event.key==='Escape'||event.key==='Enter'){words.blur();event.preventDefault()}return}
  const act=keys[event.key];if(act){event.preventDefault();act()}
});
document.addEventListener('click',event=>{
  const chip=event.target.closest('.chip');
  if(chip){chip.setAttribute('aria-pressed',chip.getAttribute('aria-pressed')!=='true');filter();return}
  const part=event.target.closest('.part');if(part&&!event.target.closest('a'))mark(part);
});
document.addEventListener('toggle',event=>{if(event.target.matches?.('.about'))about(event.target)},true);
words.addEventListener('input',filter);
find('sides').addEventListener('click',sides);find('theme').addEventListener('click',theme);
find('clear').addEventListener('click',clear);find('keys').addEventListener('click',()=>help.showModal());
if(innerWidth<1800)sides();
filter();
"""
