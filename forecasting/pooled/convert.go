package pooled

import (
	"errors"
	"fmt"
	"math"
)

// ErrDistance is for distances that are not above 0.
var ErrDistance = errors.New("a distance must be a number of metres above 0")

// Conversion is a prediction from other distances.
type Conversion struct {
	Prediction
	// Exponent is the runner's own: the club's, moved by his sources.
	Exponent Exponent
	Warning  Warning
	// Apart is how far the times by Riegel's and by Cameron's formula lie apart
	// (0.1 is 10 %).
	Apart float64
}

// Convert predicts a time over metres from sources at other distances (or at the
// same one). With L = log(metres/source's metres), y = source's location + K L
// and k the runner's exponent, normal about K,
//
//	y = θ - (k - K) L + error of the source
//
// so that θ and k have a joint normal posterior: the sources are weighted by
// precision, the runner's k is shrunk towards the club's, and its uncertainty,
// that of the levels, of the day and the noise of the race are all in the
// prediction. The shape is that after one result. The errors are ErrNoData and
// ErrDistance, and ErrValue for a source without a positive variance.
func (m *Model) Convert(e Exponent, sources []Source, metres float64) (Conversion, error) {
	if err := checkSources(sources, metres); err != nil {
		return Conversion{}, err
	}
	var a, b, c, y, yl float64
	for _, s := range sources {
		l := math.Log(metres / s.Metres)
		a += 1 / s.Variance
		b += l / s.Variance
		c += l * l / s.Variance
		y += (s.Location + e.K*l) / s.Variance
		yl += (s.Location + e.K*l) * l / s.Variance
	}
	c += 1 / max(e.SD*e.SD+e.Between*e.Between, 1e-12)
	determinant := a*c - b*b
	theta := (c*y - b*yl) / determinant
	variance := c / determinant
	conversion := Conversion{
		Prediction: Prediction{
			Location: theta,
			Scale:    math.Sqrt(variance + m.noise + m.dayEffect),
			shape:    m.shape(1),
		},
		Exponent: Exponent{K: e.K + (b*y-a*yl)/determinant, SD: math.Sqrt(a / determinant)},
	}
	conversion.Warning, conversion.Apart = warn(sources, metres)
	return conversion, nil
}

// checkSources refuses what has no logarithm or no weight.
func checkSources(sources []Source, metres float64) error {
	if len(sources) == 0 {
		return ErrNoData
	}
	if !(metres > 0) || math.IsInf(metres, 1) {
		return fmt.Errorf("%g: %w", metres, ErrDistance)
	}
	for i, s := range sources {
		if !(s.Metres > 0) || math.IsInf(s.Metres, 1) {
			return fmt.Errorf("source %d, %g: %w", i, s.Metres, ErrDistance)
		}
		if !(s.Variance > 0) || math.IsInf(s.Variance, 1) || math.IsNaN(s.Location) || math.IsInf(s.Location, 0) {
			return fmt.Errorf("source %d: %w", i, ErrValue)
		}
	}
	return nil
}
