"""The two small pages for signing in and out. One file each: no script, nothing from elsewhere."""

import base64
import hashlib
from html import escape

from app.auth import Principal

_STYLE = """
body { margin: 0; background: #f4f5f7; color: #1f2329; font: 16px/1.6 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif }
main { max-width: 26em; margin: 12vh auto 0; padding: 2em; background: #fff; border: 1px solid #d5d8dd }
h1 { margin: 0 0 .2em; font-size: 1.5em }
label { display: block; margin: 1.2em 0 .3em }
input { width: 100%; box-sizing: border-box; padding: .5em; border: 1px solid #8a919e; font: inherit }
button, .button { display: inline-block; margin-top: 1em; padding: .45em 1.4em; border: 1px solid #1d4f91; background: #1d4f91;
  color: #fff; font: inherit; text-decoration: none; cursor: pointer }
:focus-visible { outline: 3px solid #f0b429; outline-offset: 2px }
.problem { padding: .5em .8em; border-left: 4px solid #b3261e; background: #fdecea }
.note { color: #4a5160; font-size: .9em }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
HEADERS = {
    **PRIVATE,
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Language, Cookie",
}
_ZH = {
    "title": "登录",
    "name": "落实",
    "what": "工作要点逐级落实对照服务",
    "key": "访问密钥",
    "note": "密钥由本单位的安全管理员发放，只显示一次；遗失请申请更换。",
    "go": "登录",
    "provider": "用统一身份认证登录",
    "trial": "这是本机试用：不登录即可查看，修改须登录。",
    "look": "不登录，直接查看",
    "out": "退出登录",
    "as": "当前身份",
}
_EN = {
    "title": "Sign in",
    "name": "Luoshi",
    "what": "Which city items carry out which provincial tasks",
    "key": "Access key",
    "note": "The security administrator hands out keys. Each is shown once; ask for another if it is lost.",
    "go": "Sign in",
    "provider": "Sign in with the identity provider",
    "trial": "This is a trial on this machine: reading takes no key, changing does.",
    "look": "Look without signing in",
    "out": "Sign out",
    "as": "Signed in as",
}


def sign_in(root: str, onward: str, *, problem: str | None, provider: bool, trial: bool, english: bool) -> str:
    """The page to sign in on, as HTML; `problem` says why the last attempt failed, `onward` where to go afterwards."""
    words = _EN if english else _ZH
    parts = [f"<h1>{words['name']}</h1><p>{words['what']}</p>"]
    if problem:
        parts.append(f'<p class="problem" role="alert">{escape(problem)}</p>')
    if provider:
        parts.append(f'<a class="button" href="{escape(root)}/sign-in/provider">{words["provider"]}</a>')
    parts.append(
        f'<form method="post" action="{escape(root)}/sign-in">'
        f'<label for="key">{words["key"]}</label>'
        '<input id="key" name="key" type="password" autocomplete="current-password" required autofocus>'
        f'<input name="next" type="hidden" value="{escape(onward)}">'
        f"<button>{words['go']}</button></form>"
        f'<p class="note">{words["note"]}</p>'
    )
    if trial:
        parts.append(f'<p class="note">{words["trial"]} <a href="{escape(root)}/docs">{words["look"]}</a></p>')
    return _whole(words, words["title"], parts, english=english)


def sign_out(root: str, who: Principal, *, english: bool) -> str:
    """The page with the button to sign out, as HTML."""
    words = _EN if english else _ZH
    parts = [
        f"<h1>{words['out']}</h1><p>{words['as']}：{escape(who.subject)}（{who.role}）</p>",
        f'<form method="post" action="{escape(root)}/sign-out">',
        f'<input name="csrf_token" type="hidden" value="{escape(who.csrf_token or "")}">',
        f"<button>{words['out']}</button></form>",
    ]
    return _whole(words, words["out"], parts, english=english)


def _whole(words: dict[str, str], title: str, parts: list[str], *, english: bool) -> str:
    language = "en" if english else "zh-CN"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title} – {words['name']}</title><style>{_STYLE}</style></head><body><main>{''.join(parts)}</main></body></html>"
    )
