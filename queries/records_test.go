package queries_test

import (
	"testing"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// What the audit log, the bin and the imports have stored is read for as long
// as the database lives: to change one of these texts takes a migration.
func TestStoredRecordsKeepTheirShape(t *testing.T) {
	day := club.Date{Year: 1987, Month: 3, Day: 4}
	runner := club.Runner{ID: 1, Name: "A B", Aliases: []string{"C"}, Sex: club.Female, BirthDate: day, Licence: "5", Visibility: club.Shown, HiddenFor: club.Minor, Hidden: true, Version: 2}
	result := club.Result{ID: 1, RunnerID: 2, RaceID: 3, Status: club.Finished, Net: 4, Gun: 5, Position: 6, Category: "S", CategoryPosition: 7, Club: "Langa AC", Counts: true, Version: 8}
	for _, test := range []struct {
		record any
		want   string
	}{
		{&runner, `{"ID":1,"Name":"A B","Aliases":["C"],"Sex":"F","BirthDate":"1987-03-04","Licence":"5","Visibility":"shown","Hidden":true,"Version":2}`},
		{&result, `{"ID":1,"RunnerID":2,"RaceID":3,"Status":"finished","Net":4,"Gun":5,"Position":6,"Category":"S","CategoryPosition":7,"Club":"Langa AC","Counts":true,"Version":8}`},
		{&club.Race{ID: 1, SeriesID: 2, Name: "R", HeldOn: day, Length: 3, ShortCourse: true, Version: 4}, `{"ID":1,"SeriesID":2,"Name":"R","HeldOn":"1987-03-04","Length":3,"ShortCourse":true,"Version":4}`},
		{club.Contact{RunnerID: 1, Email: "e", Phone: "p", EmergencyName: "n", EmergencyPhone: "x", Version: 2}, `{"RunnerID":1,"Email":"e","Phone":"p","EmergencyName":"n","EmergencyPhone":"x","Version":2}`},
	} {
		if got, err := queries.AsJSON(test.record); err != nil || got != test.want {
			t.Errorf("got  %s, %v\nwant %s", got, err, test.want)
		}
	}
	if got, err := queries.AsJSON(struct{ Name string }{"x"}); err == nil {
		t.Errorf("got %s: what has no shape of its own must not be stored", got)
	}
}

// The entries of an old audit log are found by the runners whom they concern.
func TestOldAuditLogIsLinked(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			tr := fromSchema20(t, engine)
			for runner, want := range map[int64]int{1: 11, 2: 22, 3: 2, 4: 4, 5: 2, 6: 3} {
				entries, _, err := tr.db.AuditLog(t.Context(), queries.AuditFilter{RunnerID: runner}, 1)
				if err != nil || len(entries) != want {
					t.Errorf("runner %d: got %d entries, %v, want %d", runner, len(entries), err, want)
				}
			}
		})
	}
}
