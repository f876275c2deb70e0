"""devzone: a ledger of policy tasks (督查督办) computed from a plan, a journal and a date."""

__version__ = "0.2.0"
