"""The output contract: what one document turns into. The JSON Schema is generated from these models.

Numbers are JSON numbers, exact as printed. A key whose value the document does not give is None or empty, never a guess.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = "1.1"

Number = int | float
DocType = Literal["notice", "self_evaluation_report", "self_evaluation_table", "target_table", "allocation_table", "other"]
Op = Literal["≥", "≤", ">", "<", "="]
Severity = Literal["error", "warning", "info"]
FundSource = Literal["total", "central", "province", "city", "county", "local", "current_year", "carryover", "other"]
CodeKind = Literal["revenue", "expenditure_function", "expenditure_economic", "direct_fund_tag"]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Evidence(Model):
    """Where a value was read: a span `[start, end)` of a block's text, or a cell of a table (0-based row and printed column).

    A cell that holds several things has a span within its own text too. `rule`: what of the grammar read it there, a rule
    (`amounts.money`) or a group of a layout (`layouts/performance.columns`); None where the place alone told what it is.
    """

    block: str | None = None
    span: tuple[int, int] | None = None
    table: str | None = None
    row: int | None = None
    column: int | None = None
    page: int | None = None
    bbox: tuple[float, float, float, float] | None = None
    rule: str | None = None


class Source(Model):
    """The file. `path` is relative to the folder that was given to the program; `size` in bytes."""

    path: str
    sha256: str
    media_type: str
    size: int
    pages: int | None = None
    reader: str
    ocr: bool = False


class DocNumberParts(Model):
    """机关代字, 年份, 发文顺序号."""

    agency_code: str
    year: int
    serial: int


class Attachment(Model):
    """One line of the 附件说明."""

    number: int | None
    title: str
    evidence: Evidence


class Contact(Model):
    """联系人."""

    organization: str | None = None
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    evidence: Evidence


class Header(Model):
    """The elements of GB/T 9704-2012. `evidence` has one entry for each element that was found."""

    issuers: list[str] = []
    doc_number: str | None = None
    doc_number_parts: DocNumberParts | None = None
    title: str | None = None
    genre: str | None = None
    recipients_text: str | None = None
    recipients: list[str] = []
    issued_on: str | None = None
    attachments: list[Attachment] = []
    copied_to_text: str | None = None
    printed_by: str | None = None
    printed_on: str | None = None
    published_on: str | None = None
    disclosure: str | None = None
    contacts: list[Contact] = []
    evidence: dict[str, Evidence] = {}


class Heading(Model):
    """`level` goes by form: 一、 1 · （一） 2 · 1. 3 · （1） 4 · ① 5. `number` is without its stop."""

    level: Annotated[int, Field(ge=1, le=5)]
    number: str
    title: str
    evidence: Evidence


class Citation(Model):
    """Another document named. One entry a document; `count` says how often."""

    doc_number: str | None
    title: str | None
    short_name: str | None = None
    count: int
    evidence: Evidence


class Amount(Model):
    """Money in running text. `yuan` is the amount in 元."""

    text: str
    value: Number
    unit: str
    yuan: Number
    per: str | None = None
    label: str | None = None
    evidence: Evidence


class AccountCode(Model):
    code: str
    name: str | None
    kind: CodeKind
    evidence: Evidence


class Transfer(Model):
    """A fund transfer told in running text: `evidence` is the sentence that moves the money.

    Of a notice's own transfer `program` is the fund as the title names it, and a sum that the sentence leaves to the
    attachment is the allocation table's total.
    """

    batch: int | None = None
    program: str | None = None
    value: Number | None = None
    unit: str | None = None
    yuan: Number | None = None
    received_on: str | None = None
    basis: str | None = None
    issued_on: str | None = None
    document: str | None = None
    evidence: Evidence


class AllocationRow(Model):
    """`values`: one number or None for each column of the table, in the table's unit."""

    seq: int | None
    name: str | None
    adcode: str | None
    role: Literal["item", "total", "subtotal"]
    values: list[Number | None]
    note: str | None = None
    evidence: Evidence


class Allocation(Model):
    """分配表, or an allocation told in prose (`title` None)."""

    title: str | None
    attachment: int | None
    unit: str | None
    columns: list[str]
    rows: list[AllocationRow]
    evidence: Evidence


class Fund(Model):
    """A row of 资金情况. Money in `unit`, `rate` in percent."""

    name: str
    source: FundSource
    initial_budget: Number | None = None
    budget: Number | None = None
    executed: Number | None = None
    rate: Number | None = None
    weight: Number | None = None
    score: Number | None = None
    unit: str | None = None
    evidence: Evidence


class Management(Model):
    """A row of 资金管理情况."""

    aspect: str
    situation: str | None = None
    problems: str | None = None
    evidence: Evidence


class Goal(Model):
    """总体目标 and its 完成情况."""

    goal: str | None
    completion: str | None = None
    evidence: Evidence


