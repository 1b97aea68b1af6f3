"""Which clauses are commitments of their own, and which only lead in, or hang on to, another one."""

import re
from enum import Enum, auto

from app.documents.text import fold

LONGEST = 300  # characters; no lead-in is longer, and the patterns below stay cheap


class Role(Enum):
    """What a clause is to its neighbours."""

    COMMITMENT = auto()
    LEADS_IN = auto()  # belongs to the clause behind it
    HANGS_ON = auto()  # belongs to the clause before it
    ANNOUNCES = auto()  # 着重抓好五项工作: says only that points follow
    STATES = auto()  # 对督导工作提出了更高要求: background


# Verbs that carry a commitment when something stands before them; verbal nouns (建设, 管理, 服务, …) are left out,
# since after 依托, 围绕, 结合 they are part of a name.
_VERB = (
    "开展|推进|推动|推行|推广|加强|加快|加大|强化|深化|优化|细化|组织|制定|制订|编制|修订|研制|完善|健全|建立|实施|落实|进行|实行|执行|提升|提高|增强"
    "|引导|指导|督促|督导检查|做好|抓好|做到|做大|做强|做优|办好|办成|建成|建好|用好|配齐|配备|举办|承办|筹备|培育|培养|打造|构建|搭建|创建|筹建|组建|新建|改扩建"
    "|探索|研究制|出台|印发|发布|公布|招生|招聘|招收|选派|选拔|遴选|评选|推荐|认定|核定|达到|实现|完成|确保|保障|保证|防止|防范|杜绝|严禁|查处|整治|化解|追责|问责"
    "|提供|开设|开发|设立|成立|拓宽|拓展|扩大|扩充|增加|新增|减少|减轻|降低|压减|压降|严格|规范|支持|鼓励|扶持|协调|统筹|争取|申报|召开|启动|普及|宣传|解决|营造|发挥"
    "|纳入|列入|列为|覆盖|跟踪|通报|点名|整改|办理|建设好|管好|守好|促进|助力|改善|改进|创新|盘活|调整|分配|处置|备案|审查|检查|走访|慰问|培训[0-9一二三四五六七八九十百千万]"
)
_STRONG = re.compile(_VERB)
_QUOTED = re.compile(r"“[^”]*”|《[^》]*》|（[^（）]*）|\([^()]*\)|‘[^’]*’|「[^」]*」")

