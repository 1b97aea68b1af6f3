"""Every error a caller is told about. `detail` is Chinese, or English on request, and says what to do."""

from collections.abc import Mapping

from app.errors.base import DomainError


class NotFound(DomainError):
    status = 404
    slug = "not-found"
    title = ("没有找到", "Not found")


class PlanNotFound(NotFound):
    zh = "没有编号为“{plan}”的要点。编号形如 370000-edu-2020（行政区划代码-领域-年份），可用 GET /api/v1/plans 查看已有要点。"
    en = "There is no plan {plan!r}. Keys look like 370000-edu-2020; GET /api/v1/plans lists those that exist."


class PlanNotYet(NotFound):
    slug = "plan-not-yet"
    title = ("当时还没有这份要点", "Not there yet")
    zh = "截至 {moment}，还没有编号为“{plan}”的要点，或者系统没有当时的记录。请把 as_of 写晚一些，或去掉 as_of 查看现状。"
    en = "As of {moment} there was no plan {plan!r}, or nothing is on record of that time. Give a later as_of, or none."


class PlanWithdrawn(NotFound):
    slug = "plan-withdrawn"
    title = ("要点已撤回", "Plan is withdrawn")
    zh = (
        "要点“{plan}”已撤回，不再列入查询。可用 GET /api/v1/plans/{plan}?withdrawn=true 查看何人何时因何撤回，"
        "用 as_of 查看撤回之前的情况，或用 POST /api/v1/plans/{plan}/restoration 恢复。"
    )
    en = (
        "Plan {plan!r} is withdrawn. GET /api/v1/plans/{plan}?withdrawn=true says by whom, when and why; as_of shows what "
        "was before; POST /api/v1/plans/{plan}/restoration restores it."
    )


class ItemNotFound(NotFound):
    zh = "要点“{plan}”中没有第 {number} 条。可用 GET /api/v1/plans/{plan}/items 查看各条。"
    en = "Plan {plan!r} has no item {number}. GET /api/v1/plans/{plan}/items lists its items."


class TaskNotFound(NotFound):
    zh = "要点“{plan}”第 {number} 条中没有第 {task} 项任务。可用 GET /api/v1/plans/{plan}/items/{number} 查看各项任务。"
    en = "Item {number} of plan {plan!r} has no task {task}. GET /api/v1/plans/{plan}/items/{number} lists its tasks."


class EditionNotFound(NotFound):
    zh = "要点“{plan}”没有第 {edition} 版。可用 GET /api/v1/plans/{plan}/editions 查看各版。"
    en = "Plan {plan!r} has no edition {edition}. GET /api/v1/plans/{plan}/editions lists those there are."


class ChangeNotFound(NotFound):
    zh = (
        "要点“{plan}”第 {edition} 版没有编号为“{change}”的变化。编号为旧版的条或任务号（如 8、8.4），"
        "可用 GET /api/v1/plans/{plan}/editions/{edition}/changes 查看。"
    )
    en = (
        "Edition {edition} of plan {plan!r} has no change {change!r}. Ids are the old numbers (8, 8.4); "
        "GET /api/v1/plans/{plan}/editions/{edition}/changes lists them."
    )


class PreviewNotFound(NotFound):
    zh = "没有编号为“{preview}”的预览。预览可能已确认、已删除或已过期，可用 GET /api/v1/plans/previews 查看，或用 POST 重新上传。"
    en = (
        "There is no preview {preview!r}: it may have been confirmed, deleted or expired. GET /api/v1/plans/previews "
        "lists those there are; POST uploads the document again."
    )


class GapNotFound(NotFound):
    zh = "要点“{plan}”现在没有编号为“{gap}”的缺口。缺口可能已经消除，可用 GET /api/v1/plans/{plan}/gaps 重新查看。"
    en = "Plan {plan!r} has no gap {gap!r} now; it may be closed. GET /api/v1/plans/{plan}/gaps lists the present ones."


class LinkNotFound(NotFound):
    zh = "没有编号为“{link}”的承接关系。可用 GET /api/v1/links 查看。"
    en = "There is no link {link!r}. GET /api/v1/links lists them."


