"""incwo through its REST/XML API."""

from harvest_mcp.spec import Plan, System
from harvest_mcp.systems.incwo.contacts import CONTACTS
from harvest_mcp.systems.incwo.contracts import CONTRACTS
from harvest_mcp.systems.incwo.files import FILES
from harvest_mcp.systems.incwo.firms import FIRMS
from harvest_mcp.systems.incwo.money.bank_accounts import BANK_ACCOUNTS
from harvest_mcp.systems.incwo.money.cash_deposits import CASH_DEPOSITS
from harvest_mcp.systems.incwo.money.invoices import INVOICES
from harvest_mcp.systems.incwo.money.purchase_bills import PURCHASE_BILLS
from harvest_mcp.systems.incwo.sales.leads import LEADS
from harvest_mcp.systems.incwo.sales.products import PRODUCTS
from harvest_mcp.systems.incwo.sales.proposals import PROPOSALS
from harvest_mcp.systems.incwo.sales.stock_movements import STOCK_MOVEMENTS
from harvest_mcp.systems.incwo.team.expenses import EXPENSES
from harvest_mcp.systems.incwo.team.staff import STAFF
from harvest_mcp.systems.incwo.team.vacations import VACATIONS
from harvest_mcp.systems.incwo.work.projects import PROJECTS
from harvest_mcp.systems.incwo.work.tasks import TASKS
from harvest_mcp.systems.incwo.work.timesheets import TIMESHEETS
from harvest_mcp.wire.incwo_wires import IncwoDialect

INCWO = System(
    name="incwo",
    title="incwo",
    website="https://www.incwo.com",
    dialect=IncwoDialect(),
    # Unpublished; one known client waits a quarter of a second between calls, another makes one at a time (incwo 10).
    plan=Plan(calls=1, seconds=0.25, pause=30, one_at_a_time=True, refusals_prove=False),
    # Salaries, interviews and notes are named by the vendor and nowhere described (incwo 13.17).
    resources=(
        CONTACTS,
        FIRMS,
        PROJECTS,
        TASKS,
        TIMESHEETS,
        LEADS,
        PRODUCTS,
        STOCK_MOVEMENTS,
        PROPOSALS,
        INVOICES,
        PURCHASE_BILLS,
        CASH_DEPOSITS,
        BANK_ACCOUNTS,
        STAFF,
        VACATIONS,
        EXPENSES,
        CONTRACTS,
        FILES,
    ),
    toolsets=(
        ("incwo_crm", "contacts and firms"),
        ("incwo_work", "projects, tasks and timesheets"),
        ("incwo_sales", "leads, products, stock movements and proposals"),
        ("incwo_money", "invoices, purchase bills, cash deposits and bank accounts"),
        ("incwo_team", "staff, vacations and expenses"),
        ("incwo_documents", "contracts and files"),
        ("bulk", "what is there twice, merges, imports, exports, and many changes at once"),
        ("insight", "what is owed and invoiced, how long people take to pay, and what is left of projects' time"),
        ("changes", "the journal of changes, and undo"),
    ),
    default_toolsets=("incwo_crm", "changes"),
    prefix="incwo",
    leaves_out_empty=True,  # incwo 4.2
)

__all__ = [
    "BANK_ACCOUNTS",
    "CASH_DEPOSITS",
    "CONTACTS",
    "CONTRACTS",
    "EXPENSES",
    "FILES",
    "FIRMS",
    "INCWO",
    "INVOICES",
    "LEADS",
    "PRODUCTS",
    "PROJECTS",
    "PROPOSALS",
    "PURCHASE_BILLS",
    "STAFF",
    "STOCK_MOVEMENTS",
    "TASKS",
    "TIMESHEETS",
    "VACATIONS",
]
