"""Which tests run every day. `make test` has six minutes on two cores; CI runs the others in a phase of its own.

Three levels: the daily tests; `extended`, which this table names by folder or file; `slow`, which a test names itself. What
stays daily covers every module: units, contracts, one journey in the browser, the permissions of every route, and the
pipeline from upload to the production database. A file comes here when its tests take more than three seconds together.
"""

FOLDERS = (
    "tests/faults/",
    "tests/hostile/",
    "tests/integration/backup/",
    "tests/integration/schema/",
    "tests/real/",
    "tests/unit/samples/",
)
FILES = {
    "tests/authorization": "cross_site hostile_input strict_api",
    "tests/contract": "bounded_answers embeddings keys_stay_home rapidocr",
    "tests/e2e": (
        "ask_journey blind_desk desk desk_dialogs desk_keys desk_lists desk_pages desk_reviewer desk_tables "
        "e_invoices hostile_uploads invitation_journey learned_sender library_journey lists_journey live_line "
        "one_clock organization_pages received_before resumed_upload sub_documents_journey types_journey withdrawal"
    ),
    "tests/integration": "before_sign_in request_limits sandbox_state",
    "tests/integration/accounts": "address_proofs admin homes limits local_hosts refused_input reset_timing takeovers",
    "tests/integration/documents": (
        "auto_approval batch_deletion batch_socket certificates duplicates e_invoices file_sweeps held_work "
        "idempotency lists_in_numbers page_layouts page_views processing_screens quotas reason_texts retention "
        "retired_schemas revocation sensitive_values upload_limits"
    ),
    "tests/integration/extraction": (
        "auto_approval bad_input candidates learning listed_values messages ocr_engines office_documents other_doors "
        "playground providers rehearsals rescoring type_by_api virus_scan"
    ),
    "tests/integration/pdb_sync": "order reconciliation",
    "tests/integration/rag": "retrieval_plan",
    "tests/integration/review": (
        "absent approved blind_sample boundaries checks_again choices desk_views empty_cells filing lists overrides "
        "own_desk pages received_before rereading second_person skips"
    ),
    "tests/integration/supervisor": "analysts_port keys redis stores",
    "tests/property": "extraction",
    "tests/unit": "messages production_settings sandbox_reading",
    "tests/unit/documents": "words",
    "tests/unit/documents/earned": "plan",
    "tests/unit/extraction": "regions warm_up",
    "tests/unit/ocr": "scripts_told_apart",
    "tests/unit/supervisor": "purpose watcher",
}
CASES = (
    "tests/authorization/test_matrix.py::test_every_other_method_is_refused",
    "tests/authorization/test_matrix.py::test_what_one_may_not_see_answers_like_what_does_not_exist",
)
EXTENDED = (
    *FOLDERS,
    *CASES,
    *(f"{folder}/test_{name}.py" for folder, names in FILES.items() for name in names.split()),
)


def is_extended(nodeid: str) -> bool:
    """Whether the table names the test, its file or one of its folders."""
    return nodeid.startswith(EXTENDED)
