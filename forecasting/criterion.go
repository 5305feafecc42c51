package forecasting

import (
	"fmt"
	"math"
	"strings"
)

// Criterion is an information criterion. Of two models with the same d, the one
// with the lower value is chosen.
type Criterion uint8

const (
	// AIC is -2 log L + 2 m (H. Akaike 1974, A new look at the statistical
	// model identification, IEEE Transactions on Automatic Control 19), where m
	// counts the estimated coefficients, σ² included.
	AIC Criterion = iota
	// AICc is AIC + 2 m (m+1) / (n-m-1), where n counts the differenced values
	// (C. M. Hurvich and C.-L. Tsai 1989, Regression and time series model
	// selection in small samples, Biometrika 76). It is +Inf when n ≤ m+1.
	AICc
	// BIC is -2 log L + m log n (G. Schwarz 1978, Estimating the dimension of
	// a model, Annals of Statistics 6).
	BIC
)

// String returns "aic", "aicc" or "bic".
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

// ParseCriterion reads "aic", "aicc" or "bic" in any case. For anything else
// the error wraps ErrCriterion.
func ParseCriterion(s string) (Criterion, error) {
	for _, c := range []Criterion{AIC, AICc, BIC} {
		if strings.EqualFold(s, c.String()) {
			return c, nil
		}
	}
	return AIC, fmt.Errorf("%q is none of aic, aicc and bic: %w", s, ErrCriterion)
}

// Options controls the automatic choice of a model. The zero value is the usual
// choice.
type Options struct {
	Criterion Criterion // least AIC by default
	// Exhaustive tries every p and q with p + q ≤ 5 instead of moving from
	// neighbour to neighbour. A lower criterion does not prove a better
	// forecast.
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
