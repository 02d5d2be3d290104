"""incwo bank accounts: the account's own (incwo 13.12); their numbers are masked."""

from typing import Annotated

from harvest_mcp.spec import PRIVATE, SUMMARY, OneFilled, Resource, Same, Says, Stakes
from harvest_mcp.systems.incwo.rows import Row


class BankAccount(Row):
    """An account at a bank; the address is that of its branch."""

    name: Annotated[str | None, SUMMARY, Says("your own label, e.g. Compte courant")] = None
    bank_name: Annotated[str | None, SUMMARY] = None
    bank_code: Annotated[str | None, Says("the bank's number, 5 digits")] = None
    bank_desk: Annotated[str | None, Says("the branch's number, 5 digits")] = None
    bank_account: Annotated[str | None, PRIVATE, Says("account number")] = None
    bank_key: Annotated[str | None, PRIVATE, Says("check digits, 2")] = None
    bank_iban: Annotated[str | None, PRIVATE, Says("IBAN")] = None
    bank_bic: Annotated[str | None, SUMMARY, Says("BIC")] = None
    bank_dom: Annotated[str | None, Says("the branch's name")] = None
    street_address: Annotated[str | None, Says("of the branch")] = None
    street_address2: Annotated[str | None, Says("second line")] = None
    zip_code: str | None = None
    city: str | None = None
    country: Annotated[str | None, Says("e.g. France")] = None


BANK_ACCOUNTS = Resource(
    noun="bank_account",
    plural="bank_accounts",
    record=BankAccount,
    path="/bank_accounts",
    toolset="incwo_money",
    label=("name",),
    says="account at a bank",
    verbs=("list", "get", "create", "update", "delete"),
    rules=(
        Stakes(
            columns=("bank_code", "bank_desk", "bank_account", "bank_key", "bank_iban", "bank_bic"),
            effect="stores a bank number that customers may be told to pay to",
            creates=True,
        ),
        OneFilled(("name", "bank_name")),
    ),
    same=Same(any_of=(("bank_iban",), ("name",))),
    paged=True,
)
