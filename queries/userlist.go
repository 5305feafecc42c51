package queries

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"runnerdb/accounts"
)

// UserState says whether a user may sign in.
type UserState string

// The states of users. One who was invited holds a link that works; that of
// one in InvitationEnded has ended.
const (
	Active          UserState = "active"
	Disabled        UserState = "disabled"
	Invited         UserState = "invited"
	InvitationEnded UserState = "invitation ended"
)

// UserEntry is a user in the list of all.
type UserEntry struct {
	accounts.User
	SeenAt int64     `db:"seen_at"`
	State  UserState `db:"state"`
}

// Seen is when the user was here last; zero for never.
func (e UserEntry) Seen() time.Time {
	if e.SeenAt == 0 {
		return time.Time{}
	}
	return time.UnixMilli(e.SeenAt).UTC()
}

// UserFilter chooses and orders users. Empty fields choose all.
type UserFilter struct {
	// Query holds words that each stand in the name or the e-mail address.
	Query string
	Role  accounts.Role
	State UserState
	// Sort is a key of UserSorts; any other sorts by name.
	Sort          string
	Offset, Limit int
}

// UserSorts are the orders of the list: the key, and what it sorts by.
var UserSorts = map[string]string{
	"name":  "LOWER(name), id",
	"email": "email_key, id",
	"role":  "CASE role WHEN 'owner' THEN 1 WHEN 'editor' THEN 2 ELSE 3 END, LOWER(name), id",
	"state": "state, LOWER(name), id",
	"seen":  "seen_at DESC, LOWER(name), id",
}

const userEntries = `
	FROM (
		SELECT ` + userColumns + `, u.email_key,
			COALESCE((SELECT MAX(s.seen_at) FROM sessions s WHERE s.user_id = u.id), u.seen_at) AS seen_at,
			CASE
				WHEN u.disabled THEN 'disabled'
				WHEN u.password_hash <> '' THEN 'active'
				WHEN EXISTS (SELECT 1 FROM invitations i WHERE i.user_id = u.id AND i.ends_at > ?) THEN 'invited'
				ELSE 'invitation ended'
			END AS state
		FROM users u
	) entries
	WHERE `

const userEntryColumns = `id, email, name, role, password_hash, disabled, version, second_factor, seen_at, state`

// Users lists users as they are at now, and counts all that the filter lets
// through.
func (db *DB) Users(ctx context.Context, now time.Time, f UserFilter) (users []UserEntry, total int, err error) {
	order, ok := UserSorts[f.Sort]
	if !ok {
		order = UserSorts["name"]
	}
	where, args := f.where(now)
	if err := db.read.GetContext(ctx, &total, sqlx.Rebind(sqlx.DOLLAR, `SELECT COUNT(*)`+userEntries+where), args...); err != nil {
		return nil, 0, fmt.Errorf("count users: %w", classify(err))
	}
	query := `SELECT ` + userEntryColumns + userEntries + where + ` ORDER BY ` + order + ` LIMIT ? OFFSET ?`
	if err := db.read.SelectContext(ctx, &users, sqlx.Rebind(sqlx.DOLLAR, query), append(args, f.Limit, f.Offset)...); err != nil {
		return nil, 0, fmt.Errorf("users: %w", classify(err))
	}
	return users, total, nil
}

func (f UserFilter) where(now time.Time) (string, []any) {
	conditions, args := []string{"TRUE"}, []any{millis(now)}
	for _, word := range strings.Fields(strings.ToLower(f.Query)) {
		conditions = append(conditions, `(LOWER(name) || ' ' || email_key) LIKE ? ESCAPE '\'`)
		args = append(args, "%"+literal.Replace(word)+"%")
	}
	if f.Role != "" {
		conditions, args = append(conditions, "role = ?"), append(args, f.Role)
	}
	if f.State != "" {
		conditions, args = append(conditions, "state = ?"), append(args, f.State)
	}
	return strings.Join(conditions, " AND "), args
}

// User finds a user by id, as Users does.
func (db *DB) User(ctx context.Context, id int64, now time.Time) (UserEntry, error) {
	query := sqlx.Rebind(sqlx.DOLLAR, `SELECT `+userEntryColumns+userEntries+`id = ?`)
	var user UserEntry
	if err := db.read.GetContext(ctx, &user, query, millis(now), id); err != nil {
		return UserEntry{}, fmt.Errorf("user %d: %w", id, classify(err))
	}
	return user, nil
}
