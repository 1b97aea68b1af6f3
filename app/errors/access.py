"""What somebody is told who may not come in, or may not do what he asks for."""

from collections.abc import Mapping, Sequence

from app.errors.base import DomainError
from app.errors.kinds import Conflict, NotFound, Unprocessable


class Unauthenticated(DomainError):
    status = 401
    slug = "unauthenticated"
    title = ("需要登录或访问密钥", "Not authenticated")
    zh = "访问这一地址须出示访问密钥（Authorization: Bearer 密钥）或先登录（/sign-in）。密钥由安全管理员发放。"
    en = "Give an access key (Authorization: Bearer KEY) or sign in at /sign-in. The security administrator hands out keys."
    headers: Mapping[str, str] = {"WWW-Authenticate": "Bearer"}


class BadCredentials(Unauthenticated):
    zh = "出示的访问密钥或令牌无效、已过期或已吊销。请核对，或向安全管理员申请新的密钥。"
    en = "This access key or token is not valid, has expired or was revoked. Check it, or ask the security administrator."
    headers: Mapping[str, str] = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


class TooManyAttempts(DomainError):
    status = 429
    slug = "too-many-attempts"
    title = ("尝试次数过多", "Too many attempts")
    zh = "失败的尝试过多，请在 {seconds} 秒后再试。"
    en = "Too many failed attempts. Try again in {seconds} seconds."

    def __init__(self, *, seconds: int) -> None:
        super().__init__(seconds=seconds)
        self.headers = {"Retry-After": str(seconds)}


class Forbidden(DomainError):
    status = 403
    slug = "forbidden"
    title = ("没有权限", "Forbidden")
    zh = "{zh}"
    en = "{en}"

    @classmethod
    def role(cls, operation: str, role: str, needed: Sequence[str]) -> "Forbidden":
        """The operation takes another role."""
        roles = ", ".join(needed)
        return cls(
            zh=f"角色 {role} 不能执行操作 {operation}，需要的角色：{roles.replace(', ', '、')}。请向安全管理员申请。",
            en=f"The role {role} may not {operation}. It takes one of: {roles}. Ask the security administrator.",
        )

    @classmethod
    def beyond(cls, own: str | None, wanted: str | None) -> "Forbidden":
        """The role would do, but not for this jurisdiction."""
        return cls(
            zh=f"这一操作涉及“{wanted or '全部行政区划'}”，而当前身份只管辖 {own} 及其下级。需要由管辖它的同一角色办理。",
            en=f"This concerns {wanted or 'all jurisdictions'}; the caller is there for {own} and those below it. "
            "It takes the same role for that jurisdiction.",
        )

    @classmethod
    def no_role(cls, subject: str) -> "Forbidden":
        """The identity provider knows him, and gives him no role here."""
        return cls(
            zh=f"身份“{subject}”已经核实，但没有在本服务中的角色。请管理员在统一身份认证中授予角色（见 docs/access.md）。",
            en=f"{subject} is known, but has no role here. Grant one in the identity provider (docs/access.md).",
        )


class ProviderAway(DomainError):
    status = 503
    slug = "identity-provider-away"
    title = ("统一身份认证不可用", "Identity provider away")
    zh = "暂时无法向统一身份认证核实身份。请稍后重试，或改用访问密钥；若持续出现，请管理员查看日志并检查 LUOSHI_OIDC_ 各项设置。"
    en = "The identity provider cannot be asked now. Try again later, or use an access key; operators see the log for why."
    headers: Mapping[str, str] = {"Retry-After": "10"}


class AccessKeyNotFound(NotFound):
    zh = "没有编号为“{prefix}”的访问密钥。可用 GET /api/v1/keys 查看。"
    en = "There is no access key {prefix!r}. GET /api/v1/keys lists them."


class KeyNotUsable(Conflict):
    zh = "访问密钥“{prefix}”已吊销、已过期或已更换，不能再更换。请新建一个。"
    en = "The access key {prefix} is revoked, expired or replaced already. Make a new one."


class KeyShownOnce(Conflict):
    slug = "key-shown-once"
    title = ("密钥只显示一次", "The key was shown once")
    zh = "这一请求已建成访问密钥“{prefix}”。密钥只在当时的答复中显示，未曾保存；如未收到，请吊销它，再以新的 Idempotency-Key 新建。"
    en = (
        "This request has made the access key {prefix!r}. It was shown in that answer only; "
        "if that got lost, revoke it and make another under a new Idempotency-Key."
    )


class RoleNeedsAdcode(Unprocessable):
    slug = "role-needs-adcode"
    title = ("缺少行政区划", "Role needs an adcode")
    pointer = "/body/adcode"
    zh = "角色 {role} 必须写明行政区划代码（adcode），例如 371300。"
    en = "The role {role} needs an adcode, such as 371300."


class Misdirected(DomainError):
    status = 421
    slug = "misdirected-request"
    title = ("主机名不被接受", "Misdirected request")
    zh = "本服务不应答发往主机名“{host}”的请求。试用时请用 http://127.0.0.1 加端口访问；否则请管理员设置 LUOSHI_ALLOWED_HOSTS。"
    en = "This service does not answer to the host {host!r}. In a trial use http://127.0.0.1 and the port; else set LUOSHI_ALLOWED_HOSTS."


class CrossSiteWrite(DomainError):
    status = 403
    slug = "cross-site-write"
    title = ("不接受其他网站发起的修改", "Cross-site write refused")
    zh = "不接受无法确认由本服务网页发起的 {method} 请求。请在本服务自己的网页中操作，或在请求头 X-CSRF-Token 中带上令牌，或用访问密钥。"
    en = "A {method} request that no page of this service is known to have started. Use its pages, send X-CSRF-Token, or a key."
