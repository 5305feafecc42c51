package querytest

import (
	"os"
	"strconv"
)

// Rounds returns how often a test repeats a fault or a storm: ROUNDS times, or a
// few where the environment doesn't say.
func Rounds(few int) int {
	if many, err := strconv.Atoi(os.Getenv("ROUNDS")); err == nil {
		return many
	}
	return few
}
