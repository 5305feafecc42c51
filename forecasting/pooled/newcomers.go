package pooled

import "math"

// newcomerSteps is the number of reweightings of the mean of newcomers.
const newcomerSteps = 3

// fromNewcomers lets the first times of a race teach the level of newcomers, and
// the effect of the race where those with earlier results leave it open. It
// returns the effect.
func (f *filter) fromNewcomers(records []record, views []view, effect, level Walk) Walk {
	f.newcomers = level
	width := math.Sqrt(f.spread + f.noise)
	mean, weights := f.newcomerMean(records, views, effect.Mean, width)
	if weights == 0 {
		return effect
	}
	variance := width * width / weights
	f.newcomers = level.learn(level.Mean+mean, variance+effect.Variance)
	prior := level.Variance + effect.Variance
	shift := mean * prior / (prior + variance)
	f.logLikelihood += laplace(shift, prior, prior*variance/(prior+variance))
	for i := range views {
		if v := &views[i]; v.n == 0 {
			z := (records[i].x - v.level - effect.Mean - shift) / width
			f.logLikelihood += f.shapes[0].logDensity(z) - math.Log(width)
		}
	}
	return effect.learn(effect.Mean+mean, variance+level.Variance)
}

// newcomerMean is the mean of how first times differ from what was expected,
// with the weights of a Student t.
func (f *filter) newcomerMean(records []record, views []view, effect, width float64) (mean, weights float64) {
	nu := f.constants.FirstTail
	for range newcomerSteps {
		sum := 0.0
		center := mean
		weights = 0
		for i := range views {
			v := &views[i]
			if v.n > 0 {
				continue
			}
			surprise := records[i].x - v.level - effect
			z := (surprise - center) / width
			w := (nu + 1) / (nu + z*z)
			sum += w * surprise
			weights += w
		}
		if weights == 0 {
			return 0, 0
		}
		mean = sum / weights
	}
	return mean, weights
}