class IndicatorValue(Model):
    """One value column of an indicator. `number` is None where the value is words."""

    label: str | None
    role: Literal["target", "actual", "baseline"]
    year: int | None
    text: str
    op: Op | None = None
    number: Number | None = None
    unit: str | None = None
    evidence: Evidence


class Indicator(Model):
    """三级指标. `level1` and `level2` are where the row truly belongs, `printed_*` what stood beside it."""

    level1: str | None
    level2: str | None
    printed_level1: str | None = None
    printed_level2: str | None = None
    repaired: bool = False
    name: str
    unit: str | None = None
    weight: Number | None = None
    score: Number | None = None
    values: list[IndicatorValue] = []
    remark: str | None = None
    evidence: Evidence


class PerformanceTable(Model):
    """绩效目标表 or 自评表."""

    kind: Literal["target", "self_evaluation"]
    title: str | None = None
    year: int | None = None
    program: str | None = None
    region: str | None = None
    central_authority: str | None = None
    local_authority: str | None = None
    fund_user: str | None = None
    finance_department: str | None = None
    authority: str | None = None
    total_score: Number | None = None
    funds: list[Fund] = []
    management: list[Management] = []
    goals: list[Goal] = []
    indicators: list[Indicator] = []
    evidence: Evidence


class Quantity(Model):
    """`≥1.1万人次` → op ≥, number 1.1, unit 万人次."""

    text: str
    op: Op | None = None
    number: Number | None = None
    unit: str | None = None


class Statement(Model):
    """An indicator's result told in a sentence."""

    scope: str | None
    level1: str | None = None
    level2: str | None = None
    indicator: str
    actual: Quantity | None = None
    target: Quantity | None = None
    verdict: str | None = None
    completion_rate: Number | None = None
    evidence: Evidence


class TextQuantity(Quantity):
    """Any other number in running text that says how many of what."""

    label: str | None = None
    evidence: Evidence


class Residue(Model):
    """A number that nothing else accounts for."""

    text: str
    context: str
    evidence: Evidence


class Finding(Model):
    """What a check found. `message` is one Chinese sentence; `suggestion` names a repair where one cell would do it."""

    code: str
    severity: Severity
    message: str
    expected: Number | str | None = None
    found: Number | str | None = None
    suggestion: str | None = None
    evidence: Evidence
    related: Evidence | None = None


class Link(Model):
    """Another document of the same folder or bundle: an attachment of this one, or the one this is `attached_to`.

    `number` and `title` are those of the 附件说明, `path` and `id` the other document's. `evidence`: the line that names the attachment.
    """

    relation: Literal["attachment", "attached_to"]
    number: int | None
    title: str
    path: str
    id: str
    evidence: Evidence | None = None


class Locator(Model):
    """A printed place, told so that it is found again after the grammar or the division into blocks has changed.

    `text` is what stands there; `before` and `after` are the nearest words around it, of a cell those of its row. `occurrence`: `[n, m]`, it is
    the nth of the m places of the document that agree in all three. The place itself is that of the reading it was written from, as in `Evidence`.
    `fact` tells which one is meant where several facts were read at one place.
    """

    block: str | None = None
    span: tuple[int, int] | None = None
    table: str | None = None
    row: int | None = None
    column: int | None = None
    text: str
    before: str = ""
    after: str = ""
    occurrence: tuple[int, int] | None = None
    fact: str | None = None


class AppliedCorrection(Model):
    """A person's correction of this document. `original` is what the extraction gives, `evidence` where it stands (None where it has no place).

    `applied`: still needed; `confirmed`: the extraction gives the very value by now; `conflict`: it gives a third one, and the correction
    stands; `unplaced`: what it corrects is not found any more, and nothing was changed.
    """

    field: str
    locator: Locator | None
    value: Any
    original: Any
    reason: str
    who: str
    when: str
    status: Literal["applied", "confirmed", "conflict", "unplaced"]
    evidence: Evidence | None


class Provenance(Model):
    """What produced the record: fingerprints of the code, and of those rules, words and layouts of the grammar that had an answer in this document.

    So `grammar` is the same under every grammar that differs only in what this document did not use; the whole grammar's is told by `gongwen runs`.
    """

    version: str
    code: str
    grammar: str


class Record(Model):
    schema_version: str = SCHEMA_VERSION
    id: str
    source: Source
    doc_type: DocType
    header: Header
    outline: list[Heading] = []
    citations: list[Citation] = []
    amounts: list[Amount] = []
    account_codes: list[AccountCode] = []
    transfers: list[Transfer] = []
    allocations: list[Allocation] = []
    performance_tables: list[PerformanceTable] = []
    statements: list[Statement] = []
    findings: list[Finding] = []
    quantities: list[TextQuantity] = []
    residue: list[Residue] = []
    links: list[Link] = []
    corrections: list[AppliedCorrection] = []
    provenance: Provenance
