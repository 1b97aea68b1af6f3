"""Plans as pages of government web sites, as browsers and programs save them."""

from html import escape

from app.documents import BlockKind, Metadata, outline
from app.documents.text import decode
from app.documents.values import Format, Source
from tests.documents.makers.plans import Typed, typed

SHAPES = ("modern", "tables", "breaks")

_MENU = "首页 政务公开 新闻中心 办事服务 互动交流 专题专栏 政策解读 数据发布".split()
_RELATED = (
    "教育部关于做好2020年普通高校招生工作的通知",
    "我市召开全市教育工作会议，部署全年重点任务",
    "关于公布第三批中小学数字校园示范学校名单的公示",
)
_FOOT = (
    "主办单位：某某市教育局　　地址：某某市人民路1号　　邮编：250000　　联系电话：0531-00000000",
    "版权所有：某某市教育局　　网站标识码：3700000000　　鲁ICP备05000000号　　鲁公网安备 37010000000000号",
    "关于我们 | 网站声明 | 网站地图 | 联系我们",
)
_SCRIPT = "<script>var a='<p>一、脚本里的文字不是正文。</p>';document.write(a);</script>"
_HIDDEN = '<div style="display:none">1.隐藏的文字不是正文。</div><p class="gone">2.样式表隐藏的文字不是正文。</p><!-- 三、注释 -->'


def page(data: bytes, shape: str = "modern") -> str:
    """A plan's text inside a site's page of a shape."""
    read = outline(Source(Format.TEXT, "text/plain", decode(data)))
    body = typed(data)
    return {"modern": _modern, "tables": _tables, "breaks": _breaks}[shape](body, read.metadata)


def _elements(metadata: Metadata) -> list[tuple[str, str]]:
    """The document's elements as sites list them; only what the text says too."""
    dated = metadata.issued_on
    pairs = [
        ("索 引 号", "003000000/2020-00001"),
        ("主题分类", "教育"),
        ("发文机关", metadata.issuer or ""),
        ("发文字号", metadata.document_number or ""),
        ("成文日期", f"{dated.year}年{dated.month}月{dated.day}日" if dated else ""),
        ("有 效 性", "有效"),
    ]
    return [pair for pair in pairs if pair[1]]


def _head(title: str, charset: str) -> str:
    return (
        f'<head><meta http-equiv="Content-Type" content="text/html; charset={charset}"><title>{escape(title)}_某某市教育局'
        "</title><style>.gone { display: none } p { text-indent: 2em }</style>"
        f'<link rel="stylesheet" href="https://unreachable.invalid/a.css">{_SCRIPT}</head>'
    )


def _links(names: tuple[str, ...] | list[str]) -> str:
    return "".join(f'<li><a href="https://unreachable.invalid/{i}">{name}</a></li>' for i, name in enumerate(names))


def _modern(body: list[Typed], metadata: Metadata) -> str:
    rows = _elements(metadata)
    pairs = [rows[i : i + 2] for i in range(0, len(rows), 2)]
    table = "".join(
        "<tr>" + "".join(f"<td><b>{key}：</b></td><td>{escape(value)}</td>" for key, value in pair) + "</tr>"
        for pair in pairs
    )
    title = metadata.title or "工作要点"
    text = "".join(_paragraph(entry) for entry in body)
    return (
        f"<!DOCTYPE html><html lang=zh>{_head(title, 'utf-8')}<body>"
        f'<div class="header"><div class="logo"><a href="/"><img src="logo.png" alt="某某市教育局"></a></div>'
        f'<ul class="nav">{_links(_MENU)}</ul><form class="search"><input value="请输入关键字"><button>搜索</button></form></div>'
        f'<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/a">政务公开</a> &gt; <a href="/b">通知公告</a></div>'
        f'<div class="xxgk_top"><table>{table}</table></div>{_HIDDEN}'
        '<div class="info"><span>来源：办公室</span><span>浏览次数：<em id="hits">1234</em></span>'
        "<span>【字体：<a>大</a> <a>中</a> <a>小</a>】</span></div>"
        f'<div class="wrap"><div id="zoom" class="TRS_Editor">{text}</div>'
        '<div class="share">分享到：<a class="wx">微信</a><a class="wb">微博</a></div></div>'
        f'<div class="related"><h3>相关阅读</h3><ul>{_links(list(_RELATED))}</ul></div>'
        '<div class="tools"><a>【打印本页】</a><a>【关闭窗口】</a></div>'
        f"<footer>{''.join(f'<p>{line}</p>' for line in _FOOT)}</footer>{_SCRIPT}</body></html>"
    )


