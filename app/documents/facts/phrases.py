"""Noun phrases: what a number measures, cut out of its clause by rules; and how alike two of them are.

The rules look at words only at the edges of a phrase: verbs and adverbs before it, connecting words behind it.
"""

import re

from app.documents.facts.scopes import EACH

_VERBS = (
    "新建改扩建 新改扩建 改扩建 新建 改建 扩建 建设 建成 建立 建好 创建 组建 新组建 筹建 重建 改造 新增 增加 "
    "增设 新培育 培育 培养 培训 轮训 打造 评选 评定 遴选 选树 选派 选聘 选拔 认定 推荐 推动 推进 推行 推广 "
    "招收 招聘 公开招聘 新招聘 招录 招考 补充 引进 接收 派出 配备 配齐 组织 开展 举办 办好 办成 承办 实施 "
    "落实 完成 实现 达到 做强 做优 做大 做好 抓好 确保 保证 保障 支持 指导 督促 引导 鼓励 扶持 帮助 协助 资助 "
    "制定 制订 出台 研制 编制 修订 印发 发布 完善 健全 提高 提升 加快 加强 扩大 优化 深化 强化 巩固 维护 消除 "
    "化解 解决 清理 整治 整改 杜绝 防止 避免 降低 压减 减少 控制 压降 普及 覆盖(?![率面]) 接入 使用 采用 采取 执行 录制 "
    "征集 开设 开发 设立 成立 投放 立项 立项建设 投入 购置 安排 走访慰问 走访 慰问 参加 面向 由 更新 启动 "
    "推出 孵化 选择 依托 打磨 开发优化 面向社会 向社会 继续开发 定向征集 重点建设 遴选建设 联合开展 至少组织 "
    "争创 用好 采购 "
)
VERB = "(?:" + "|".join(sorted(_VERBS.split(), key=len, reverse=True)) + ")"
"""A pattern of the verbs of commitments that may stand before what they are about; longer ones first."""
_ADVERB = (
    r"(?:力争|争取|努力|坚决|确保|继续|持续|全面|全部|基本(?!公共|养老|医疗)|逐步|进一步|大力|积极|稳步|加快|着力|切实|严格|认真|不断|深入|扎实|有序|统一|共计|累计|总计|共(?![青同享建])|要(?![素点闻])|应(?![届用急对])|须|再|新(?=[招创建增培组改])|年内|全年|本年度|今年|当年"
    r"|多种途径|分期分批|有计划地)"
)
_WHOSE = r"(?:全国|全省|全市|全县|全区|我省|我市|我县|各市|各县|各地|各级各类|各校|每年|年度)"
_LIST = r"[、和与及并或,]"
_LEAD = re.compile(
    rf"(?:{VERB}|{_ADVERB}|{_WHOSE}|{_LIST}|{EACH.pattern}|至少|最多|■|\(?[0-9]{{1,2}}\)|了|的(?!确)|地)+"
)
_LAST_VERB = re.compile(rf"(?!实现|达到|完成|确保|保持|保证){VERB}$")
_TRAIL = re.compile(
    r"(?:(?:在|以)?(?:上|去|前)年(?:的)?基础上?上?|(?:比|较|与|同)(?:上年|去年|同期|[0-9]{4}年)(?:相比)?|在.{0,8}基础上|按照?|力争|争取|努力|要|应|须|将|需|预计|共计|共有?|总计|累计|再|均|统一|总体|平均|全部|由|从|为|至|已|能够?"
    r"|实现|达到|覆盖|控制|保持|年内|每[日天周月年班校县市生人]|每学期|每季度?|数量|人数|总数|个数|,|、|的|了)+$"
)
_CUT = re.compile(
    r"[,;:。、!?■]|(?<=..)(?:推行|实行|实施|开展|推进|推动|达到|达标|实现|完成|建立|建成|建设|创建|探索|试点|接入|使用|采用|纳入|参加|赴|结对|在线|走进|演出|申报|办好|新增|每|并|不低于|不少于)|[和及与、](?=[0-9一二三四五六七八九十百千]+(?:[成%个所名项]|百分))"
)
_LONGEST = 30  # characters; a longer run of words is a sentence without commas, not the name of a measure

