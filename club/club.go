// Package club is the vocabulary of the sport as a running club speaks it:
// runners, series, races, results, finish times, distances and categories.
//
// The package is pure. It knows no database, no page and no clock: whoever
// needs today's date passes it in. A runner is a person with an id, never a
// name; two runners may well share one.
package club
