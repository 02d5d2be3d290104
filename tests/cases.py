"""Small inputs that went wrong once, and the tests that hold what is right; `test_cases.py` checks the table.

A is what was read or told wrongly, B what could not be used or cost a turn, C calls without need, S where the local
accounts were stricter than the services.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """What is right, and the tests that prove it as `folder/file.py::test_name`; `open` says what is lacking."""

    right: str
    proved: tuple[str, ...] = ()
    open: str = ""


def case(right: str, *proved: str, open: str = "") -> Case:
    return Case(right, tuple(f"{file}::test_{name}" for each in proved for file, name in [each.split("::")]), open)


UNREAD, FOUND, SEARCH, NAMED = (
    "tools/test_unread.py",
    "tools/test_found.py",
    "tools/test_search.py",
    "tools/test_references.py",
)
TIME, TIMER, TOLD, RULED = (
    "harvest/test_time.py",
    "harvest/test_running_timers.py",
    "harvest/test_told_as_it_is.py",
    "harvest/test_invoice_rules.py",
)
INCWO, NESTED, LENIENT = "incwo/test_told.py", "incwo/test_nested.py", "sandbox/test_lenient.py"
SERVICE, AROUND = "sandbox/incwo/test_as_the_service_was.py", "gateway/test_environment.py"

CASES = {
    "A1": case(
        "A value without a zone is never the machine's.",
        "wire/test_zones.py::an_instant_is_the_same_on_every_machine",
        "wire/test_zones.py::an_instant_without_a_zone_is_unread_on_every_machine",
    ),
    "A2": case(
        "A 404 after a delete is a delete, whatever page comes with it.",
        "tools/test_doubt.py::a_web_page_beside_a_404_hides_neither_a_delete_nor_a_missing_record",
    ),
    "A3": case(
        "A 404 of one record is that record's, whatever page comes with it.",
        "tools/test_doubt.py::a_web_page_beside_a_404_hides_neither_a_delete_nor_a_missing_record",
        "incwo/test_rights.py::what_is_not_there_is_told_as_such_whatever_page_comes_with_it",
    ),
    "A4": case(
        "The vendor's words reach the reader, with project, task and person by name.",
        f"{TIME}::what_the_vendor_says_of_anothers_entry_is_told_with_project_task_and_person",
        f"{TOLD}::a_user_who_may_not_look_gets_the_vendors_words",
    ),
    "A5": case(
        "What is not read is passed over; equal repeats are one value, unequal ones a doubt that names the element.",
        f"{UNREAD}::what_is_not_read_and_what_repeats_itself_is_passed_over",
        f"{UNREAD}::two_values_of_one_element_are_a_doubt_that_names_it",
        "tools/test_siblings.py::what_is_not_read_is_passed_over_in_every_list",
    ),
    "A6": case(
        "A cell that cannot be read is told with its record, and the rest of the list is shown.",
        f"{UNREAD}::of_many_records_the_first_unreadable_ones_are_named",
        f"{UNREAD}::a_hidden_cell_that_cannot_be_read_does_not_matter",
        f"{UNREAD}::a_row_whose_filter_cannot_be_read_is_not_left_out",
        "tools/test_siblings.py::a_cell_that_cannot_be_read_costs_itself_alone_in_every_list",
    ),
    "A7": case(
        "A timesheet of an account that keeps from when to when shows it.",
        f"{TOLD}::a_timesheet_tells_from_when_to_when_where_the_account_keeps_that",
        f"{TOLD}::a_timesheet_has_the_columns_asked_for",
    ),
    "A8": case(
        "A day becomes terms counted from the day of issue; words the vendor does not know are refused.",
        f"{RULED}::a_day_becomes_terms_counted_from_the_day_of_issue",
        f"{RULED}::terms_that_harvest_does_not_know_are_refused",
        f"{RULED}::a_new_invoice_is_due_on_a_day_counted_from_its_own",
        "tools/test_siblings.py::terms_are_understood_however_they_are_written",
    ),
    "A9": case(
        "A number equal to an offered rate is that rate; other codes only where the account is seen to use them.",
        f"{INCWO}::a_number_that_is_an_offered_rate_is_that_rate",
        f"{INCWO}::a_rate_that_is_not_offered_and_a_code_nobody_uses_are_not_sent",
        f"{INCWO}::a_code_of_the_accounts_own_is_taken_where_a_record_shows_it",
        "tools/test_siblings.py::a_rate_is_a_rate_in_every_tool_that_takes_one",
    ),
    "A10": case(
        "A tax that applies to no line is told, with the one argument that taxes them all.",
        f"{RULED}::a_tax_that_applies_to_no_line_is_told_and_one_argument_taxes_them_all",
    ),
    "A11": case(
        "A query looks through all texts shown or not, names of what is referred to, and telephones by their digits.",
        f"{FOUND}::a_list_is_looked_through_in_all_its_texts_and_the_names_it_refers_to",
        f"{FOUND}::a_telephone_is_found_however_it_is_written",
        f"{FOUND}::a_list_without_rows_says_what_was_looked_for_where_and_what_to_call",
        "incwo/test_found.py::what_rows_do_not_carry_is_not_said_to_be_looked_through",
        "tools/test_siblings.py::a_query_finds_what_is_there_in_every_list",
        "tools/test_siblings.py::a_query_finds_what_is_there_in_every_list_of_incwo",
    ),
    "A12": case(
        "A search finds items and addresses, e-mail addresses and telephones.",
        "incwo/test_found.py::a_contact_is_found_by_its_mail_and_telephone",
        f"{FOUND}::the_prefix_of_a_country_does_not_count",
    ),
    "A13": case(
        "A search without a hit says which word is nowhere, and what the others find.",
        f"{SEARCH}::every_word_must_be_met",
        f"{SEARCH}::nothing_found_says_where_it_was_looked_for_and_what_to_try",
    ),
    "A14": case(
        "People are a kind of search, and a person may be named by one name where one fits.",
        f"{SEARCH}::every_kind_whose_list_costs_a_call_is_searched_and_the_newest_invoices",
        f"{NAMED}::a_person_may_be_named_by_one_name_where_one_fits",
    ),
    "A15": case(
        "A running timer is found within 14 days, and who has one running is one call of an administrator.",
        f"{TIMER}::a_timer_is_found_within_14_days",
        f"{TIMER}::who_has_a_timer_running_is_one_call_of_an_administrator",
        f"{TIMER}::where_reports_are_refused_the_journal_and_then_the_sheets_tell",
    ),
    "A16": case(
        "The same time or invoice from another machine is reported before it is sent.",
        f"{TOLD}::the_same_work_logged_from_another_machine_is_reported",
        f"{TOLD}::the_same_invoice_made_on_another_machine_is_reported",
    ),
    "A17": case(
        "Names are compared without quotes, accents, blanks, end dots and legal forms, and never by likeness.",
        f"{FOUND}::names_of_clients_are_folded_where_duplicates_are_looked_for",
        "incwo/test_found.py::a_firm_of_the_same_name_is_there_already",
        f"{NAMED}::quotes_accents_blanks_end_dots_and_legal_forms_do_not_count_where_one_record_is_meant",
        f"{NAMED}::two_legal_forms_are_two_companies",
        "tools/test_creating.py::a_client_of_a_name_merely_alike_is_none",
        "tools/test_siblings.py::one_name_written_two_ways_is_reported",
    ),
    "A18": case(
        "A list of rates says when they count.",
        f"{TOLD}::a_list_of_rates_says_when_they_count",
        "tools/test_projects.py::a_rate_that_counts_for_nothing_is_told_with_the_call_that_makes_it_count",
    ),
    "A19": case(
        "Who came after the period is not missed in it.",
        "harvest/test_report_choices.py::nobody_is_missed_who_was_not_there_yet",
    ),
    "A20": case(
        "Whom and what the vendor puts on a new project by itself is told.",
        f"{TOLD}::what_is_put_on_a_new_project_by_itself_is_told",
    ),
    "A21": case(
        "Going on with an entry of another day tells first what it stands at.",
        f"{TOLD}::going_on_with_a_billed_entry_of_another_day_says_that_it_is_billed",
    ),
    "A22": case(
        "No invoice of a status says which status has some.",
        f"{FOUND}::no_invoice_of_a_status_says_which_status_has_some",
        f"{FOUND}::no_active_record_says_how_many_are_archived",
    ),
    "A23": case(
        "The question before a delete names what no undo restores.",
        f"{INCWO}::a_question_before_a_delete_names_what_no_undo_restores",
    ),
    "A24": case(
        "An undo compares every element that was read, also those it cannot write, and names what is gone.",
        f"{INCWO}::an_undo_of_a_delete_names_what_is_gone_and_the_question_what_no_undo_restores",
        f"{INCWO}::what_comes_back_whole_is_said_to_be_as_it_was",
        f"{INCWO}::an_undo_of_an_update_names_what_else_became_of_the_record",
        "journal/test_history.py::a_deleted_record_is_made_again_and_what_is_lost_is_named",
        "tools/test_siblings.py::what_an_undo_does_not_bring_back_is_named_of_every_kind",
    ),
    "A25": case(
        "A child is compared whole, and what would be lost is told before its list is sent again.",
        f"{INCWO}::what_a_child_holds_besides_is_told_before_a_list_is_sent_again_and_missed_after",
        f"{INCWO}::nothing_is_sent_where_nobody_agrees_to_what_may_be_dropped",
    ),
    "A26": case(
        "Children that cannot be told apart are not sent again.",
        f"{INCWO}::children_that_cannot_be_told_apart_are_not_sent_again",
    ),
    "A27": case(
        "An answer about another record is refused, and nothing is written.",
        f"{INCWO}::an_answer_about_another_record_is_refused_and_nothing_written",
    ),
    "A28": case(
        "A local time is told as the wall showed it, without an offset that nobody said.",
        f"{INCWO}::a_time_is_told_as_the_wall_showed_it",
        "wire/test_zones.py::a_local_time_stays_as_the_wall_showed_it_on_every_machine",
    ),
    "A29": case(
        "The time of a day outlives an update and comes back with an undo.",
        f"{INCWO}::the_time_of_a_day_outlives_an_update_and_comes_back_with_an_undo",
        f"{INCWO}::a_deleted_tasks_time_comes_back_with_it",
    ),
    "A30": case(
        "A removal that did not happen had no effect, and its undo is not promised.",
        f"{NESTED}::a_removal_that_a_merging_server_ignores_is_not_told_as_done",
        f"{NESTED}::a_change_whose_undo_has_no_effect_is_not_undone",
        f"{NESTED}::an_added_item_is_taken_back_or_its_staying_is_told",
    ),
    "A31": case(
        "A day that cannot be read is told with its record, and the rest is shown.",
        f"{INCWO}::a_cell_that_cannot_be_read_is_told_with_its_record_and_the_rest_is_shown",
        f"{INCWO}::one_records_unreadable_cells_are_named_before_it",
    ),
    "A32": case(
        "A stock movement is compared with those of late, and made where nothing can be compared.",
        f"{INCWO}::a_stock_movement_is_compared_with_those_of_late",
        f"{INCWO}::a_stock_movement_is_made_without_a_list_and_it_is_said_that_nothing_was_compared",
    ),
    "A33": case(
        "A lost create is looked for on the last page too, and what cannot settle is not promised.",
        f"{INCWO}::a_lost_create_is_found_on_the_last_page_where_not_all_are_read",
        f"{INCWO}::what_no_look_can_settle_is_not_promised",
    ),
    "A34": case(
        "A list without pagination is a page of an unknown number, and a page that is missing costs only itself.",
        f"{INCWO}::a_page_that_is_not_there_costs_only_itself",
        f"{INCWO}::a_firms_contacts_are_not_counted_from_a_list_of_an_unknown_number",
        "wire/test_incwo.py::a_list_without_pagination_is_a_page_of_an_unknown_number",
    ),
    "A35": case(
        "What is out of bounds or nameless is refused with what is right.",
        f"{INCWO}::what_is_out_of_bounds_or_nameless_is_refused_with_what_is_right",
        f"{INCWO}::the_bounds_themselves_are_sent",
        f"{NESTED}::a_word_that_is_no_type_is_refused_before_anything_is_sent",
    ),
    "A36": case(
        "What does not match is told by its difference only.",
        f"{NESTED}::an_undo_over_a_long_list_that_somebody_else_changed_tells_the_difference_only",
    ),
    "A37": case(
        "A query follows references, and what hangs on a record is counted where the account tells.",
        "incwo/test_found.py::a_query_of_leads_follows_what_they_refer_to_and_remembers_it",
        "incwo/test_found.py::the_question_counts_what_hangs_on_a_firm_and_a_contact",
    ),
    "A38": case(
        "A state without a word is told as unknown.",
        f"{INCWO}::a_state_without_a_word_is_told_as_unknown",
    ),
    "A39": case(
        "Numbers of changes are never used twice, and one of a lost journal is not known.",
        "journal/test_damage.py::a_journal_that_is_lost_while_serving_gives_no_number_twice",
        "journal/test_damage.py::a_backup_put_back_gives_no_number_twice",
        "journal/test_history.py::an_unknown_change_is_said_to_be_unknown",
    ),
    "A40": case(
        "An undo follows the record that was made again under another id.",
        "journal/test_damage.py::what_was_done_to_a_record_made_again_is_undone_on_the_new_one",
        "journal/test_damage.py::a_create_is_undone_by_deleting_what_its_record_was_made_again_as",
    ),
    "B1": case(
        "One meaning is taken in every form, in every tool, and nothing wrong is written.",
        "tools/test_left_out.py::every_tool_of_harvest_answers_and_changes_the_same_in_every_form",
        "tools/test_left_out.py::every_tool_of_incwo_answers_and_changes_the_same_in_every_form",
        "tools/test_left_out.py::every_number_and_truth_value_is_taken_as_text",
        "tools/test_left_out.py::every_optional_argument_is_left_out_by_null_and_by_what_is_empty",
        "tools/test_fuzzed_arguments.py::a_hundred_thousand_wrong_calls_of_a_tool_write_nothing",
        "tools/test_spellings.py::an_amount_has_one_meaning_or_stays_as_it_is",
        "tools/test_spellings.py::a_day_has_one_meaning_or_stays_as_it_is",
        "tools/test_siblings.py::one_meaning_is_taken_in_every_form",
    ),
    "B2": case(
        "A proxy that cannot be used is named, with what to install or unset.",
        f"{AROUND}::a_socks_proxy_without_its_package_is_named_with_the_extra",
        f"{AROUND}::what_a_variable_of_tls_breaks_is_answered_with_its_name",
        f"{AROUND}::what_cannot_be_used_is_named_before_anything_is_sent",
    ),
    "B3": case(
        "A placeholder that nothing filled in is named and not sent.",
        "package/test_settings.py::a_placeholder_that_nothing_filled_in_is_named_and_not_sent",
    ),
    "B4": case(
        "An address is taken without a scheme, with blanks or quotes, and whole where a part was asked for.",
        "package/test_settings.py::what_can_only_mean_one_address_is_taken",
        "package/test_settings.py::blanks_and_quotes_around_any_value_are_no_part_of_it_but_of_a_password",
    ),
    "B5": case(
        "The doctor tells what the tools would meet.",
        f"{AROUND}::the_doctor_minds_no_tls_that_ends_without_a_word",
        f"{AROUND}::the_doctor_names_what_the_calls_would_meet",
        "state/test_doctor.py::a_folder_that_the_tools_would_not_make_is_told",
    ),
    "B6": case(
        "A dead proxy is named where a call fails.",
        f"{AROUND}::a_dead_proxy_is_named_where_a_call_fails",
        f"{AROUND}::the_doctor_tries_a_proxy_and_says_what_came_of_it",
    ),
    "B7": case(
        "A code that is not known says how to get a new one.",
        "tools/test_codes.py::a_forged_code_is_refused",
    ),
    "B8": case(
        "An address is taken out of what is around it, and that is told.",
        "tools/test_spellings.py::an_address_is_taken_out_of_what_is_around_it",
        "tools/test_spellings.py::an_address_is_taken_out_for_a_contact_and_that_is_told",
        "tools/test_siblings.py::an_address_is_taken_out_in_every_tool",
    ),
    "B9": case(
        "Hours over midnight say which are of the next day.",
        f"{TOLD}::hours_over_midnight_say_which_are_of_the_next_day",
    ),
    "B10": case(
        "A person and a task that are both lacking are named at once, with both calls.",
        f"{TOLD}::a_person_and_a_task_that_are_both_lacking_are_named_at_once",
    ),
    "B11": case(
        "A name that fits nothing names the one that holds it, and five at most.",
        f"{NAMED}::the_name_that_holds_it_is_named_and_none_that_is_unlike_it",
        "harvest/test_open_projects.py::a_name_that_is_not_open_is_answered_with_those_that_are",
    ),
    "B12": case(
        "A record is read and changed by its exact name too.",
        "tools/test_record_names.py::a_record_is_read_by_its_exact_name",
        "tools/test_record_names.py::a_record_is_changed_by_its_exact_name",
        "tools/test_record_names.py::the_same_in_incwo",
        "tools/test_record_names.py::what_fits_none_or_several_is_refused_with_the_ids",
        "tools/test_record_names.py::what_asks_a_person_and_what_has_no_name_keep_to_the_id",
    ),
    "B13": case(
        "A question tells a record from its namesakes.",
        "tools/test_questions.py::a_question_tells_a_contact_from_those_of_the_same_name",
        "tools/test_questions.py::what_tells_it_apart_costs_one_call_that_is_remembered",
        "incwo/test_consent.py::a_firm_is_told_from_its_namesakes_by_its_town",
    ),
    "B14": case(
        "A name stands beside every reference, and a hit shows what is asked next.",
        f"{FOUND}::names_beside_references_cost_one_list_that_is_remembered",
        f"{SEARCH}::a_hit_names_whose_it_is_whatever_was_searched",
    ),
    "B15": case(
        "A list of invoices names clients and adds up by currency, and reports take several of a kind.",
        f"{TOLD}::a_whole_list_of_invoices_names_clients_and_adds_up_by_currency",
        "harvest/test_report_choices.py::a_report_takes_several_of_a_kind",
    ),
    "B16": case(
        "Lists are narrowed by what people ask for.",
        f"{TOLD}::contacts_without_an_address_are_one_call",
        f"{TOLD}::contacts_are_narrowed_by_several_titles_and_by_when_they_were_made",
        f"{TOLD}::invoices_are_narrowed_by_when_they_are_due",
    ),
    "B17": case(
        "An answer of a write tells the name and what changed.",
        f"{RULED}::an_update_answers_with_what_changed_and_nothing_else",
    ),
    "B18": case(
        "An answer of a new expense names its currency, project and category.",
        "harvest/test_expenses.py::a_new_expense_is_told_with_its_project_category_and_currency",
    ),
    "B19": case(
        "Descriptions tell twins apart.",
        "tools/test_schemas.py::a_tool_of_incwo_says_so_in_its_title_and_its_description",
        "tools/test_writing.py::a_client_is_archived_and_restored_by_tools_of_their_own",
    ),
    "C1": case(
        "A report of a client with many projects is read by its people.",
        "harvest/test_report_choices.py::a_client_of_many_projects_is_read_by_its_people",
    ),
    "C2": case(
        "A number is looked for newest first, and reading stops at it.",
        f"{FOUND}::an_invoice_is_found_by_its_number_without_reading_behind_it",
        f"{SEARCH}::a_client_that_is_found_narrows_the_invoices_to_its_own",
        f"{SEARCH}::a_number_is_met_exactly_or_by_its_beginning_and_never_by_another_number",
    ),
    "C3": case(
        "A list stops reading when the answer is full.",
        f"{FOUND}::a_list_stops_reading_when_the_answer_is_full",
    ),
    "C4": case(
        "Rows of another owner than asked for are not told.",
        f"{FOUND}::rows_of_another_client_than_asked_for_are_not_told",
    ),
    "S1": case(
        "Days are taken as clients of the time wrote them.",
        f"{LENIENT}::a_day_may_be_written_as_ruby_prints_it",
        f"{LENIENT}::a_payment_may_be_of_a_day",
    ),
    "S2": case(
        "An expense of one unit and its cost is taken.",
        f"{LENIENT}::an_expense_of_one_unit_and_its_cost_is_taken",
    ),
    "S3": case(
        "Credentials in brackets are taken.",
        f"{LENIENT}::credentials_in_brackets_are_taken",
    ),
    "S4": case(
        "Header names are written as the vendor does.",
        f"{LENIENT}::header_names_are_written_as_the_vendor_does",
    ),
    "S5": case(
        "A new entry comes in the same root in every era.",
        f"{LENIENT}::a_new_entry_comes_in_add_in_every_era",
    ),
    "S6": case(
        "A read needs no content type, and JSON is refused in words.",
        f"{LENIENT}::a_get_needs_no_content_type_and_json_is_refused_in_words",
    ),
    "S7": case(
        "A task is archived by an update, time for a stranger is a 404, and passwords were reset.",
        f"{LENIENT}::a_task_is_archived_by_an_update",
        f"{LENIENT}::time_for_somebody_who_is_not_on_the_project_is_a_404",
        f"{LENIENT}::passwords_were_reset_in_classic",
    ),
    "S8": case(
        "A classic timesheet has ids and times; incwo's bodies carry what the service sent.",
        f"{LENIENT}::a_classic_timesheet_has_ids_and_times",
        f"{SERVICE}::a_normal_line_carries_an_empty_kind",
        f"{SERVICE}::a_contact_without_a_firm_has_no_element_for_it",
        f"{SERVICE}::a_product_carries_the_days_of_its_two_exchange_rates",
        f"{SERVICE}::the_categories_of_the_catalog_are_there_by_both_kinds_of_routes",
    ),
}