class LinkRunNotFound(NotFound):
    zh = "要点“{plan}”没有编号为“{run}”的比对任务。可用 GET /api/v1/plans/{plan}/link-runs 查看。"
    en = "Plan {plan!r} has no link run {run!r}. GET /api/v1/plans/{plan}/link-runs lists them."


class ThesaurusNotFound(NotFound):
    zh = "领域“{domain}”没有词表。可用 GET /api/v1/thesauri 查看已有词表，或用 PUT /api/v1/thesauri/{domain} 导入。"
    en = "Domain {domain!r} has no thesaurus. GET /api/v1/thesauri lists them; PUT /api/v1/thesauri/{domain} imports one."


class TermGroupNotFound(NotFound):
    zh = "领域“{domain}”的词表中没有“{group}”这一组。可用 GET /api/v1/thesauri/{domain}/groups 查看。"
    en = "The thesaurus of {domain!r} has no group {group!r}. GET /api/v1/thesauri/{domain}/groups lists them."


class JurisdictionNotFound(NotFound):
    zh = "没有登记代码为“{adcode}”的行政区划。可用 GET /api/v1/jurisdictions 查看，或用 POST /api/v1/jurisdictions 登记。"
    en = "No jurisdiction {adcode!r} is registered. GET /api/v1/jurisdictions lists them; POST registers one."


class Conflict(DomainError):
    status = 409
    slug = "conflict"
    title = ("与现有数据冲突", "Conflict")


class JurisdictionExists(Conflict):
    zh = "代码“{adcode}”已登记为“{name}”，不能再登记为另一个名称。"
    en = "{adcode!r} is registered as {name!r} already and cannot be registered under another name."


class ConcurrentChange(Conflict):
    zh = "同一数据刚被另一个请求改动，本次请求没有改动任何数据。请重新查看后再试。"
    en = "Another request has just changed the same data; nothing was changed by this one. Look again and retry."


class PreviewOutdated(Conflict):
    slug = "preview-outdated"
    title = ("预览已过时", "Preview is out of date")
    zh = (
        "预览自上次查看之后已有变化（有人更正了预览，或要点“{plan}”有了新版本），现在确认存入的将不是当时所见的内容，因此没有存入。"
        "请用 GET /api/v1/plans/previews/{preview} 重新查看，再以其 digest 确认。"
    )
    en = (
        "What the preview shows has changed since it was looked at: somebody corrected it, or plan {plan!r} has a new "
        "edition. Nothing was stored. GET /api/v1/plans/previews/{preview}, then confirm with the digest that it gives."
    )


class TooManyPreviews(Conflict):
    slug = "too-many-previews"
    title = ("预览过多", "Too many previews")
    zh = "已有 {limit} 份预览，达到上限，没有再保存。请先确认或删除不需要的预览；管理员可用 LUOSHI_MAX_PREVIEWS 提高上限。"
    en = (
        "There are {limit} previews already, which is the most there may be; this one was not kept. Confirm or delete "
        "some first; operators can raise LUOSHI_MAX_PREVIEWS."
    )


class Unprocessable(DomainError):
    status = 422
    slug = "invalid-request"
    title = ("请求内容不符合要求", "Invalid request")


class InvalidRequest(Unprocessable):
    zh = "请求内容有 {count} 处不符合要求，详见 errors，改正后重试。"
    en = "{count} part(s) of the request are not valid; see errors, correct them and try again."


class BadCursor(Unprocessable):
    pointer = "/query/cursor"
    slug = "bad-cursor"
    title = ("游标无效", "Bad cursor")
    zh = "参数 cursor 无效，或与本次筛选条件不一致。请原样使用上一页的 next_cursor，并保持筛选条件不变；或去掉 cursor 从头开始。"
    en = "The cursor is not valid, or belongs to other filters. Use next_cursor as it came, or start without cursor."


class BadMoment(Unprocessable):
    pointer = "/query/as_of"
    slug = "bad-moment"
    title = ("时刻无效", "Bad moment")
    zh = (
        "as_of“{asked}”不是时刻或日期。时刻须带时区，如 2026-11-23T15:04:05+08:00（网址中加号写作 %2B）或 2026-11-23T07:04:05Z；"
        "日期如 2026-11-23，指当日终了。"
    )
    en = (
        "as_of {asked!r} is neither a moment with its offset, such as 2026-11-23T15:04:05+08:00 (in an address + is %2B) "
        "or 2026-11-23T07:04:05Z, nor a day, such as 2026-11-23, which stands for its end."
    )


