package queries

import (
	"database/sql"
	"fmt"
	"strconv"

	"runnerdb/accounts"
	"runnerdb/club"
)

// columnKind is what a column holds.
type columnKind int

const (
	textKind columnKind = iota
	numberKind
	flagKind
	dateKind
)

type portableColumn struct {
	name string
	kind columnKind
}

// portableTable is a table that a full export holds: the columns, the order of
// the rows, and the columns that an import derives from the others.
type portableTable struct {
	name    string
	order   []string
	columns []portableColumn
	derived []derivedColumn
}

// derivedColumn is made from the text of a row's other columns.
type derivedColumn struct {
	name   string
	derive func(text func(column string) string) any
}

func text(names ...string) []portableColumn    { return columnsOf(textKind, names) }
func numbers(names ...string) []portableColumn { return columnsOf(numberKind, names) }
func flags(names ...string) []portableColumn   { return columnsOf(flagKind, names) }
func dates(names ...string) []portableColumn   { return columnsOf(dateKind, names) }

func columnsOf(kind columnKind, names []string) []portableColumn {
	columns := make([]portableColumn, len(names))
	for i, name := range names {
		columns[i] = portableColumn{name, kind}
	}
	return columns
}

func columns(groups ...[]portableColumn) []portableColumn {
	var all []portableColumn
	for _, group := range groups {
		all = append(all, group...)
	}
	return all
}

// portable are the tables of a full export, each after those that it refers
// to. Whoever adds a table or a column adds it here or to notPortable; a test
// compares both with the schema.
var portable = []portableTable{
	{name: "settings", order: []string{"name"}, columns: columns(text("name", "value"), numbers("version"))},
	{name: "club_spellings", order: []string{"name"}, columns: text("name")},
	{name: "imports", order: []string{"id"}, columns: columns(numbers("id"), text("kind", "status", "name"), numbers("created_at"))},
	{
		name: "runners", order: []string{"id"},
		columns: columns(numbers("id"), text("name", "sex"), dates("birth_date"), text("licence", "visibility", "hidden_for"), flags("hidden"),
			numbers("import_id", "version", "created_at", "updated_at")),
		derived: []derivedColumn{
			{"search_key", func(text func(string) string) any { return club.Fold(text("name")) }},
			{"licence_key", func(text func(string) string) any { return club.LicenceKey(text("licence")) }},
		},
	},
	{name: "runner_aliases", order: []string{"runner_id", "name"}, columns: columns(numbers("runner_id"), text("name"))},
	{
		name: "runner_contacts", order: []string{"runner_id"},
		columns: columns(numbers("runner_id"), text("email", "phone", "emergency_name", "emergency_phone"), numbers("version")),
	},
	{name: "series", order: []string{"id"}, columns: columns(numbers("id"), text("name"), numbers("import_id", "version"))},
	{
		name: "races", order: []string{"id"},
		columns: columns(numbers("id", "series_id"), dates("held_on"), numbers("metres"), flags("short_course"), numbers("import_id", "version")),
	},
	{
		name: "results", order: []string{"id"},
		columns: columns(numbers("id", "runner_id", "race_id"), text("status"), numbers("net_ms", "gun_ms", "position"), text("category"),
			numbers("category_position"), text("club"), flags("counts"), numbers("import_id", "version")),
	},
	{name: "sheet_imports", order: []string{"import_id"}, columns: columns(numbers("import_id"), text("actor"), numbers("runners", "added", "changed", "contacts", "undone_at"))},
	{
		name: "import_changes", order: []string{"import_id", "result_id"},
		columns: columns(numbers("import_id", "result_id", "version"), text("before")),
		derived: []derivedColumn{{"runner_id", func(text func(string) string) any {
			changed, _ := fromJSON[storedResult](text("before")) // one that can't be read is nobody's
			return changed.RunnerID
		}}},
	},
	{
		name: "import_contacts", order: []string{"import_id", "runner_id"},
		columns: columns(numbers("import_id", "runner_id", "version"), flags("email", "phone")),
	},
	{name: "spellings", order: []string{"name", "runner_id"}, columns: columns(text("name"), numbers("runner_id"), flags("same"))},
	{name: "source_mappings", order: []string{"header"}, columns: text("header", "mapping")},
	{
		name: "users", order: []string{"id"},
		columns: columns(numbers("id"), text("email", "name", "role"), flags("disabled"), numbers("version", "created_at", "seen_at")),
		derived: []derivedColumn{
			{"email_key", func(text func(string) string) any { return accounts.EmailKey(text("email")) }},
			{"password_hash", func(func(string) string) any { return "" }},
		},
	},
	{
		name: "audit_log", order: []string{"id"},
		columns: columns(numbers("id", "at", "user_id"), text("actor", "address", "action", "outcome", "kind"), numbers("object_id"),
			text("object", "before", "after")),
	},
	{name: "suppression_keys", order: []string{"id"}, columns: columns(numbers("id"), text("sealed"))},
	{
		name: "suppressed", order: []string{"key_id", "name_hash", "born_hash", "licence_hash"},
		columns: columns(numbers("key_id"), text("name_hash", "born_hash", "licence_hash")),
	},
	{name: "bin", order: []string{"id"}, columns: columns(numbers("id", "batch", "at"), text("actor", "kind", "object", "content"))},
}

