// Package club is the vocabulary of the sport as a running club speaks it:
// runners, series, races, results, finish times, distances and categories.
//
// The package is pure. It knows no database, no page and no clock; callers pass
// in today's date. A runner is a person with an id, never a name, because two
// runners may share a name.
package club
