package pooled

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// newcomerTerms is the number of coefficients of Newcomers.
const newcomerTerms = 4

// Weak priors of the coefficients of Newcomers about the defaults; the level
// has none.
var newcomerSDs = [newcomerTerms]float64{math.Inf(1), 0.05, 0.02, 0.01}

const (
	newcomerTail = 10 // degrees of freedom of the weights
	reweightings = 4
)

// fitNewcomers regresses the log of first times on sex and age, by least squares
// with the weights of a Student t of this scale.
func fitNewcomers(t *table, spread float64) Newcomers {
	firsts := firstRecords(t)
	n := Default().Newcomers
	n.Level = median(firsts) // starts the weights where the data are
	for range reweightings {
		n = regress(firsts, n, spread)
	}
	return n
}

// firstRecords are those of series not seen on an earlier day.
func firstRecords(t *table) []record {
	var firsts []record
	seen := make([]bool, len(t.series))
	for _, r := range t.records {
		if !seen[r.series] {
			seen[r.series] = true
			firsts = append(firsts, r)
		}
	}
	return firsts
}

// median of the log values.
func median(records []record) float64 {
	x := make([]float64, len(records))
	for i, r := range records {
		x[i] = r.x
	}
	slices.Sort(x)
	return quantile(x, 0.5)
}

// regress is one step: the posterior mode of the coefficients given the weights
// of the last.
func regress(firsts []record, last Newcomers, spread float64) Newcomers {
	a := mat.NewSymDense(newcomerTerms, nil)
	b := mat.NewVecDense(newcomerTerms, nil)
	standard := Default().Newcomers
	for i, prior := range [...]float64{0, standard.SexGap, standard.Age, standard.AgeSquared} {
		precision := spread * spread / (newcomerSDs[i] * newcomerSDs[i])
		a.SetSym(i, i, precision)
		b.SetVec(i, precision*prior)
	}
	for _, r := range firsts {
		z := (r.x - last.start(r.group, r.age)) / spread
		w := (newcomerTail + 1) / (newcomerTail + z*z)
		row := newcomerRow(r.group, r.age)
		for i := range row {
			b.SetVec(i, b.AtVec(i)+w*row[i]*r.x)
			for j := i; j < len(row); j++ {
				a.SetSym(i, j, a.At(i, j)+w*row[i]*row[j])
			}
		}
	}
	var cholesky mat.Cholesky
	var x mat.VecDense
	if !cholesky.Factorize(a) || cholesky.SolveVecTo(&x, b) != nil {
		return last
	}
	return Newcomers{x.AtVec(0), x.AtVec(1), x.AtVec(2), x.AtVec(3)}
}

// newcomerRow is what the coefficients of Newcomers are multiplied by.
func newcomerRow(group int8, age float64) [newcomerTerms]float64 {
	a := decades(age)
	row := [newcomerTerms]float64{1, 0, a, a * a}
	switch group {
	case Men:
		row[1] = -0.5
	case Women:
		row[1] = 0.5
	}
	return row
}
