"""Whether intake is at work, and asking it to look; and accounts as players see them."""

from tests.api.shelf import Shelf


def test_j1_only_an_administrator_may_start_a_scan(shelf: Shelf):
    assert shelf.listener.error("startScan") == 50


def test_j1_a_second_request_changes_nothing_until_intake_has_looked(shelf: Shelf):
    admin = shelf.another_listener(columns="admin = true")
    # What other tests of the session have asked for.
    shelf.query("update scan_request set planned_at = now(), finished_at = now() where finished_at is null")
    shelf.query("insert into scan_request (requested_by, planned_at, finished_at) values ('test', now(), now())")
    shelf.query("update batch set state = 'finished' where state <> 'finished'")
    album = shelf.album(songs=3)

    idle = shelf.listener.ask("getScanStatus")
    assert idle["scanning"] is False
    assert idle["count"] >= len(album.songs)
    assert idle["folderCount"] >= 1
    assert idle["lastScan"].endswith("Z")

    for _ in range(3):
        assert admin.ask("startScan")["scanning"] is True
    assert shelf.listener.ask("getScanStatus")["scanning"] is True
    waiting = shelf.query("select requested_by from scan_request where finished_at is null")
    assert [row.requested_by for row in waiting] == [admin.name]

    shelf.query("update scan_request set planned_at = now() where finished_at is null")
    admin.ask("startScan")
    assert len(shelf.query("select from scan_request where finished_at is null")) == 2
    shelf.query("update scan_request set planned_at = now(), finished_at = now() where finished_at is null")
    assert shelf.listener.ask("getScanStatus")["scanning"] is False


def test_d12_an_account_sees_its_roles_and_folders(shelf: Shelf):
    columns = "jukebox_role = true, download_role = false, email = 'a@b.example', max_bit_rate = 320"
    listener = shelf.another_listener(columns=columns)

    user = listener.ask("getUser", username=listener.name.upper())

    assert user == {
        "username": listener.name, "email": "a@b.example", "maxBitRate": 320, "scrobblingEnabled": True,
        "adminRole": False, "settingsRole": True, "downloadRole": False, "uploadRole": False, "playlistRole": True,
        "coverArtRole": False, "commentRole": True, "podcastRole": False, "streamRole": True, "jukeboxRole": True,
        "shareRole": False, "videoConversionRole": False, "folder": [shelf.folder],
    }  # fmt: skip


def test_d12_other_accounts_are_for_administrators(shelf: Shelf):
    admin = shelf.another_listener(columns="admin = true")

    assert shelf.listener.error("getUser", username=admin.name) == 50
    assert shelf.listener.error("getUser", username="nobody at all") == 50
    assert admin.ask("getUser", username=shelf.listener.name)["username"] == shelf.listener.name
    assert admin.error("getUser", username="nobody at all") == 70


def test_an_account_without_folders_of_its_own_may_use_all(shelf: Shelf):
    shelf.query("delete from account_folder where account_id = :id", id=shelf.listener.id)

    everything = shelf.listener.ask("getUser", username=shelf.listener.name)["folder"]

    storage = shelf.query("select id from volume where kind = 'storage'")
    assert set(everything) == {row.id for row in storage}
    assert {folder["id"] for folder in shelf.listener.ask("getMusicFolders")["musicFolder"]} == set(everything)