class FutureMoment(Unprocessable):
    pointer = "/query/as_of"
    slug = "future-moment"
    title = ("时刻尚未到来", "Moment in the future")
    zh = "as_of 所写的时刻尚未到来（日期指当日终了，所以也不能写今天）。要看现状，请去掉 as_of。"
    en = "as_of has not come yet (a day stands for its end, so today will not do either). Leave it out for the present."


class BadAdcode(Unprocessable):
    slug = "bad-adcode"
    title = ("行政区划代码无效", "Bad adcode")
    zh = "“{adcode}”不是行政区划代码。代码为六位数字：全国 100000，省级形如 370000，地级形如 371300，县级形如 371302。"
    en = "{adcode!r} is no adcode. It has six digits: 100000 the country, 370000 a province, 371300 a city, 371302 a county."


class EmptySearch(Unprocessable):
    pointer = "/query/q"
    slug = "empty-search"
    title = ("没有可查找的词", "Nothing to search for")
    zh = "参数 q 中没有可查找的词。请写出要查找的词语，例如 q=大班额；多个词用空格隔开，表示同时包含。"
    en = "q has no words. Give the words to look for, such as q=大班额; several, divided by spaces, must all occur."


class BadThesaurus(Unprocessable):
    slug = "bad-thesaurus"
    title = ("词表有误", "Bad thesaurus")
    zh = "词表有 {count} 处错误，没有改动任何内容。详见 errors（/rows/ 后为文件中的行号），改正后重新导入。"
    en = "The thesaurus has {count} mistake(s); nothing was changed. See errors (/rows/ gives the line of the file)."

    @classmethod
    def at(cls, line: int | None, shown: str, zh: str, en: str) -> "BadThesaurus":
        """One mistake, at a line of the file or in the address."""
        pointer = "/path" if line is None else f"/rows/{line}"
        return cls(count=1, errors=[(pointer, f"“{shown}”：{zh}", f"{shown!r}: {en}")])


class MissingParent(Unprocessable):
    slug = "missing-parent"
    title = ("上级行政区划未登记", "Missing parent")
    zh = "代码“{adcode}”的上级“{parent}”尚未登记。请先登记上级，再登记本级。"
    en = "The parent {parent!r} of {adcode!r} is not registered. Register it first."


class UnreadableDocument(Unprocessable):
    slug = "unreadable-document"
    title = ("文件无法读取", "Unreadable document")
    zh = "{zh}"
    en = "{en}"


class UnidentifiedPlan(Unprocessable):
    slug = "unidentified-plan"
    title = ("无法确定是哪一份要点", "Unidentified plan")
    zh = "从文件中看不出{missing_zh}。请在导入时写明：{fields}。"
    en = "The document does not tell {missing_en}. Give it with the import: {fields}."


class BadCorrections(Unprocessable):
    slug = "bad-corrections"
    title = ("更正有误", "Bad corrections")
    zh = "更正无法照办，没有改动任何内容：{zh}"
    en = "The corrections cannot be carried out; nothing was changed. {en}"


class NoUpperJurisdiction(Unprocessable):
    slug = "no-upper-jurisdiction"
    title = ("没有上级行政区划", "No jurisdiction above")
    zh = "行政区划“{adcode}”没有上级，其要点无从对照。请检查 adcode，或用 against 写明对照哪一份要点。"
    en = "Nothing stands above {adcode!r} that its plan could be checked against. Look at adcode, or give against."


class DraftTooLarge(Unprocessable):
    slug = "draft-too-large"
    title = ("草稿过长", "Draft too large")
    zh = "草稿有 {sentences} 句，要与上级 {tasks} 项任务逐一比对，超过即时核对的上限。请拆分草稿，或导入后用比对任务（link-runs）处理。"
    en = (
        "The draft's {sentences} sentences against {tasks} upper tasks are more than a check at once can take. Split "
        "it, or import it and start a link run."
    )


