package forecasting

import (
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/at-maximum.txt anew")

const atMaximum = "testdata/at-maximum.txt"

// convergedGain is the gain from a restart below which R was at its maximum.
const convergedGain = 1e-4

// partials returns the x (see levinson.set) of the coefficients c: the recursion
// of Durbin and Levinson backwards. It reports false outside the unit circle.
func partials(c []float64) ([]float64, bool) {
	a, x := slices.Clone(c), make([]float64, len(c))
	for k := len(c) - 1; k >= 0; k-- {
		r := a[k]
		if math.Abs(r) >= 1 {
			return nil, false
		}
		x[k] = math.Atanh(r)
		b := slices.Clone(a[:k])
		for j := range k {
			b[j] = (a[j] + r*a[k-1-j]) / (1 - r*r)
		}
		a = b
	}
	return x, true
}

// restartGain is what the log-likelihood of R's coefficients gains when our
// optimiser starts from them; infinite when they are on the unit circle.
func restartGain(t *testing.T, y []float64, f referenceFit) float64 {
	phi, theta := f.polynomials()
	for i := range theta {
		theta[i] = -theta[i]
	}
	ar, ok := partials(phi)
	ma, invertible := partials(theta)
	if !ok || !invertible {
		return math.Inf(1)
	}
	s := spec{p: len(ar), q: len(ma), mean: f.Constant != "none"}
	e := newEstimator(t.Context(), observe(y), f.Order[1], thorough)
	e.like.prepare(e.series(s).w, s.p, s.q, s.mean)
	e.best = estimate{value: math.Inf(1)}
	var start vector
	copy(start[copy(start[:], ar):], ma)
	before := e.like.evaluate(start[:s.p+s.q], nil)
	if err := e.climb(s, start); err != nil {
		t.Fatal(err)
	}
	return before - e.best.value
}

// maximumLine names a choice of R on one line of the list.
func maximumLine(c Criterion, s referenceSeries) string { return fmt.Sprintf("%v %s", c, s.Name) }

// TestListOfMaxima: testdata/at-maximum.txt lists the choices of R at whose
// coefficients the likelihood gains less than 1e-4 from a restart: only there
// does R compare maxima, as its method wants.
func TestListOfMaxima(t *testing.T) {
	ref := loadReference(t)
	var lines []string
	for _, c := range []Criterion{AIC, AICc} {
		for _, s := range ref.Series {
			f := s.AIC
			if c == AICc {
				f = s.AICc
			}
			if restartGain(t, s.Values, f) < convergedGain {
				lines = append(lines, maximumLine(c, s))
			}
		}
	}
	if *update {
		if err := os.WriteFile(atMaximum, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	listed := listOfMaxima(t)
	if len(lines) < 800 && !raced {
		t.Errorf("only %d choices of R are at a maximum", len(lines))
	}
	for _, line := range lines {
		if !listed[line] {
			t.Errorf("not in the list: %s", line)
		}
	}
	if !raced && len(lines) != len(listed) {
		t.Errorf("%d choices at a maximum, %d in the list", len(lines), len(listed))
	}
}

func listOfMaxima(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(atMaximum)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		listed[strings.TrimSpace(line)] = true
	}
	return listed
}
