package sheets

import (
	"strings"
	"testing"

	"runnerdb/club"
)

// A word in two lists would be ambiguous.
func TestWordsMeanOneThing(t *testing.T) {
	t.Parallel()
	fields := map[string]Field{}
	for field, list := range synonyms {
		for one := range strings.FieldsSeq(list) {
			if other, twice := fields[word(one)]; twice && other != field {
				t.Errorf("%s is %s and %s", one, field, other)
			}
			fields[word(one)] = field
		}
	}
	statuses := map[string]club.Status{}
	for status, list := range endings {
		for one := range strings.FieldsSeq(list) {
			if other, twice := statuses[word(one)]; twice && other != status {
				t.Errorf("%s is %s and %s", one, status, other)
			}
			statuses[word(one)] = status
		}
	}
}
