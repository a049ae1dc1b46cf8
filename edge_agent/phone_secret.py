"""Where the secret of codes by telephone comes from: our key, and the bureau's from its order."""

from dataclasses import replace

import structlog

from edge_agent.ledger_state import Ledger
from edge_agent.settings import SiteSettings
from edge_agent.site import Site
from weighbook.orders import Enrol
from weighbook.phone_keys import PhoneKey
from weighbook.phrase import Refusal

log = structlog.get_logger(__name__)


def with_phone(
    settings: SiteSettings, site: Site, ledger: Ledger, enrolment: bytes
) -> SiteSettings:
    """The settings with the secret; without one where none was agreed at that enrolment."""
    order = ledger.orders.get(enrolment)
    if order is None or not isinstance(order.args, Enrol) or order.args.phone is None:
        return settings
    try:
        key = PhoneKey.load(site.phone_key)
        secret = key.secret(order.args.phone, order.args.weighbridge, order.args.epoch)
    except (OSError, Refusal) as error:
        log.warning("no orders by telephone", error=str(error))
        return settings
    return replace(settings, phone=secret)
