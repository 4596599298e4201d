/** How the front page looks: by day, by night, on a phone and on paper. */

/** The style sheet, of which the content security policy knows the hash. */
export const style = `
:root{color-scheme:light dark;--paper:#f6f6f3;--card:#fff;--ink:#1c2524;--soft:#586361;--line:#dcdfda;--accent:#1f5e5b;--on-accent:#fff;--good:#1c6b3f;--good-bg:#e2f2e8;--warn:#7d4c00;--warn-bg:#fbedd0;--bad:#a3211c;--bad-bg:#fbe3e0;--bar:#4c8783;--head:#e4edeb;--code:#eef1ee}
@media (prefers-color-scheme:dark){:root{--paper:#121817;--card:#1b2322;--ink:#e8eeec;--soft:#a3b0ad;--line:#33403e;--accent:#7fcfc6;--on-accent:#0e1716;--good:#86dba8;--good-bg:#173425;--warn:#f0c069;--warn-bg:#3a2c10;--bad:#ff9d94;--bad-bg:#42201d;--bar:#4f8d87;--head:#263634;--code:#26302e}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:0 1.25rem 3rem;max-width:76rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
h1,h2,h3,h4,p,dl,dd,ul,figure{margin:0}
h1{font-size:1.75rem;line-height:1.2;letter-spacing:-.02em}
h2{font-size:1.25rem;letter-spacing:-.01em;margin-bottom:.5rem}
h3{font-size:1.0625rem}
h4{font-size:.8125rem;color:var(--soft);font-weight:600}
section{margin-top:2rem}
section>p{color:var(--soft);max-width:44rem;margin-bottom:.9rem}
small,.quiet,figcaption,.asof,.kind,.standing,footer{color:var(--soft);font-size:.8125rem}
code,pre{font:.8125rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
code{background:var(--code);border-radius:.25rem;padding:.08em .35em;overflow-wrap:anywhere}
a{color:var(--accent);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:.25rem}
main:focus{outline:none}
.unseen,.skip:not(:focus){position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip:focus{position:absolute;left:1rem;top:.5rem;background:var(--card);padding:.4rem .8rem;z-index:1}
.top{display:flex;flex-wrap:wrap;gap:1rem 2rem;justify-content:space-between;align-items:end;padding:2rem 0 1.25rem;border-bottom:1px solid var(--line)}
.top p{color:var(--soft)}
nav{display:flex;flex-wrap:wrap;gap:.6rem;align-items:center}
.button{display:inline-block;padding:.5rem 1rem;border-radius:.5rem;background:var(--accent);color:var(--on-accent);border:1px solid var(--accent);font-weight:600;text-decoration:none}
.button.plain{background:none;color:var(--accent)}
.button:hover{text-decoration:underline}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,9.5rem),1fr));gap:1px;background:var(--line);border:1px solid var(--line);border-radius:.75rem;overflow:hidden}
.tiles>div{background:var(--card);padding:.9rem 1.1rem}
dt{color:var(--soft);font-size:.8125rem}
.tiles dd{font-size:1.5rem;line-height:1.3;font-weight:650;letter-spacing:-.01em}
.tiles small{display:block;font-weight:400;letter-spacing:0}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,17rem),1fr));gap:1rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem 1.1rem;min-width:0}
.card header{display:flex;flex-wrap:wrap;gap:.25rem .75rem;justify-content:space-between;align-items:center}
.card h3{overflow-wrap:anywhere}
.kind{font-weight:400;margin-left:.25rem}
.badge{font-size:.8125rem;font-weight:600;border-radius:1rem;padding:.1rem .7rem;white-space:nowrap;background:var(--code);color:var(--soft)}
.badge.healthy{background:var(--good-bg);color:var(--good)}
.badge.degraded{background:var(--warn-bg);color:var(--warn)}
.badge.suspended{background:var(--bad-bg);color:var(--bad)}
.spark{margin:.7rem 0 .8rem}
.spark svg{display:block;width:100%;height:2.75rem}
.spark .bar{fill:var(--bar)}.spark .failed{fill:var(--bad)}.spark .base{stroke:var(--line);stroke-width:2}
.figures{display:grid;grid-template-columns:1fr 1fr;gap:.55rem 1rem;padding-bottom:.8rem;margin-bottom:.7rem;border-bottom:1px solid var(--line)}
.figures dd{font-weight:600}
.figures small{display:block;font-weight:400}
.failures{list-style:none;padding:0;font-size:.8125rem}
.failures time{color:var(--soft);white-space:nowrap}
.none{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem 1.1rem}
table{width:100%;border-collapse:separate;border-spacing:0;background:var(--card);border:1px solid var(--line);border-radius:.75rem;font-size:.875rem}
caption{text-align:left;color:var(--soft);font-size:.8125rem;padding-bottom:.4rem}
th,td{text-align:left;vertical-align:top;padding:.5rem .7rem;font-weight:400}
thead th{color:var(--soft);font-size:.8125rem}
tbody th{font-weight:600}
tbody th,tbody td{border-top:1px solid var(--line)}
td small{display:block;white-space:nowrap}
.tag{display:inline-block;border-radius:1rem;padding:.05rem .6rem;font-size:.8125rem;background:var(--warn-bg);color:var(--warn);white-space:nowrap}
.tag.missing-field,.tag.unknown-value{background:var(--bad-bg);color:var(--bad)}
.tag.unknown-field,.tag.other-spelling{background:var(--head);color:var(--ink)}
td time{white-space:nowrap}
@media (max-width:52rem){table,tbody,tr,th,td{display:block}thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}caption{display:block;padding:.6rem .9rem .2rem}tbody tr{padding:.6rem .9rem}tbody tr+tr{border-top:1px solid var(--line)}tbody th,tbody td{border:0;padding:.15rem 0;display:grid;grid-template-columns:6rem minmax(0,1fr);gap:.5rem;overflow-wrap:anywhere}tbody th::before,tbody td::before{content:attr(data-label);color:var(--soft);font-weight:400}td small{display:inline;white-space:normal}}
.scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:.5rem}
.map{display:block;width:100%;min-width:62rem;height:auto;font-size:11.5px;fill:var(--ink)}
.map rect{fill:var(--card);stroke:var(--line);stroke-width:1.5}
.map .head{fill:var(--head)}.map .root .head{fill:var(--accent)}.map .root .name{fill:var(--on-accent)}
.map .name{font-weight:650;font-size:12.5px}
.map .to,.map .leaf{text-anchor:end}.map .leaf{fill:var(--soft)}.map .to{fill:var(--accent)}
.map .link{fill:none;stroke:var(--bar);stroke-width:1.25}.map .tip{fill:var(--bar)}.map .link.back{stroke-dasharray:2 3}
summary{cursor:pointer;color:var(--accent);padding:.35rem 0;font-size:.875rem}
.types{display:grid;gap:.5rem;font-size:.875rem}
.types dt{font-weight:600;color:var(--ink);font-size:.875rem}
.types dd{color:var(--soft);overflow-wrap:anywhere}
.examples{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr));gap:1rem}
.examples li{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:.9rem 1.1rem;min-width:0}
.examples p{font-size:.875rem;color:var(--soft)}
pre{margin:.25rem 0 0;padding:.7rem;background:var(--code);border-radius:.5rem;overflow:auto;max-height:20rem}
footer{margin-top:2.5rem;padding-top:1rem;border-top:1px solid var(--line)}
@media print{body{background:#fff;max-width:none}.button,.skip,details{display:none}.card,.examples li,tr{break-inside:avoid}}
`;
