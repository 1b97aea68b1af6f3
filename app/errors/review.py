"""Errors of deciding: preconditions, races, and who may decide what."""

from app.errors.base import DomainError
from app.errors.kinds import Conflict, NotFound, Unprocessable


class PreconditionRequired(DomainError):
    status = 428
    slug = "precondition-required"
    title = ("须写明所见的版本", "Precondition required")
    zh = "改动时须用请求头 If-Match 写明所见的版本（查看时答复中的 ETag），以免覆盖他人刚作的决定。"
    en = 'Say in the header If-Match which version you have seen (the ETag of the answer, such as "1").'


class PreconditionFailed(DomainError):
    status = 412
    slug = "precondition-failed"
    title = ("已被他人改动", "Precondition failed")


class LinkChanged(PreconditionFailed):
    zh = "承接关系“{link}”已是第 {version} 版（{status_zh}{by_zh}），不是所写的版本，本次没有改动。请重新查看后再决定。"
    en = "Link {link!r} is at version {version} by now ({status_en}{by_en}); nothing was changed. Look again, then decide."


class GapDecisionChanged(PreconditionFailed):
    zh = "缺口“{gap}”的处理决定已是第 {version} 版（{by_zh}），不是所写的版本，本次没有改动。请重新查看后再决定。"
    en = "The decision on gap {gap!r} is at version {version} by now ({by_en}); nothing was changed. Look again, then decide."


class ThesaurusChanged(PreconditionFailed):
    zh = "词表“{domain}”已被 {by} 于 {at} 改动，不是所写的版本，本次没有改动。请重新查看或导出后再改。"
    en = "Thesaurus {domain!r} was changed by {by} at {at} since; nothing was changed. Read or export it again, then change it."


class TermGroupChanged(PreconditionFailed):
    zh = "词组“{group}”已被改动或删除，不是所写的版本，本次没有改动。请重新查看后再改。"
    en = "Group {group!r} was changed or removed since; nothing was changed. Look at it again, then change it."


class PreviewChanged(PreconditionFailed):
    zh = "预览“{preview}”已被更正过（现为第 {version} 版），不是所写的版本，本次没有改动。请重新查看。"
    en = "Preview {preview!r} was corrected since (it is at version {version}); nothing was changed. Look at it again."


class PlanChanged(PreconditionFailed):
    zh = "要点“{plan}”已是第 {version} 版状态（{by} 于 {at} 改动），不是所写的版本，本次没有改动。请重新查看后再改。"
    en = "Plan {plan!r} is at version {version} by now (changed by {by} at {at}); nothing was changed. Look again."


class PlanIsWithdrawn(Conflict):
    slug = "plan-withdrawn"
    title = ("要点已撤回", "Plan is withdrawn")
    zh = "要点“{plan}”已由 {by} 撤回（{reason}），不能导入新的版本。请先用 POST /api/v1/plans/{plan}/restoration 恢复，再行导入。"
    en = "Plan {plan!r} was withdrawn by {by} ({reason}) and takes no new edition. POST /api/v1/plans/{plan}/restoration first."


class PlanStands(Conflict):
    slug = "plan-stands"
    title = ("要点没有撤回", "Plan is not withdrawn")
    zh = "要点“{plan}”没有撤回，无需恢复。"
    en = "Plan {plan!r} is not withdrawn; there is nothing to restore."


class NotTheWithdrawer(DomainError):
    status = 403
    slug = "not-the-withdrawer"
    title = ("要点由他人撤回", "Withdrawn by somebody else")
    zh = "要点“{plan}”由 {by} 撤回，只有其本人或复核人员、系统管理员可以恢复。"
    en = "Plan {plan!r} was withdrawn by {by!r}; only he, a reviewer or an admin may restore it."


class PlanHoldsDecisions(DomainError):
    status = 403
    slug = "plan-holds-decisions"
    title = ("有已确认的承接关系", "Confirmed links rest on the plan")
    zh = "有 {count} 条已确认的承接关系以要点“{plan}”为据，只有能对这些关系作出决定的人（{upper} 的复核人员）可以撤回该要点。"
    en = "{count} confirmed link(s) rest on plan {plan!r}; only who may decide them (a reviewer of {upper}) may withdraw it."


class ChangeDecisionChanged(PreconditionFailed):
    zh = "对版本变化“{change}”的复核已是第 {version} 版（{by_zh}），不是所写的版本，本次没有改动。请重新查看后再决定。"
    en = "What was said of change {change!r} is at version {version} by now ({by_en}); nothing was changed. Look again."


class EditionNotCurrent(Conflict):
    slug = "edition-not-current"
    title = ("不是现行版本", "Not the current edition")
    zh = "只能复核现行版本（要点“{plan}”现为第 {current} 版）带来的变化，且第 1 版没有可复核的变化；所写为第 {edition} 版。"
    en = "Only the changes that brought the current edition ({current} of {plan!r}) are reviewed, and the first has none; this is {edition}."


class CalibrationNotFound(NotFound):
    zh = "没有编号为“{calibration}”的校准，或该领域没有现用的校准。可用 GET /api/v1/calibrations 查看。"
    en = "There is no calibration {calibration!r}, or none in force. GET /api/v1/calibrations lists them."


