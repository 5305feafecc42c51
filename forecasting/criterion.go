package forecasting

import (
	"fmt"
	"math"
	"strings"
)

// Criterion is an information criterion: of two models at the same d, the one
// with less of it is chosen.
type Criterion uint8

const (
	// AIC is -2 log L + 2 m (H. Akaike 1974, A new look at the statistical
	// model identification, IEEE Transactions on Automatic Control 19), m being
	// the number of coefficients estimated, σ² among them.
	AIC Criterion = iota
	// AICc is AIC + 2 m (m+1) / (n-m-1), n being the number of differenced
	// values (C. M. Hurvich and C.-L. Tsai 1989, Regression and time series
	// model selection in small samples, Biometrika 76). It is +Inf when n ≤ m+1.
	AICc
	// BIC is -2 log L + m log n (G. Schwarz 1978, Estimating the dimension of
	// a model, Annals of Statistics 6).
	BIC
)

// String gives "aic", "aicc" or "bic".
func (c Criterion) String() string {
	switch c {
	case AIC:
		return "aic"
	case AICc:
		return "aicc"
	case BIC:
		return "bic"
	}
	panic(fmt.Sprintf("forecasting: criterion %d", uint8(c)))
}

// ParseCriterion reads "aic", "aicc" or "bic" in any case; anything else is an
// error that wraps ErrCriterion.
func ParseCriterion(s string) (Criterion, error) {
	for _, c := range []Criterion{AIC, AICc, BIC} {
		if strings.EqualFold(s, c.String()) {
			return c, nil
		}
	}
	return AIC, fmt.Errorf("%q is none of aic, aicc and bic: %w", s, ErrCriterion)
}

// Options steer the automatic choice. The zero value is the usual one.
type Options struct {
	Criterion Criterion // least AIC by default
	// Exhaustive tries every p and q with p + q ≤ 5 instead of going from
	// neighbour to neighbour. A lower criterion is no proof of a better forecast.
	Exhaustive bool
}

// penalised returns the criterion of a model with m estimated coefficients (σ²
// among them) and log-likelihood logLik on n differenced values.
func (c Criterion) penalised(logLik float64, m, n int) float64 {
	aic := -2*logLik + 2*float64(m)
	switch c {
	case AIC:
		return aic
	case AICc:
		if n <= m+1 {
			return math.Inf(1)
		}
		return aic + 2*float64(m*(m+1))/float64(n-m-1)
	case BIC:
		return -2*logLik + float64(m)*math.Log(float64(n))
	}
	panic(fmt.Sprintf("forecasting: criterion %d", uint8(c)))
}
