"""incwo files (incwo 11.1): attached to a record or to none; how to download one is not documented."""

from typing import Annotated

from harvest_mcp.spec import LINES, SENT_ONLY, SERVER_SET, SUMMARY, OneFilled, Resource, Same, Says, Stakes, Wording
from harvest_mcp.systems.incwo.rows import Row


class File(Row):
    """A file. Its bytes go up as the vendor's own apps send them (incwo 15, row 2) and do not come down."""

    upload_file_name: Annotated[str | None, SUMMARY, Says("e.g. plan.pdf")] = None
    object_zname: Annotated[str | None, SUMMARY, Says("collection of what it is attached to, e.g. contacts")] = None
    object_zid: Annotated[int | None, SUMMARY, Says("id in that collection")] = None
    upload_file_size: Annotated[int | None, SERVER_SET, SUMMARY] = None
    upload_file_description: Annotated[str | None, LINES] = None
    file_data_base64: Annotated[str | None, SENT_ONLY, Says("the bytes in base64, of at most 1.5 MB")] = None


FILES = Resource(
    noun="file",
    plural="files",
    record=File,
    element="upload_file",
    path="/upload_files",
    toolset="incwo_documents",
    label=("upload_file_name",),
    says="file, attached to a record or to none; its content cannot be downloaded",
    verbs=("list", "get", "create", "update", "delete"),
    rules=(
        Stakes(columns=("file_data_base64",), effect="replaces the content of a file", lost="the content it has now"),
        OneFilled(("upload_file_name",)),
    ),
    same=Same(any_of=(("upload_file_name", "object_zname", "object_zid"),)),
    wording=Wording(caution="Its content cannot be read back here."),
    paged=True,
)
