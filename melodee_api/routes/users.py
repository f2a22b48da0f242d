"""Accounts, as players see them."""

from melodee.subsonic.responses import User
from melodee_api.accounts import Account, Role
from melodee_api.endpoint import Call, endpoint
from melodee_api.errors import NotFound
from melodee_api.view import folders_of


@endpoint("getUser", "user")
async def get_user(call: Call) -> User:
    """The account of that name: one's own, or anybody's for an administrator."""
    name = call.params.text("username")
    account = await call.services.accounts.by_name(name)
    if account is None or account.id != call.account.id:
        call.require_admin()
    if account is None:
        raise NotFound
    async with call.database.read() as db:
        folders = await folders_of(account.id, db)
    return user(account, [folder.id for folder in folders])


def user(account: Account, folders: list[int]) -> User:
    """The account with its roles and the music folders that it may use."""
    roles = account.roles
    return User(
        username=account.name,
        email=account.email,
        # True also for whoever keeps their plays to themselves: players stop sending them otherwise.
        scrobbling_enabled=True,
        max_bit_rate=account.max_bit_rate,
        admin_role=account.admin,
        settings_role=Role.SETTINGS in roles,
        download_role=Role.DOWNLOAD in roles,
        upload_role=Role.UPLOAD in roles,
        playlist_role=Role.PLAYLIST in roles,
        cover_art_role=Role.COVER_ART in roles,
        comment_role=Role.COMMENT in roles,
        podcast_role=Role.PODCAST in roles,
        stream_role=Role.STREAM in roles,
        jukebox_role=Role.JUKEBOX in roles,
        share_role=Role.SHARE in roles,
        video_conversion_role=Role.VIDEO_CONVERSION in roles,
        folder=folders,
    )
