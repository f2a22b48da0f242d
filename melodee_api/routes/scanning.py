"""Whether intake is at work, and asking it to look: a row that the inbound sensor takes up."""

from melodee.async_database import AsyncDatabase
from melodee.subsonic.description import timestamp_or_none
from melodee.subsonic.responses import ScanStatus
from melodee_api.endpoint import Call, endpoint


@endpoint("getScanStatus", "scanStatus")
async def get_scan_status(call: Call) -> ScanStatus:
    """Whether anything is under way, and how many songs there are."""
    return await _status(call.database)


@endpoint("startScan", "scanStatus", admin=True)
async def start_scan(call: Call) -> ScanStatus:
    """Asks for a scan of the inbound volumes; a second request before intake has looked changes nothing."""
    async with call.database.begin() as db:
        await db.run("request_scan", account=call.account.name)
    return await _status(call.database)


async def _status(database: AsyncDatabase) -> ScanStatus:
    async with database.read() as db:
        row = await db.one("scan_status")
    if row is None:
        return ScanStatus(scanning=False)
    return ScanStatus(
        scanning=row.scanning,
        count=row.songs,
        folder_count=row.folders,
        last_scan=timestamp_or_none(row.finished_at),
    )