_ADVERB = r"(?:认真|紧紧|紧密|密切|积极|主动|进一步|全面|始终|严格|充分|切实|要|并|同时|科学|牢牢|坚决)*"
_NOUN_END = (
    r"(?:要求|部署|安排|方案|分工|原则|意见|规定|标准|精神|实际|情况|形势|任务|目标|思路|模式|办法|政策|文件|规划|方针|职责|规律|特点|需要|需求|趋势"
    r"|问题|重点|主题|主线|中心|群体|环节|领域|人群|优势|资源|平台|系统|基地|项目|工程|载体|抓手|契机|基础|机遇|机制|体系|关键|症结|难点|薄弱点|短板|行动|活动|学院|学校|院校|机构)"
)
_TIME_CHARS = r"0-9０-９〇零一二两三四五六七八九十百年月日底末前后内初中上下半旬季度学期间以之时起每各周寒暑假春秋季今明本当全到至截止在于从自“”十"
_TIME = re.compile(
    rf"(?:力争|争取|确保|计划|预计|原则上)?[{_TIME_CHARS}]*(?:年|月|日|季度|学期|周|期间|假期|阶段)[{_TIME_CHARS}]*"
)
_LEAD_PREPOSITION = re.compile(
    rf"{_ADVERB}(?:按照|依照|遵照|参照|对照|对标|根据|依据|围绕|针对|聚焦|结合|依托|立足|着眼于?|瞄准|借助|凭借|随着|鉴于|面对|适应|本着|遵循)"
)
_LEAD_FIXED = re.compile(
    rf"{_ADVERB}(?:通过(?!.*(?:验收|测评|认证|评审|审核|审批|评估|考核|复核|检验)$)(?=.{{2}})|为了|由于|受.{{1,12}}影响$|除.{{1,30}}外$|对于|关于)"
    r"|(?:力争|争取|其中|同时|此外|另外|具体|首先|其次|最后|一方面|另一方面|与此同时|在此基础上|为此)$"
    r"|(?:坚持|秉持|按|本着).{2,40}(?:原则|理念|方针|导向|方向|思路)$"
    rf"|{_ADVERB}以.{{1,60}}的(?:状态|韧劲|精神|态度|姿态|决心|标准|要求|方式|形式|作风|力度|举措|担当)$"
    r"|(?:在|从|于).{1,60}(?:中|上|下|方面|期间|基础上|前提下|过程中|背景下|时|前|后|以来|同时)$"
    r"|对.{2,60}(?:的|人员|群体|对象)$"
    rf"|{_ADVERB}(?:利用|运用|采用|采取)[^开推建实]{{2,40}}(?:手段|方式|形式|技术|平台|途径|渠道)$"
    r"|为(?:进一步|深入|全面|切实|加快|加强|贯彻|落实|推进|推动|确保|保障|做好|提高|提升|规范).{2,60}$"
)
_WITH_AS = re.compile(rf"(?:坚持|始终|要|{_ADVERB})以.+?(?:为|作为)(?P<rest>[^为]{{1,10}})$")
_HANGING = re.compile(r"(?:以及|及其|特别是|尤其是|包括|其中|例如|比如|诸如|和|或者?|与其|等)(?=.)")
_AND_ITS_OWN = re.compile(r"和(?:谐|睦|美)")
_LATE_VERB = re.compile(
    rf"(?:力争|争取|确保|计划)?[{_TIME_CHARS}]*(?:年|月|季度|学期)[{_TIME_CHARS}]*(?:全面|全部|基本|正式|如期|按期)?[\u4e00-\u9fff]{{2,4}}"
)
_ANNOUNCING = re.compile(
    r"(?:着重|着力|重点|集中|切实|主要|突出|全力|扎实|继续|要)*(?:抓好|做好|办好|抓|做|办|推进|实施|开展|完成|落实|做到|实现|打好)(?:以下|下列|如下)?"
    r"[0-9一二两三四五六七八九十]+(?:项|件|个|方面|大|条)(?:方面|重点|主要|具体|民生|大)?(?:工作|任务|实事|行动|措施|工程|事情|事项)?(?:的工作)?$"
)
_STATING = re.compile(
    r"(?:提出|面临|带来|产生|奠定|取得|进入)了.*(?:要求|挑战|任务|机遇|课题|基础|成效|成绩|阶段|影响)$"
)
_COUNTED = re.compile(
    r"[0-9一二两三四五六七八九十百千万]+(?:余|多)?(?:个|所|名|家|项|支|场|处|套|门|批|份|座|条|人|万)"
)
_NOMINAL = re.compile(r"[^，]*的(?:深入|不断|全面|持续|加快)?(?:推进|实施|发展|深化|落实|开展|提出|到来)$")


def role_of(clause: str) -> Role:
    """What a clause (without its punctuation and markers) is to its neighbours."""
    if len(clause) > LONGEST:
        return Role.COMMITMENT
    plain = fold(clause)
    bare = _QUOTED.sub("“”", plain)
    if _TIME.fullmatch(plain) or _leads_in(bare):
        return Role.LEADS_IN
    if _hangs_on(bare):
        return Role.HANGS_ON
    if _ANNOUNCING.fullmatch(bare):
        return Role.ANNOUNCES
    return Role.STATES if _STATING.search(bare) else Role.COMMITMENT


def _leads_in(bare: str) -> bool:
    if _LEAD_FIXED.match(bare) or _NOMINAL.fullmatch(bare):
        return True
    preposition = _LEAD_PREPOSITION.match(bare)
    if preposition:
        rest = bare[preposition.end() :]
        return re.search(_NOUN_END + "$", rest) is not None or not _STRONG.search(rest[2:])
    with_as = _WITH_AS.match(bare)
    return with_as is not None and not _STRONG.search(with_as.group("rest"))


def _hangs_on(bare: str) -> bool:
    if _HANGING.match(bare) and not _AND_ITS_OWN.match(bare):
        return True
    late = _LATE_VERB.fullmatch(bare) is not None and _STRONG.search(bare[-4:]) is not None
    return late or _is_fragment(bare)


def _is_fragment(bare: str) -> bool:
    """A short list of nouns (线上、线下) or a counted thing (43个工作坊), torn from its sentence by a comma."""
    if _STRONG.search(bare):
        return False
    short_list = len(bare) <= 8 and "、" in bare and all(len(part) <= 3 for part in bare.split("、"))
    return short_list or _COUNTED.match(bare) is not None