class NotAnUpperPlan(Unprocessable):
    slug = "not-an-upper-plan"
    title = ("不是上级要点", "Not an upper plan")
    zh = "“{lower}”不是“{upper}”的下级要点：须为其直接下级行政区划、同一领域、年份相差不超过两年的要点，且为该行政区划参加本级联的那一份。"
    en = "{lower!r} does not answer to {upper!r}: it must be the plan with which a direct child enters this cascade."


class GraphTooLarge(Unprocessable):
    slug = "graph-budget-exceeded"
    title = ("超出图的规模上限", "Graph budget exceeded")
    zh = "结果超过 {limit} 个节点的上限。请减小 depth，或提高 max_nodes（不超过 {most}）。"
    en = "The answer has more than {limit} nodes. Lower depth, or raise max_nodes (at most {most})."


class FileTooLarge(Unprocessable):
    slug = "file-too-large"
    title = ("导出内容过多", "Too much for one file")
    zh = "符合条件的超过 {limit} 行，无法导出为一个文件。请加上筛选条件分批导出，或用 format=json 逐页读取。"
    en = "More than {limit} rows match, too many for one file. Export them in parts with filters, or page through JSON."


class CascadeTooLarge(Unprocessable):
    slug = "cascade-too-large"
    title = ("级联规模过大", "Cascade too large")
    zh = "这一级联超过 {limit} 个节点，无法载入。管理员可用 LUOSHI_MAX_GRAPH_NODES 提高上限。"
    en = "This cascade has more than {limit} nodes and cannot be loaded. Operators can raise LUOSHI_MAX_GRAPH_NODES."


class BodyTooLarge(DomainError):
    status = 413
    slug = "body-too-large"
    title = ("文件过大", "Body too large")
    zh = "请求内容超过 {limit} 字节的上限。请去掉附件或拆分后再传；管理员可用 LUOSHI_MAX_BODY_BYTES 调整上限。"
    en = "The request body exceeds {limit} bytes. Remove attachments; operators can raise LUOSHI_MAX_BODY_BYTES."


class Unavailable(DomainError):
    status = 503
    slug = "database-unavailable"
    title = ("数据库暂不可用", "Database unavailable")
    zh = "数据库暂时无法访问，本次请求没有改动任何数据。请稍后重试；若持续出现，请管理员检查 LUOSHI_DATABASE_URL 与数据库服务。"
    en = "The database cannot be reached; nothing was changed. Try again later, or check LUOSHI_DATABASE_URL."
    headers: Mapping[str, str] = {"Retry-After": "5"}


class ReadersBusy(DomainError):
    status = 503
    slug = "readers-busy"
    title = ("读取的文件太多", "Too many files being read")
    zh = "{zh}"
    en = "{en}"
    headers: Mapping[str, str] = {"Retry-After": "10"}


class Internal(DomainError):
    status = 500
    slug = "internal-error"
    title = ("服务内部错误", "Internal error")
    zh = "服务出现内部错误，本次请求没有改动任何数据。请把请求编号 {request_id} 告诉管理员，以便在日志中查找。"
    en = "An internal error; nothing was changed. Tell the operator the request id {request_id}."


class HttpError(DomainError):
    """An error of the framework itself: unknown address, wrong method."""

    def __init__(self, status: int, *, method: str, path: str, allowed: str) -> None:
        self.http_status = status
        super().__init__(method=method, path=path, allowed=allowed)


class UnknownAddress(HttpError):
    slug = "unknown-address"
    title = ("没有这个地址", "No such address")
    zh = "没有地址 {path}。全部地址见 /docs 或 /openapi.json。"
    en = "There is no address {path}. /docs and /openapi.json list all of them."


class MethodNotAllowed(HttpError):
    slug = "method-not-allowed"
    title = ("不支持这种请求方法", "Method not allowed")
    zh = "地址 {path} 不支持 {method} 方法，可用的方法：{allowed}。"
    en = "{path} does not take {method}. It takes: {allowed}."


class UnacceptableRequest(HttpError):
    slug = "unacceptable-request"
    title = ("无法处理这个请求", "Request not accepted")
    zh = "无法处理对 {path} 的 {method} 请求，请检查请求的格式；写法见 /docs。"
    en = "The {method} request to {path} cannot be processed; see /docs for its form."
