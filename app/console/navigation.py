"""What the bar at the top of the pages leads to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its word (app.console.words), its path, and the operation that one must be allowed to see it.

    `below`: what follows the plan's key in the path; such an entry is shown only where there is a plan.
    `of_plan`: the path leads on to the plan that is looked at.
    """

    word: str
    path: str
    operation: str
    below: str = ""
    of_plan: bool = True

    def parts(self, plan: str) -> list[str]:
        """The parts of its address; `plan` is empty where no plan is looked at."""
        return [part for part in (self.path, plan if self.of_plan else "", self.below) if part]


NAVIGATION = (
    Entry("overview", "cascades", "read_matrix"),
    Entry("review", "cascades", "list_review", below="review"),
    Entry("gaps", "cascades", "list_gaps", below="gaps"),
    Entry("plans", "plans", "list_plans", of_plan=False),
    Entry("import_documents", "import", "create_preview", of_plan=False),
    Entry("check_drafts", "check", "check_draft", of_plan=False),
    Entry("search", "search", "search_items", of_plan=False),
    Entry("thesaurus", "thesauri", "list_groups", of_plan=False),
    Entry("audit", "audit", "list_audit_entries", of_plan=False),
    Entry("keys", "keys", "list_keys", of_plan=False),
)