def _paragraph(entry: Typed) -> str:
    text = escape(entry.text)
    if entry.kind in (BlockKind.TITLE, BlockKind.PLAN_TITLE):
        return (
            f'<p style="text-align:center"><span style="font-family:方正小标宋简体;font-size:22pt">{text}</span></p>\n'
        )
    if entry.section:
        return f'<p>&emsp;&emsp;<span style="font-family: 黑体"><strong>{text}</strong></span></p>\n'
    label, stop, rest = text.partition("。")
    if entry.kind is BlockKind.ITEM and stop and rest:
        text = f"<strong>{label}。</strong>{rest}"
    return f'<p style="text-align: justify">&nbsp;&nbsp;&nbsp;&nbsp;<span>{text}</span></p>\n'


def _tables(body: list[Typed], metadata: Metadata) -> str:
    """An old site: everything placed by tables, tags in capitals and not all closed."""
    menu = "".join(f"<TD><A HREF=/{i}>{name}</A></TD>" for i, name in enumerate(_MENU))
    listed = "".join(f"<TR><TD>{key}：</TD><TD>{escape(value)}</TD></TR>" for key, value in _elements(metadata))
    text = "".join(
        f"<P><FONT face=黑体>　　{escape(p.text)}</FONT>" if p.section else f"<P>　　{escape(p.text)}" for p in body
    )
    side = "".join(f"<TR><TD>·<A HREF=/r{i}>{name}</A></TD></TR>" for i, name in enumerate(_RELATED))
    foot = "".join(f"<TR><TD ALIGN=CENTER>{line}</TD></TR>" for line in _FOOT)
    return (
        f"<HTML>{_head(metadata.title or '', 'gb2312')}<BODY><TABLE WIDTH=100%><TR>{menu}</TR></TABLE>"
        "<TABLE><TR><TD>您现在的位置：<A HREF=/>首页</A> &gt;&gt; <A HREF=/x>文件通知</A></TD></TR></TABLE>"
        f"<TABLE><TR><TD WIDTH=200><TABLE><TR><TD>热点信息</TD></TR>{side}</TABLE></TD>"
        f"<TD><TABLE>{listed}</TABLE><TABLE><TR><TD>{text}</TD></TR></TABLE>"
        "<TABLE><TR><TD><A HREF=#>【打印】</A></TD><TD><A HREF=#>【关闭】</A></TD></TR></TABLE></TD></TR></TABLE>"
        f"<TABLE>{foot}</TABLE></BODY></HTML>"
    )


def _breaks(body: list[Typed], metadata: Metadata) -> str:
    """A page whose whole text is one block with line breaks, its source wrapped."""
    lines = "<br>\r\n<br />".join("&nbsp;&nbsp; &nbsp;&nbsp;" + escape(p.text) for p in body)
    return (
        f"<html>{_head(metadata.title or '', 'gbk')}<body><div id=top><a href=/>首页</a>|<a href=/a>机构</a>|<a href=/b>公开</a>"
        f"</div><div id=content>{lines}</div><div>上一篇：<a href=/1>{_RELATED[0]}</a></div>"
        f"<div>下一篇：<a href=/2>{_RELATED[1]}</a></div><div id=foot>{'<br>'.join(_FOOT)}</div></body></html>"
    )