class CalibrationChanged(PreconditionFailed):
    zh = "校准“{calibration}”已有变化（已完成或已撤销），不是所写的版本，本次没有改动。请重新查看后再决定。"
    en = "Calibration {calibration!r} has changed (it is done, or undone) since it was seen; nothing was changed. Look again."


class CalibrationNotAdopted(Conflict):
    slug = "calibration-not-adopted"
    title = ("没有可撤销的校准", "Nothing to undo")
    zh = "校准“{calibration}”没有被采用，或者已经撤销，因此不能撤销。"
    en = "Calibration {calibration!r} was not adopted, or was undone already; there is nothing to undo."


class LinkTransition(Conflict):
    slug = "no-such-transition"
    title = ("不能这样决定", "No such transition")
    zh = "承接关系“{link}”现为“{status_zh}”{by_zh}，不能改为“{wanted_zh}”。{hint_zh}"
    en = "Link {link!r} is {status_en}{by_en} and cannot become {wanted_en}. {hint_en}"


class LinkEndGone(Conflict):
    slug = "link-end-gone"
    title = ("原文已无此处", "The end is gone")
    zh = (
        "承接关系“{link}”有一端所在的文字已不在现行版本中，不能确认。如该处在新版本中另有位置，请在版本变化中指明"
        "（PUT /api/v1/plans/{{plan}}/editions/{{edition}}/changes/{{change}}/decision）；否则请不予认可。"
    )
    en = (
        "One end of link {link!r} is not in the current edition, so it cannot be confirmed. If it stands elsewhere now, "
        "say so (PUT /api/v1/plans/{{plan}}/editions/{{edition}}/changes/{{change}}/decision); else reject the link."
    )


class LinkExists(Conflict):
    slug = "link-exists"
    title = ("承接关系已存在", "Link exists")
    zh = "“{upper}”与“{lower}”之间已有承接关系“{link}”，现为“{status_zh}”{by_zh}。如有不同意见，请对该关系作出决定。"
    en = "{upper!r} and {lower!r} are joined by link {link!r} already, which is {status_en}{by_en}. Decide that one."


class FourEyes(DomainError):
    status = 403
    slug = "four-eyes"
    title = ("提出人不能自行确认", "Four eyes")
    zh = "承接关系“{link}”由“{actor}”提出，须由另一人确认。管理员可用 LUOSHI_FOUR_EYES=false 取消这一要求。"
    en = "Link {link!r} was proposed by {actor!r}, so somebody else has to confirm it (LUOSHI_FOUR_EYES)."


class NotTheProposer(DomainError):
    status = 403
    slug = "not-the-proposer"
    title = ("只有提出人可以撤回", "Not the proposer")
    zh = "承接关系“{link}”由“{proposer}”提出，只有提出人可以撤回；其他人可以确认或不予认可。"
    en = "Link {link!r} was proposed by {proposer!r}, who alone can withdraw it; others confirm or reject it."


class ReasonMissing(Unprocessable):
    pointer = "/body/reason"
    slug = "reason-missing"
    title = ("须说明理由", "Reason missing")
    zh = "这一决定须在 reason 中说明理由：不予认可的理由，或改变已有决定的理由。"
    en = "This decision needs a reason: why a link is rejected, or why an earlier decision is changed."


class UnknownEnd(Unprocessable):
    slug = "unknown-end"
    title = ("没有这一条或任务", "Unknown end")
    zh = "没有“{end}”。应为现行版本中的条或任务，形如 370000-edu-2020/8 或 370000-edu-2020/8.4。"
    en = "There is no {end!r}. Give an item or a task of a current edition, such as 370000-edu-2020/8 or 370000-edu-2020/8.4."

    @classmethod
    def at(cls, field: str, end: str) -> "UnknownEnd":
        """The end named in this field of the body."""
        error = cls(end=end)
        error.errors.append((f"/body/{field}", error.detail(english=False), error.detail(english=True)))
        return error


class KeyReused(Unprocessable):
    slug = "idempotency-key-reused"
    title = ("幂等键已用于另一请求", "Idempotency key reused")
    zh = "Idempotency-Key“{key}”已用于另一内容的请求，本次没有改动任何数据。新的请求请用新的键。"
    en = "The Idempotency-Key {key!r} was used for another request; nothing was changed. Give a new request a new key."


class GapDecisionNotFound(NotFound):
    zh = "缺口“{gap}”没有处理决定，或已撤回。"
    en = "There is no decision on gap {gap!r}, or it was taken back."


class RefutationNeedsLink(Unprocessable):
    pointer = "/body/link"
    slug = "refutation-needs-link"
    title = ("须指明承接关系", "Refutation needs a link")
    zh = "认定缺口“{gap}”不成立，须由一条承接关系说明：请在 link 中写明其编号，或在 propose 中提出新的承接关系。{hint_zh}"
    en = "A link has to say why gap {gap!r} is none: give its id in link, or propose one in propose. {hint_en}"


class WaiverNeedsExpiry(Unprocessable):
    pointer = "/body/expires_on"
    slug = "waiver-needs-expiry"
    title = ("须写明豁免期限", "Waiver needs an expiry")
    zh = "豁免须在 expires_on 中写明到期日（今日以后的日期，最长 {years} 年）；到期后该缺口重新待核实。其他决定不写到期日。"
    en = "A waiver needs expires_on, a day after today and at most {years} years off; then the gap is due again. Others have none."
