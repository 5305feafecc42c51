//go:build race

package main

// raced: the race detector is on, and its own memory counts as the program's.
const raced = true