# Heads that name how much of something, not what: beside them the clause before has to say it.
_RATE = re.compile(r"(?:覆盖面|覆盖率|发放面|完成率|达标率|占比|比例|比重|覆盖|率|面|数量|总数|标准|数|水平)$")
GENERIC = re.compile(
    r"(?:本年度|年内|全年)?(?:覆盖面|覆盖率|.{0,2}[面率]|比例|比重|占比|数量|总数|标准|水平|.{0,2}达标率)?"
)

# Words that every plan uses about everything, left out of likeness.
_COMMON = re.compile(
    r"推进|推动|加强|加快|加大|完善|健全|建立|落实|实施|开展|组织|做好|抓好|深化|强化|提高|提升|促进|确保|保障|实现|达到|全面|全部|坚决|努力|积极|稳步|扎实|深入|持续|继续|切实|严格|进一步"
    r"|全省|全市|各地|年内|工作|以上|以下|以内|力争|完成|指导|督促|全覆盖|消除|清零|所有|一律|[0-9.%]+"
)


def before(text: str) -> str | None:
    """The noun phrase that ends a stretch of folded text: 新建、改扩建义务教育学校 gives 义务教育学校."""
    phrase = text[-120:]
    phrase = re.split(r"[;:。■]", phrase)[-1]
    while True:
        shorter = _TRAIL.sub("", phrase)
        shorter = strip_lead(shorter)
        if shorter == phrase:
            break
        phrase = shorter
    return _sound(phrase[-_LONGEST:])


def after(text: str) -> str | None:
    """The noun phrase that begins a stretch of folded text: 公费师范生,推进… gives 公费师范生."""
    phrase = text[:60].removeprefix("的")
    cut = _CUT.search(phrase)
    phrase = phrase[: cut.start()] if cut else phrase
    return _sound(phrase[:_LONGEST])


def strip_lead(phrase: str) -> str:
    """The phrase without the verbs, adverbs and list signs before it."""
    lead = _LEAD.match(phrase)
    rest = phrase[lead.end() :] if lead else phrase
    if lead and rest and is_generic(rest):
        verb = _LAST_VERB.search(lead.group())  # 培训合格率: the verb says what the rate is of
        rest = verb.group() + rest if verb else rest
    return rest


def _sound(phrase: str) -> str | None:
    """The phrase, unless it is no more than a sign or a verb."""
    phrase = phrase.strip("、,的").rstrip("“「").lstrip("”」")
    phrase = phrase[1:-1] if phrase[:1] + phrase[-1:] in {"“”", "「」", "()"} else phrase
    return phrase if len(phrase) >= 2 and not re.fullmatch(VERB, phrase) else None


def is_rate(phrase: str) -> bool:
    """Whether a phrase names a rate: 大班额比例, 毛入园率."""
    return _RATE.search(phrase) is not None


def is_generic(phrase: str | None) -> bool:
    """Whether a phrase leaves open what is measured: 覆盖面, 比例, nothing."""
    return phrase is None or GENERIC.fullmatch(phrase) is not None


def bigrams(phrase: str) -> frozenset[str]:
    """The pairs of neighbouring characters, without common words, signs and pairs across them."""
    runs = re.split(r"[^\u4e00-\u9fffa-z]+", _COMMON.sub(" ", phrase))
    return frozenset(run[k : k + 2] for run in runs for k in range(len(run) - 1))


def share(part: str, whole: str) -> float:
    """How much of a phrase's pairs of characters stands in another one: 0 to 1; 0 if it has none."""
    pairs = bigrams(part)
    return len(pairs & bigrams(whole)) / len(pairs) if pairs else 0.0


def fold_indicator(indicator: str) -> str:
    """An indicator for comparing: without what varies in print (的, brackets, signs, 全市)."""
    return re.sub(rf"[^\u4e00-\u9fffa-z0-9]|的|{_WHOSE}", "", indicator.lower())
