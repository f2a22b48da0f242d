"""What a client asks first: whether anybody is there, and what this server can do."""

from melodee.subsonic.responses import License, OpenSubsonicExtension, TokenInfo
from melodee_api.endpoint import Call, endpoint
from melodee_api.errors import MissingParameter

EXTENSIONS = {
    "apiKeyAuthentication": [1],
    "formPost": [1],
}
"""Those of OpenSubsonic that are wholly there, with their versions. An extension is added by what makes it true."""


@endpoint("ping")
async def ping(_call: Call) -> None:
    """Nothing, to whoever may log in."""


@endpoint("getLicense", "license")
async def get_license(_call: Call) -> License:
    """Always valid."""
    return License(valid=True)


@endpoint("getOpenSubsonicExtensions", "openSubsonicExtensions", public=True)
async def get_open_subsonic_extensions(_call: Call) -> list[OpenSubsonicExtension]:
    """Answers anybody: clients ask before they log in."""
    return [OpenSubsonicExtension(name=name, versions=versions) for name, versions in EXTENSIONS.items()]


@endpoint("tokenInfo", "tokenInfo")
async def token_info(call: Call) -> TokenInfo:
    """Whom the API key of this request belongs to."""
    if "apiKey" not in call.params:
        raise MissingParameter("apiKey")
    return TokenInfo(username=call.account.name)
