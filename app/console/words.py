"""The words of the pages, Chinese and English. What verdicts and the like are called stands in app.reports.words."""

from app.console.document_words import DOCUMENT_WORDS
from app.console.list_words import ACTIONS, ASPECTS, CHANGES, DIRECTIONS, LISTS, OUTCOMES
from app.console.review_words import REVIEW
from app.documents.identity import DOMAINS
from app.permissions import Role
from app.reports import words as reported

WORDS: dict[str, tuple[str, str]] = {
    # The frame.
    "name": ("落实", "Luoshi"),
    "what": ("工作要点逐级落实对照", "Which city items carry out which provincial tasks"),
    "skip": ("跳到正文", "Skip to the content"),
    "overview": ("总览", "Overview"),
    "province": ("地区", "Jurisdiction"),
    "domain": ("领域", "Domain"),
    "year": ("年份", "Year"),
    "open": ("打开", "Open"),
    "main_navigation": ("主导航", "Main"),
    "api": ("接口", "API"),
    "in_english": ("English", "English"),
    "in_chinese": ("中文", "中文"),
    "trial": ("试用 · 只读", "Trial · reading only"),
    "downloads": ("下载", "Download"),
    "downloads_of": ("下载：{what}", "Download: {what}"),
    "print": ("打印", "Print"),
    "stop": ("。", ". "),
    # Signing in and out.
    "sign_in": ("登录", "Sign in"),
    "sign_out": ("退出登录", "Sign out"),
    "key": ("访问密钥", "Access key"),
    "key_note": (
        "密钥由本单位的安全管理员发放，只显示一次；遗失请申请更换。",
        "The security administrator hands out keys. Each is shown once; ask for another if it is lost.",
    ),
    "provider": ("用统一身份认证登录", "Sign in with the identity provider"),
    "trial_note": (
        "这是本机试用：不登录即可查看，修改须登录。",
        "This is a trial on this machine: reading takes no key, changing does.",
    ),
    "look": ("不登录，直接查看", "Look without signing in"),
    "signed_in_as": ("当前身份：{who}（{role}）", "Signed in as {who} ({role})"),
    # Errors.
    "problem_number": ("请求编号", "Request number"),
    "problem_home": ("回到首页", "Back to the first page"),
    # The overview.
    "overview_of": ("{name}{year}年{domain}工作要点承接总览", "{name}, {domain} {year}: who carries out what"),
    "no_cascade": ("还没有省级要点", "There is no provincial plan yet"),
    "no_cascade_note": (
        "导入一份省级工作要点和各市的工作要点并比对之后，这里显示各市承接情况。",
        "Once a province's plan and its cities' plans are imported and linked, this page shows who carries out what.",
    ),
    "pairs": ("任务×市", "Task × city"),
    "pairs_note": ("适用于市级的任务逐市计数", "tasks that apply to cities, counted for each city"),
    "matrix": ("承接矩阵", "Matrix"),
    "matrix_of": ("{items} 条 × {cities} 市", "{items} items × {cities} cities"),
    "item": ("条", "Item"),
    "title": ("工作任务", "Title"),
    "total": ("合计", "Total"),
    "total_of_item": ("全部承接／已比对", "in full / judged"),
    "total_of_city": ("全部承接／适用", "in full / applicable"),
    "rows": ("显示", "Show"),
    "rows_all": ("全部条目", "all items"),
    "rows_gaps": ("有缺口的", "with gaps"),
    "rows_missing": ("有未见承接任务的", "with tasks not taken up"),
    "sort": ("排序", "Sort"),
    "sort_number": ("按编号", "by number"),
    "sort_gaps": ("缺口多的在前", "most gaps first"),
    "cities": ("各市", "Cities"),
    "cities_all": ("全部", "all"),
    "cities_plans": ("有要点的", "with a plan"),
    "basis": ("依据", "Basis"),
    "basis_all": ("含建议", "proposals too"),
    "basis_confirmed": ("仅已确认", "confirmed only"),
    "title_has": ("标题含", "Title has"),
    "apply": ("应用", "Apply"),
    "reset": ("清除", "Clear"),
    "nothing_left": ("没有符合条件的条目。", "No item meets these conditions."),
    "legend": ("图例", "Key"),
    "figures": ("数字：全部承接／适用任务", "in full / applicable"),
    "mark_proposed": ("仅为建议", "proposals only"),
    "mark_less": ("全部承接不足一半", "less than half"),
    "mark_stale": ("待重新复核", "review again"),
    "outdated": ("比对依据已变化", "judged on older texts"),
    "readout": (
        "把光标移到格子上，或用方向键走动；回车打开。",
        "Point at a cell or walk with the arrow keys; Enter opens it.",
    ),
    "flow": ("承接流向", "Flow"),
    "flow_note": (
        "左：省级各条；右：各市条目。线越宽，承接的任务越多。",
        "Left: the province's items; right: the cities'. The wider, the more tasks.",
    ),
    "flow_all": ("全部", "all"),
    "flow_none": ("还没有承接关系。", "There are no links yet."),
    "flow_long": (
        "{items} 条省级条目由 {cities} 个市的 {lower} 条承接",
        "{items} items carried out by {lower} items of {cities} cities",
    ),
    # An item.
    "item_of": ("第{number}条 {title}", "Item {number}: {title}"),
    "who_carries": ("哪些市承接了这一条", "Which cities carry it out"),
    "upper_text": ("省级原文", "The province's text"),
    "upper_task": ("省级任务", "Upper task"),
    "lower_text": ("市级原文", "The city's text"),
    "whole_text": ("全文", "Whole text"),
    "tasks": ("任务", "Tasks"),
    "tasks_of": ("{count} 项任务，{applicable} 项适用于市级", "{count} tasks, {applicable} for cities"),
    "lead_unit": ("牵头单位", "Lead unit"),
    "units": ("责任单位", "Units responsible"),
    "due": ("完成时限", "Deadline"),
    "previous": ("上一条", "Previous"),
    "next": ("下一条", "Next"),
    "who_not": ("没有承接的市，及原因", "Which cities do not, and why"),
    "not_here": ("未见承接的任务", "Tasks not taken up"),
    "helping": ("可能促进（没有任务依据）", "May help along (no task in them)"),
    "by_title": ("标题", "Title"),
    "nobody": ("还没有市承接这一条。", "No city carries it out yet."),
    "confidence": ("把握", "Confidence"),
    "other_year_note": ("{year}年的要点，仅供参考，不计入本年度", "plan of {year}: for information, not counted"),
    # A city.
    "city_of": ("{name}对照{upper}{year}年{domain}工作要点", "{name} against {upper}, {domain} {year}"),
    "edition": ("第{number}版", "edition {number}"),
    "judged_on": ("{day} 比对", "judged on {day}"),
    "links_of": ("承接关系：已确认 {confirmed}，建议 {proposed}", "links: {confirmed} confirmed, {proposed} proposed"),
    "applicable": ("适用任务", "Tasks for cities"),
    "order": ("排列", "Order"),
    "order_gaps": ("缺口在前", "gaps first"),
    "order_number": ("按编号", "by number"),
    "show_all": ("全部任务", "all tasks"),
    "show_gaps": ("仅缺口", "gaps only"),
    "evidence": ("市级依据", "The city's words"),
    "coverage": ("承接", "Coverage"),
    "target": ("目标（省／市）", "Target (up / down)"),
    "deadline": ("时限（省／市）", "Deadline (up / down)"),
    "target_word": ("目标", "Target"),
    "deadline_word": ("时限", "Deadline"),
    "carried_by": ("落实：{items}", "carried out by {items}"),
    "contributed_by": ("促进：{items}", "helped along by {items}"),
    "own": ("本地事项", "The city's own items"),
    "own_note": ("没有对应上级任务，仅供了解，不是问题。", "They answer to nothing above; for information, no fault."),
    "notice": ("缺口通知", "Notice of gaps"),
    "none_written": ("未写明", "none"),
    "no_gaps": ("没有缺口。", "There are no gaps."),
}
WORDS |= REVIEW | DOCUMENT_WORDS | LISTS
# Where a plan's own domain has no word, its code stands.
_DOMAINS = {code: (word, code) for word, code in reversed(DOMAINS)}
_ROLES: dict[Role, tuple[str, str]] = {
    Role.VIEWER: ("查看", "viewer"),
    Role.CITY_EDITOR: ("市级编辑", "city editor"),
    Role.REVIEWER: ("复核", "reviewer"),
    Role.ADMIN: ("系统管理", "administrator"),
    Role.SECURITY_ADMIN: ("安全管理", "security administrator"),
    Role.AUDITOR: ("审计", "auditor"),
}
_REPORTED = {
    "verdict": reported.VERDICTS,
    "coverage": reported.COVERAGES,
    "applies": reported.APPLIES,
    "target": reported.TARGETS,
    "deadline": reported.DEADLINES,
    "strength": reported.STRENGTHS,
    "status": reported.STATUSES,
    "kind": reported.KINDS,
    "severity": reported.SEVERITIES,
    "method": reported.METHODS,
    "decision": reported.DECISIONS,
    "due": reported.DUE,
    **{
        group: {code: reported.Word(*pair) for code, pair in words.items()}
        for group, words in (
            ("change", CHANGES),
            ("aspect", ASPECTS),
            ("direction", DIRECTIONS),
            ("action", ACTIONS),
            ("outcome", OUTCOMES),
        )
    },
}


class Words:
    """The words in one language: `w.overview`, `w.verdict("partial")`. Raises AttributeError for an unknown name."""

    def __init__(self, *, english: bool) -> None:
        self.english = english

    def __getattr__(self, name: str) -> str:
        try:
            return WORDS[name][self.english]
        except KeyError:
            raise AttributeError(name) from None

    def of_name(self, name: str) -> str:
        """The word of a name that is only known at run time; raises AttributeError for an unknown one."""
        word: str = getattr(self, name)
        return word

    def of(self, group: str, code: str | None) -> str:
        """What a code of the API is called: `w.of("verdict", "partial")`."""
        return reported.name(_REPORTED[group], code, english=self.english)

    def meaning(self, group: str, code: str) -> str:
        """What it means, in a sentence; empty where it speaks for itself."""
        return _REPORTED[group][code].meaning(english=self.english)

    def domain_name(self, code: str) -> str:
        """What a domain is called."""
        return _DOMAINS.get(code, (code, code))[self.english]

    def role(self, role: Role | None) -> str:
        """What a role is called; of who reads a trial, that he does."""
        return _ROLES[role][self.english] if role else self.trial