// notPortable are the tables and columns that an export leaves out, and why.
var notPortable = map[string]string{
	"sessions":                 "whoever has one is that user",
	"invitations":              "whoever has one becomes that user",
	"second_factors":           "a secret",
	"recovery_codes":           "whoever has one passes for that user",
	"second_steps":             "half a session",
	"tries":                    "they protect this server alone",
	"jobs":                     "work that is done, or under way here",
	"drafts":                   "sheets on their way in; upload them again",
	"goose_db_version":         "the schema's own",
	"revisions":                "they count the changes of this database",
	"runner_revisions":         "they count the changes of this database",
	"runner_changes":           "they count the changes of this database",
	"audit_runners":            "derived from the audit log",
	"import_changes.runner_id": "derived from the result as it was",
	"runner_summaries":         "derived from results",
	"runner_years":             "derived from results",
	"marks":                    "derived from results",
	"gains":                    "derived from results",
	"club_models":              "learned anew from results",
	"race_effects":             "learned anew from results",
	"backtests":                "measured anew on results",
	"runners.search_key":       "derived from the name",
	"runners.licence_key":      "derived from the licence",
	"users.email_key":          "derived from the address",
	"users.password_hash":      "a secret",
}

// scanner is where a column's value is read into.
func (k columnKind) scanner() any {
	switch k {
	case numberKind:
		return new(sql.NullInt64)
	case flagKind:
		return new(bool)
	case dateKind:
		return new(club.Date)
	default:
		return new(sql.NullString)
	}
}

// value is what a scanner has read: nil, a string, an int64, a bool or a date.
func value(scanned any) any {
	switch v := scanned.(type) {
	case *sql.NullInt64:
		if v.Valid {
			return v.Int64
		}
	case *sql.NullString:
		if v.Valid {
			return v.String
		}
	case *bool:
		return *v
	case *club.Date:
		if !v.IsZero() {
			return *v
		}
	}
	return nil
}

// parse reads the text of a value as the kind has it; nil stays nil.
func (k columnKind) parse(text *string) (any, error) {
	if text == nil {
		return nil, nil
	}
	switch k {
	case numberKind:
		n, err := strconv.ParseInt(*text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%.40q is no whole number", *text)
		}
		return n, nil
	case flagKind:
		if *text != "true" && *text != "false" {
			return nil, fmt.Errorf("%.40q is neither true nor false", *text)
		}
		return *text == "true", nil
	case dateKind:
		return club.ParseDate(*text)
	default:
		return *text, nil
	}
}
