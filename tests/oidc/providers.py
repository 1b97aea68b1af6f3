"""An identity provider in this process: keys, tokens, and the three addresses that are asked."""

import base64
import hashlib
import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ISSUER = "https://idp.example"
CLIENT = "luoshi"
SECRET = "the client's secret"  # noqa: S105 - a test's own


class FakeProvider:
    """Signs people in who come with the right code, verifier and client; counts how often its keys are asked for."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] = {}
        self.codes: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.away = False
        self.rotate("first")

    def rotate(self, key_id: str, *, curve: bool = False) -> None:
        """Sign with a new key from now on, and publish no other."""
        made = ec.generate_private_key(ec.SECP256R1()) if curve else rsa.generate_private_key(65537, 2048)
        self.keys = {key_id: made}

    def jwks(self) -> dict[str, Any]:
        shown = []
        for key_id, key in self.keys.items():
            kind = ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else RSAAlgorithm
            shown.append({**json.loads(kind.to_jwk(key.public_key())), "kid": key_id, "use": "sig"})
        return {"keys": shown}

    def claims(self, **changes: object) -> dict[str, Any]:
        now = int(time.time())
        whole = {"iss": ISSUER, "aud": CLIENT, "sub": "liwei", "iat": now, "exp": now + 300}
        whole |= {"roles": ["reviewer"], "adcode": "370000"} | changes
        return {name: value for name, value in whole.items() if value is not None}

    def token(self, *, algorithm: str = "RS256", headers: dict[str, Any] | None = None, **changes: object) -> str:
        key_id, key = next(iter(self.keys.items()))
        return jwt.encode(self.claims(**changes), key, algorithm=algorithm, headers={"kid": key_id} | (headers or {}))

    def sign_in(self, address: str, **changes: object) -> dict[str, str]:
        """What the browser brings back from an authorization address."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        code = f"code{len(self.codes)}"
        self.codes[code] = query | {"claims": {"nonce": query["nonce"], **changes}}
        return {"code": code, "state": query["state"]}

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        if self.away:
            raise httpx.ConnectError("no route to host", request=request)
        if path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/jwks"}
            return httpx.Response(200, json={"issuer": ISSUER, **{n: ISSUER + p for n, p in names.items()}})
        if path == "/jwks":
            return httpx.Response(200, json=self.jwks())
        if path == "/token":
            return self._token(request)
        return httpx.Response(404)

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        begun = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        right = (
            begun is not None
            and begun["code_challenge"] == challenge
            and begun["redirect_uri"] == form["redirect_uri"]
            and request.headers.get("authorization") == f"Basic {basic}"
        )
        if not right or begun is None:
            return httpx.Response(400, json={"error": "invalid_grant"})
        return httpx.Response(200, json={"id_token": self.token(**begun["claims"]), "token_type": "Bearer"})
