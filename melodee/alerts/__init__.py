"""Alerts: messages to webhooks about failed runs and failed items, by way of a table, so that none is sent twice."""
