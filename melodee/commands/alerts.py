"""`melodee alerts`: whether webhooks are reached."""

import click

from melodee.alerts.message import Alert, encoded
from melodee.alerts.watch import links
from melodee.alerts.webhook import NotDelivered, masked, post
from melodee.commands.options import data_option
from melodee.errors import SettingError
from melodee.settings import AlertSettings, DataDirectory


@click.group("alerts")
def command() -> None:
    """Messages to webhooks."""


@command.command("test")
@data_option
@click.pass_context
def test(context: click.Context, data: DataDirectory) -> None:  # noqa: ARG001 - it was chosen where it was read
    """Sends a trial alert to each webhook of MELODEE_ALERT_URLS, and says what it answered.

    It goes at once and counts for nothing. The exit code is 1 when a webhook did not take it.
    """
    settings = AlertSettings.from_environment()
    if not settings.urls:
        raise SettingError("MELODEE_ALERT_URLS names no webhook, nor does alert_urls in melodee.toml")
    body = encoded(
        Alert(
            "test", "test", "Melodee: a trial", "This is a trial: alerts of Melodee reach you.", links=links("overview")
        ).body()
    )
    refused = False
    for url in settings.urls:
        try:
            status = post(url, body, secret=settings.secret, timeout=settings.timeout)
        except NotDelivered as error:
            click.echo(error.reason)
            refused = True
        else:
            click.echo(f"{masked(url)} answered {status}.")
    if refused:
        context.exit(1)
